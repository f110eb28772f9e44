using MaskedVerify.Domain;
using MaskedVerify.Testing;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>Connections that are cut around a COMMIT, by a proxy between the store and the server.</summary>
public sealed class PostgresLostConnectionTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private CutProxy? _proxy;

    public async ValueTask InitializeAsync()
    {
        await fixture.Database.TruncateAsync();
        _proxy = new CutProxy(fixture.Database.Server.Port);
    }

    public async ValueTask DisposeAsync() => await _proxy!.DisposeAsync();

    [Theory]
    [InlineData(CutPoint.Before)]
    [InlineData(CutPoint.After)]
    public async Task Commit_WhenItsAnswerIsLost_IsLookedUpAndWrittenOnce(CutPoint point)
    {
        await using var storage = new PostgresStorage(fixture.Database, _proxy!.Port);
        await storage.Hot.CommitAsync(Commit("pa-1", 0, "before"));

        _proxy.CutNext(point);
        var result = await storage.Hot.CommitAsync(Commit("pa-1", 1, "after", Audit("one"), Unique("one")));

        Assert.Equal(new CommitResult(CommitStatus.Committed, 2), result);
        Assert.Equal(1, _proxy.Cuts);
        Assert.Equal((2L, "after"), ((await storage.Hot.ReadAsync("sample", "pa-1"))!.Version, Text(await storage.Hot.ReadAsync("sample", "pa-1"))));
        Assert.Equal(1L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM hot.audit_outbox"));
    }

    [Fact]
    public async Task Commit_WhenTheAnswerOfAConflictIsLost_StaysAConflict()
    {
        await using var storage = new PostgresStorage(fixture.Database, _proxy!.Port);
        await storage.Hot.CommitAsync(Commit("pa-1", 0, "before"));

        _proxy.CutNext(CutPoint.After);

        Assert.Equal(CommitStatus.VersionConflict, (await storage.Hot.CommitAsync(Commit("pa-1", 7, "stale"))).Status);
        Assert.Equal("before", Text(await storage.Hot.ReadAsync("sample", "pa-1")));
    }

    [Fact]
    public async Task Commit_WhenAnotherSiloWroteMeanwhile_IsNotTakenForItsOwn()
    {
        await using var storage = new PostgresStorage(fixture.Database, _proxy!.Port);
        await using var other = new PostgresStorage(fixture.Database);
        await storage.Hot.CommitAsync(Commit("pa-1", 0, "before"));

        // Cut before the COMMIT, and the other silo makes the version that this one wanted to make.
        _proxy.CutNext(CutPoint.Before, thenRefuse: true);
        var commit = storage.Hot.CommitAsync(Commit("pa-1", 1, "ours", Outcome(1, 1))).AsTask();
        await Eventually.TrueAsync(() => _proxy.Cuts == 1, "the connection is cut");
        Assert.Equal(CommitStatus.Committed, (await other.Hot.CommitAsync(Commit("pa-1", 1, "theirs"))).Status);
        _proxy.Refuses = false;

        Assert.Equal(CommitStatus.VersionConflict, (await commit).Status);
        Assert.Equal("theirs", Text(await other.Hot.ReadAsync("sample", "pa-1")));
        Assert.Null(await other.Hot.ReadOutcomeAsync(Verification(1, 1)));
    }

    [Fact]
    public async Task Commit_WhenNobodyCanTell_IsUnknownToEveryWaiter()
    {
        await using var storage = new PostgresStorage(fixture.Database, _proxy!.Port, options => options.LookUpTimeout = TimeSpan.FromMilliseconds(100));
        storage.Engine.Hot.LookedUp = () => _proxy.Refuses = false;

        var (receipts, commits) = await LoseAnswerOfAsync(storage, thenRefuse: true);

        Assert.All(await Task.WhenAll(commits), result => Assert.Equal(new CommitResult(CommitStatus.Unknown, 0), result));
        foreach (var receipt in receipts)
        {
            await Assert.ThrowsAsync<UnknownOutcomeException>(() => receipt);
        }

        // It had been written, and what is repeated changes nothing.
        Assert.Equal(1, _proxy.Cuts);
        Assert.NotNull(await storage.Hot.ReadAsync("sample", "pa-new-9"));
        Assert.Null(await storage.Hot.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent)));
        Assert.Equal(10L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM hot.receipts"));
    }

    [Fact]
    public async Task Commit_WhenItsAnswerIsLostButOneItemIsFound_EveryWaiterIsTold()
    {
        await using var storage = new PostgresStorage(fixture.Database, _proxy!.Port);

        var (receipts, commits) = await LoseAnswerOfAsync(storage, thenRefuse: false);

        Assert.All(await Task.WhenAll(commits), result => Assert.Equal(new CommitResult(CommitStatus.Committed, 1), result));
        Assert.All(await Task.WhenAll(receipts), Assert.Null);
        Assert.Equal(1, _proxy.Cuts);
    }

    [Fact]
    public async Task Store_WhenTheServerIsAway_IsUnavailableAndComesBack()
    {
        await using var storage = new PostgresStorage(fixture.Database, _proxy!.Port);
        await storage.Hot.CommitAsync(Commit("pa-1", 0, "before"));
        _proxy.CutNext(CutPoint.Before, thenRefuse: true);
        await using var shortLookUp = new PostgresStorage(fixture.Database, _proxy.Port, options => options.LookUpTimeout = TimeSpan.Zero);
        Assert.Equal(CommitStatus.Unknown, (await storage.Hot.CommitAsync(Commit("pa-1", 1, "lost"))).Status);

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await shortLookUp.Hot.CommitAsync(Commit("pa-2", 0, "away")));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await shortLookUp.Hot.ReadAsync("sample", "pa-1"));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await shortLookUp.Keys.FindAliasAsync(Key("x")));
        _proxy.Refuses = false;

        Assert.Equal("before", Text(await shortLookUp.Hot.ReadAsync("sample", "pa-1")));
        Assert.Equal(CommitStatus.Committed, (await shortLookUp.Hot.CommitAsync(Commit("pa-2", 0, "back"))).Status);
        Assert.Equal(CommitStatus.Committed, (await storage.Hot.CommitAsync(Commit("pa-1", 1, "back"))).Status);
    }

    /// <summary>Puts ten receipts and ten commits into one batch and cuts the connection after its COMMIT.</summary>
    private async Task<(Task<ReceiptMatch?>[] Receipts, Task<CommitResult>[] Commits)> LoseAnswerOfAsync(PostgresStorage storage, bool thenRefuse)
    {
        Task<ReceiptMatch?>[] receipts = [];
        Task<CommitResult>[] commits = [];
        await BatchGate.GatherAsync(
            storage,
            () =>
            {
                receipts = [.. Enumerable.Range(0, 10).Select(n => storage.Hot.RecordReceiptAsync(Receipt($"m{n}", AttemptStatus.Sent)).AsTask())];
                commits = [.. Enumerable.Range(0, 10).Select(n => storage.Hot.CommitAsync(Commit($"pa-new-{n}", 0, $"{n}")).AsTask())];
            },
            () => _proxy!.CutNext(CutPoint.After, thenRefuse));
        return (receipts, commits);
    }
}
