using MaskedVerify.Domain;
using Xunit;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Testing;

/// <summary>What every hot store must do, whatever its engine. Derive, give a fresh store per test, and the tests come along.</summary>
public abstract partial class HotStoreContract
{
    /// <summary>An empty store.</summary>
    protected abstract IHotStore Store { get; }

    /// <summary>Lets the answer of the next commit be lost after it was written, or instead of it. False: this engine cannot be made to.</summary>
    protected virtual bool LoseNextAnswer(bool written) => false;

    [Fact]
    public async Task Read_WhenNothingWasWritten_IsNull() => Assert.Null(await Store.ReadAsync("sample", Pa(1)));

    [Fact]
    public async Task Commit_WhenRowIsNew_HasVersionOneAndCanBeRead()
    {
        Assert.Equal(new CommitResult(CommitStatus.Committed, 1), await Store.CommitAsync(Commit(Pa(1), 0, "first")));

        var row = await Store.ReadAsync("sample", Pa(1));

        Assert.Equal(1, row!.Version);
        Assert.Equal("first", Text(row));
    }

    [Fact]
    public async Task Commit_WhenVersionFits_CountsUp()
    {
        for (var version = 0; version < 20; version++)
        {
            Assert.Equal(new CommitResult(CommitStatus.Committed, version + 1), await Store.CommitAsync(Commit(Pa(1), version, $"v{version}")));
        }

        Assert.Equal("v19", Text(await Store.ReadAsync("sample", Pa(1))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Commit_WhenVersionIsStale_WritesNothing(long expected)
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "one"));
        await Store.CommitAsync(Commit(Pa(1), 1, "two"));

        var result = await Store.CommitAsync(Commit(Pa(1), expected, "stale", EveryRow(1, "stale")));

        Assert.Equal(CommitStatus.VersionConflict, result.Status);
        Assert.Equal("two", Text(await Store.ReadAsync("sample", Pa(1))));
        await AssertNothingOf(1, "stale");
    }

    [Fact]
    public async Task Commit_WhenRowDoesNotExistButAVersionIsExpected_WritesNothing()
    {
        Assert.Equal(CommitStatus.VersionConflict, (await Store.CommitAsync(Commit(Pa(1), 1, "ghost", EveryRow(1, "ghost")))).Status);
        Assert.Equal(CommitStatus.VersionConflict, (await Store.CommitAsync(Commit(Pa(1), 1, null, EveryRow(1, "ghost")))).Status);

        Assert.Null(await Store.ReadAsync("sample", Pa(1)));
        await AssertNothingOf(1, "ghost");
    }

    [Fact]
    public async Task Commit_WhenPayloadIsNull_DeletesTheRowAndKeepsItsSideRows()
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "one"));

        Assert.Equal(CommitStatus.VersionConflict, (await Store.CommitAsync(Commit(Pa(1), 2, null))).Status);
        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(1), 1, null, Outcome(1, 1)))).Status);

        Assert.Null(await Store.ReadAsync("sample", Pa(1)));
        Assert.NotNull(await Store.ReadOutcomeAsync(Verification(1, 1)));
        Assert.Equal(new CommitResult(CommitStatus.Committed, 1), await Store.CommitAsync(Commit(Pa(1), 0, "again")));
    }

    [Fact]
    public async Task Commit_WhenThereIsNoRowAndNoPayload_WritesOnlySideRows()
    {
        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(1), 0, null, Outcome(1, 1)))).Status);

        Assert.NotNull(await Store.ReadOutcomeAsync(Verification(1, 1)));
        Assert.Null(await Store.ReadAsync("sample", Pa(1)));
    }

    [Fact]
    public async Task Commit_WhenKeysOrTablesDifferOnlyALittle_KeepsThemApart()
    {
        string[] keys = ["pa-1", "pa-01", "pa-1A", "pa-1a", "pa-00000000000000000000000001", "pb-00000000000000000000000001", "pa-00000000000000000000000001 ", "1", "01", "0x1"];
        foreach (var key in keys)
        {
            Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(new HotCommit("sample", key, 0, [1], []))).Status);
            Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(new HotCommit("other", key, 0, [2], []))).Status);
        }

        foreach (var key in keys)
        {
            Assert.Equal([1], (await Store.ReadAsync("sample", key))!.Payload);
            Assert.Equal([2], (await Store.ReadAsync("other", key))!.Payload);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    [InlineData(6_000_000)]
    public async Task Commit_WhenPayloadHasAnySize_ComesBackWhole(int size)
    {
        var payload = new byte[size];
        for (var i = 0; i < size; i++)
        {
            payload[i] = (byte)(i * 31);
        }

        await Store.CommitAsync(new HotCommit("sample", Pa(1), 0, payload, []));

        var row = await Store.ReadAsync("sample", Pa(1));
        Assert.True(payload.AsSpan().SequenceEqual(row!.Payload));
    }

    [Fact]
    public async Task Commit_When200FirstWritesRace_ExactlyOneWins()
    {
        var results = await Race(200, n => Store.CommitAsync(Commit(Pa(1), 0, $"{n}", Outcome(1, n))));

        var winner = Assert.Single(Enumerable.Range(0, 200), n => results[n].Status == CommitStatus.Committed);
        Assert.All(results, result => Assert.True(result.Status is CommitStatus.Committed or CommitStatus.VersionConflict));
        Assert.Equal($"{winner}", Text(await Store.ReadAsync("sample", Pa(1))));
        for (var n = 0; n < 200; n++)
        {
            Assert.Equal(n == winner, await Store.ReadOutcomeAsync(Verification(1, n)) is not null);
        }
    }

    [Fact]
    public async Task Commit_WhenManyChangeOneRow_NoChangeIsLost()
    {
        await Store.CommitAsync(new HotCommit("sample", Pa(1), 0, [0], []));
        await Race(16, async _ =>
        {
            for (var done = 0; done < 10;)
            {
                var row = await Store.ReadAsync("sample", Pa(1));
                var next = new HotCommit("sample", Pa(1), row!.Version, [(byte)(row.Payload[0] + 1)], []);
                done += (await Store.CommitAsync(next)).Status == CommitStatus.Committed ? 1 : 0;
            }

            return true;
        });

        var last = await Store.ReadAsync("sample", Pa(1));
        Assert.Equal(161, last!.Version);
        Assert.Equal(160, last.Payload[0]);
    }

    [Fact]
    public async Task Commit_WhenThousandsOfKeysAreWrittenAtOnce_KeepsEach()
    {
        var results = await Race(3000, n => Store.CommitAsync(Commit(Pa(n), 0, $"{n}", Due(n, 1))));

        Assert.All(results, result => Assert.Equal(new CommitResult(CommitStatus.Committed, 1), result));
        for (var n = 0; n < 3000; n++)
        {
            Assert.Equal($"{n}", Text(await Store.ReadAsync("sample", Pa(n))));
        }
    }

    [Fact]
    public async Task Commit_WhenTheRowCannotBeStored_IsTheCallersMistake()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.CommitAsync(Commit(string.Empty, 0, "x")));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.CommitAsync(Commit(Pa(1), -1, "x")));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.CommitAsync(Commit(Pa(1), 0, "x", Unique("k"), Unique("k"))));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.CommitAsync(Commit(Pa(1), 0, "x", Due(1, 1) with { Alias = Alias(2) })));

        Assert.Null(await Store.ReadAsync("sample", Pa(1)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commit_WhenTheAnswerIsLost_IsUnknownAndARereadTells(bool written)
    {
        await Store.CommitAsync(Commit(Pa(1), 0, "before"));
        Assert.SkipUnless(LoseNextAnswer(written), "This engine cannot be made to lose an answer.");

        Assert.Equal(CommitStatus.Unknown, (await Store.CommitAsync(Commit(Pa(1), 1, "after", Outcome(1, 1)))).Status);

        var row = await Store.ReadAsync("sample", Pa(1));
        Assert.Equal(written ? (2, "after") : (1, "before"), (row!.Version, Text(row)));
        Assert.Equal(written, await Store.ReadOutcomeAsync(Verification(1, 1)) is not null);
        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(1), row.Version, "next"))).Status);
    }

    /// <summary>Runs many at once, on threads of the pool.</summary>
    protected static async Task<T[]> Race<T>(int count, Func<int, ValueTask<T>> action)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = Enumerable.Range(0, count).Select(n => Task.Run(async () =>
        {
            await go.Task;
            return await action(n);
        })).ToArray();
        go.SetResult();
        return await Task.WhenAll(runs);
    }

    /// <summary>One row of each kind, recognisable by its name.</summary>
    protected static SideRow[] EveryRow(int alias, string name) =>
    [
        Unique(name), Kept(name), Outcome(alias, 77, name), Guard(name, name), Map(name, alias, 77), Due(alias, 77), Audit(name),
    ];

    /// <summary>None of <see cref="EveryRow"/> was written.</summary>
    protected async Task AssertNothingOf(int alias, string name)
    {
        Assert.Null(await Store.FindUniqueKeyAsync(Key(name)));
        Assert.Null(await Store.FindUniqueKeyAsync(Kept(name).Key));
        Assert.Null(await Store.ReadOutcomeAsync(Verification(alias, 77)));
        Assert.Equal(default, await Store.ReadGuardAsync(Key(name), Noon.AddDays(-1), Noon.AddDays(-1)));
        Assert.Empty(await Store.ClaimDueAsync(Noon.AddYears(1), Noon.AddYears(2), 10));
        Assert.Null(await Store.RecordReceiptAsync(Receipt(name, AttemptStatus.Sent)));
    }
}
