using MaskedVerify.Domain;
using static MaskedVerify.Storage.Tests.HotShards.ShardedStores;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.HotShards;

/// <summary>What several databases add to the contract of a hot store: keys and receipts that cross from one to another, and deaths in between.</summary>
public abstract class ShardedHotStoreContract
{
    /// <summary>An empty store over three databases.</summary>
    protected abstract IHotStore Store { get; }

    /// <summary>Another process' view of the same databases.</summary>
    protected abstract IHotStore OpenAgain();

    [Fact]
    public async Task UniqueKey_WhenAliasesOfAllShardsWantItAtOnce_OneGetsItAndTheOthersWriteNothing()
    {
        var other = OpenAgain();
        for (var round = 0; round < 40; round++)
        {
            var name = $"round {round}";
            int[] aliases = [AliasIn(0, round), AliasIn(1, round), AliasIn(2, round), AliasIn(0, round + 100), AliasIn(1, round + 100), AliasIn(2, round + 100)];

            var results = await Task.WhenAll(aliases.Select((alias, n) => Task.Run(async () =>
                await (n % 2 == 0 ? Store : other).CommitAsync(Commit(Pa(alias), 0, "won", Unique(name) with { Answer = [(byte)n] }, Outcome(alias, 1), Guard(name, $"{n}"))))));

            var winner = Assert.Single(Enumerable.Range(0, aliases.Length), n => results[n].Status == CommitStatus.Committed);
            for (var n = 0; n < aliases.Length; n++)
            {
                Assert.Equal(n == winner ? CommitStatus.Committed : CommitStatus.UniqueKeyTaken, results[n].Status);
                Assert.Equal(n == winner, await Store.ReadAsync("sample", Pa(aliases[n])) is not null);
                Assert.Equal(n == winner, await Store.ReadOutcomeAsync(Verification(aliases[n], 1)) is not null);
            }

            Assert.Equal([(byte)winner], (await Store.FindUniqueKeyAsync(Key(name)))!.Answer);
            Assert.Equal(1, (await Store.ReadGuardAsync(Key(name), Noon, Noon)).LastDay);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task UniqueKey_WhenItsHolderIsInAnyShard_IsTakenForAllAndFoundWithItsAnswer(int home)
    {
        var name = KeyIn(home);
        await Store.CommitAsync(Commit(Pa(AliasIn(1)), 0, "first", Unique(name)));

        for (var shard = 0; shard < Count; shard++)
        {
            Assert.Equal(CommitStatus.UniqueKeyTaken, (await Store.CommitAsync(Commit(Pa(AliasIn(shard, 5)), 0, "second", Unique(name)))).Status);
        }

        var found = await OpenAgain().FindUniqueKeyAsync(Key(name));
        Assert.Equal(Unique(name).Answer, found!.Answer);
        Assert.Equal(Unique(name).Fingerprint, found.Fingerprint);
        Assert.Equal(Key(name), found.Key);
        Assert.Equal(Unique(name).ExpiresAt, found.ExpiresAt);
    }

    [Fact]
    public async Task UniqueKey_WhenItsHolderLostByVersion_IsFreeAtOnce()
    {
        var name = KeyIn(0);

        Assert.Equal(CommitStatus.VersionConflict, (await Store.CommitAsync(Commit(Pa(AliasIn(1)), 7, "stale", Unique(name)))).Status);

        Store.Sharded().Keys.Patience = TimeSpan.FromMinutes(10);
        Assert.Null(await Store.FindUniqueKeyAsync(Key(name)));
        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(AliasIn(2)), 0, "next", Unique(name)))).Status);
    }

    [Theory]
    [InlineData(1, 1)] // the same alias comes again
    [InlineData(1, 0)] // an alias at the key's home
    [InlineData(1, 2)] // an alias of a third database
    public async Task UniqueKey_WhenItsHolderDiesBeforeItsCommit_IsFreeAfterTheWaitAndTheDeadOneWritesNothing(int dead, int next)
    {
        var name = KeyIn(0);
        var victim = OpenAgain();
        var life = new TaskCompletionSource();
        var reserved = new TaskCompletionSource();
        victim.Sharded().Keys.Reserved = () =>
        {
            reserved.TrySetResult();
            return life.Task;
        };
        var alias = AliasIn(dead);
        var late = victim.CommitAsync(Commit(Pa(alias), 0, "late", Unique(name), Outcome(alias, 1), Guard("number", "late"))).AsTask();
        await reserved.Task;
        Assert.Null(await Store.FindUniqueKeyAsync(Key(name)));

        Store.Sharded().Keys.Patience = TimeSpan.FromMilliseconds(300);
        var taken = AliasIn(next, next == dead ? 0 : 3);
        Assert.Equal(CommitStatus.Committed, (await Store.CommitAsync(Commit(Pa(taken), 0, "next", Unique(name) with { Answer = [9] }))).Status);
        Assert.Equal([9], (await Store.FindUniqueKeyAsync(Key(name)))!.Answer);

        // It was not dead, only very slow.
        victim.Sharded().Keys.Reserved = null;
        life.SetResult();
        Assert.Equal(CommitStatus.UniqueKeyTaken, (await late).Status);
        Assert.Equal(next == dead ? "next" : null, Text(await Store.ReadAsync("sample", Pa(alias))));
        Assert.Null(await Store.ReadOutcomeAsync(Verification(alias, 1)));
        Assert.Equal(default, await Store.ReadGuardAsync(Key("number"), Noon, Noon));
        Assert.Equal([9], (await Store.FindUniqueKeyAsync(Key(name)))!.Answer);
    }

    [Fact]
    public async Task UniqueKey_WhenItsHolderIsSlowAndInTime_KeepsIt()
    {
        var name = KeyIn(0);
        var slow = OpenAgain();
        var go = new TaskCompletionSource();
        var reserved = new TaskCompletionSource();
        slow.Sharded().Keys.Reserved = () =>
        {
            reserved.TrySetResult();
            return go.Task;
        };
        var first = slow.CommitAsync(Commit(Pa(AliasIn(1)), 0, "first", Unique(name))).AsTask();
        await reserved.Task;
        Store.Sharded().Keys.Patience = TimeSpan.FromMinutes(10);
        var second = Store.CommitAsync(Commit(Pa(AliasIn(2)), 0, "second", Unique(name))).AsTask();
        var atHome = Store.CommitAsync(Commit(Pa(AliasIn(0)), 0, "third", Unique(name))).AsTask();
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted || atHome.IsCompleted);

        go.SetResult();

        Assert.Equal(CommitStatus.Committed, (await first).Status);
        Assert.Equal(CommitStatus.UniqueKeyTaken, (await second).Status);
        Assert.Equal(CommitStatus.UniqueKeyTaken, (await atHome).Status);
    }

    [Fact]
    public async Task UniqueKey_WhenCommitsWantSeveralInAnyOrder_EachEndsAndNoKeyIsHeldTwice()
    {
        string[] names = [KeyIn(0), KeyIn(1), KeyIn(2)];
        var results = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => Task.Run(async () =>
        {
            SideRow[] rows = [Unique(names[n % 3]) with { Answer = [(byte)n] }, Unique(names[(n + 1 + (n % 2)) % 3]) with { Answer = [(byte)n] }];
            return await Store.CommitAsync(Commit(Pa(AliasIn(n % 3, n)), 0, "x", rows));
        })));

        var winners = Enumerable.Range(0, 30).Where(n => results[n].Status == CommitStatus.Committed).Select(n => (byte)n).ToList();
        Assert.Single(winners); // any two of the pairs share a key
        foreach (var name in names)
        {
            Assert.Contains((await Store.FindUniqueKeyAsync(Key(name)))?.Answer[0], winners.Select(n => (byte?)n).Append(null));
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    public async Task Receipt_WhenItComesFirst_IsFoundByTheMapOfAnyShardAndLeavesNothingBehind(int home, int shard)
    {
        var (id, alias) = (MessageIn(home), AliasIn(shard));
        Assert.Null(await Store.RecordReceiptAsync(Receipt(id, AttemptStatus.Sent)));
        Assert.Null(await Store.RecordReceiptAsync(Receipt(id, AttemptStatus.Delivered)));

        await Store.CommitAsync(Commit(Pa(alias), 0, "a", Map(id, alias, 1)));

        var match = Assert.Single(await Store.FindUnappliedReceiptsAsync(10));
        Assert.Equal((Alias(alias), AttemptStatus.Delivered), (match.Alias, match.Receipt.State));
        await Store.CommitAsync(Commit(Pa(alias), 1, "b", new ReceiptAppliedRow(Carrier, id, AttemptStatus.Delivered)));
        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));

        // A carrier that gives the id once more: the old receipt is not the new attempt's.
        var newer = AliasIn((shard + 1) % Count);
        await Store.CommitAsync(Commit(Pa(newer), 0, "c", Map(id, newer, 1, lives: TimeSpan.FromDays(31))));
        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
        Assert.Equal(Alias(newer), (await Store.RecordReceiptAsync(Receipt(id, AttemptStatus.Undelivered)))!.Alias);
    }

    [Fact]
    public async Task Receipt_WhenItAndItsMapRace_IsAppliedOnceAndNeverLost()
    {
        var other = OpenAgain();
        for (var round = 0; round < 30; round++)
        {
            var (id, alias) = (MessageIn(0, round), AliasIn(1, round));
            var recorded = Task.Run(async () => await other.RecordReceiptAsync(Receipt(id, AttemptStatus.Delivered)));
            var mapped = Task.Run(async () => await Store.CommitAsync(Commit(Pa(alias), 0, "a", Map(id, alias, 1))));
            await Task.WhenAll(recorded, mapped);

            // Without the poll's help: the two saw each other.
            var shard = await Shard(1).FindUnappliedReceiptsAsync(10);
            Assert.Equal(id, Assert.Single(shard).Receipt.MessageId);
            Assert.Null(await Shard(0).FindReceiptAsync(new ReceiptName(Carrier, id), CancellationToken.None));
            await Store.CommitAsync(Commit(Pa(alias), 1, "b", new ReceiptAppliedRow(Carrier, id, AttemptStatus.Delivered)));
        }

        Assert.Empty(await Store.FindUnappliedReceiptsAsync(10));
    }

    [Fact]
    public async Task Receipt_WhenBothSidesDieBetweenTheirSteps_IsFoundByThePoll()
    {
        var (id, alias) = (MessageIn(0), AliasIn(1));
        var victim = OpenAgain();
        victim.Sharded().Receipts.Parked = victim.Sharded().Receipts.Mapped = () => throw new InvalidOperationException("killed");
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await victim.RecordReceiptAsync(Receipt(id, AttemptStatus.Delivered)));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await victim.CommitAsync(Commit(Pa(alias), 0, "a", Map(id, alias, 1))));
        Assert.Empty(await Shard(1).FindUnappliedReceiptsAsync(10));

        Assert.Equal(id, Assert.Single(await Store.FindUnappliedReceiptsAsync(10)).Receipt.MessageId);
        Assert.Null(await Shard(0).FindReceiptAsync(new ReceiptName(Carrier, id), CancellationToken.None));
    }

    [Fact]
    public async Task Receipt_WhenManyNeverFindTheirAttempt_ThePollGoesRoundThemAll()
    {
        for (var n = 0; n < 150; n++)
        {
            await Shard(0).RecordReceiptAsync(Receipt(MessageIn(0, n), AttemptStatus.Sent));
        }

        var (id, alias) = (MessageIn(0, 149), AliasIn(2));
        await Shard(2).CommitAsync(Commit(Pa(alias), 0, "a", Map(id, alias, 1)));

        var polls = 0;
        while ((await Store.FindUnappliedReceiptsAsync(10)).Count == 0)
        {
            Assert.True(++polls < 4);
        }
    }

    [Fact]
    public async Task Guard_WhenAliasesOfAllShardsSend_IsTheSum()
    {
        for (var shard = 0; shard < Count; shard++)
        {
            await Store.CommitAsync(Commit(Pa(AliasIn(shard)), 0, "a", Guard("number", $"new {shard}"), Guard("number", $"old {shard}", TimeSpan.FromHours(-2))));
        }

        Assert.Equal(new GuardCounts(3, 6), await Store.ReadGuardAsync(Key("number"), Noon.AddHours(-1), Noon.AddDays(-1)));
    }

    [Fact]
    public async Task AuditOutboxOf_AKey_IsTheOneThatItsCommitsFill()
    {
        for (var shard = 0; shard < Count; shard++)
        {
            await Store.CommitAsync(Commit(Pa(AliasIn(shard)), 0, "a", Audit($"event {shard}")));

            Assert.Equal(1, (await Store.AuditOutboxOf(Pa(AliasIn(shard))).ReadBacklogAsync()).Events);
            Assert.Equal(Shard(shard).Database, Store.AuditOutboxOf(Pa(AliasIn(shard, 1))).Database);
            Assert.Equal(shard + 1, (await Task.WhenAll(Store.AuditOutboxes.Select(outbox => outbox.ReadBacklogAsync().AsTask()))).Sum(backlog => backlog.Events));
        }
    }

    [Fact]
    public async Task Commit_WhenARowIsOfAnAliasElsewhere_IsTheCallersMistake()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.CommitAsync(Commit(Pa(AliasIn(0)), 0, "a", Outcome(AliasIn(1), 1))));

        Assert.Null(await Store.ReadAsync("sample", Pa(AliasIn(0))));
    }

    /// <summary>One of the databases by itself.</summary>
    private protected abstract IHotShard Shard(int n);
}
