using System.Text;
using MaskedVerify.Domain;
using Xunit;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Testing;

public abstract partial class HotStoreContract
{
    /// <summary>Every row of the audit log, by shard and number.</summary>
    protected abstract Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync();

    [Fact]
    public async Task Drain_WhenNothingWaits_MovesNothing()
    {
        Assert.Equal(0, await DrainAsync(10));
        Assert.Equal(new AuditBacklog(0, null, 0), await Store.AuditOutbox.ReadBacklogAsync());
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await DrainAsync(0));
        Assert.Empty(await ReadAuditLogAsync());
    }

    [Fact]
    public async Task Drain_WhenItIsGivenABound_MovesTheOldest()
    {
        for (var n = 0; n < 40; n++)
        {
            await Store.CommitAsync(Commit($"pa-{n}", 0, "x", Audit($"event {n}", after: TimeSpan.FromSeconds(n))));
        }

        var before = await Store.AuditOutbox.ReadBacklogAsync();
        Assert.InRange(before.Events, 40, 10_000);
        Assert.Equal(2, await DrainAsync(2));
        var moved = (await ReadAuditLogAsync()).Select(row => row.Row.At).Order().ToList();
        Assert.Equal(before.OldestAt, moved[0]);
        Assert.True((await Store.AuditOutbox.ReadBacklogAsync()).OldestAt > moved[1]);
    }

    [Fact]
    public async Task Drain_WhenEventsOfManyTenantsWait_NumbersThemPerShardFromOneInTheOrderOfTheirCommits()
    {
        List<AuditRow> rows = [.. Enumerable.Range(0, 60).Select(n => Audit($"event {n}", $"tn-{n % 23}", TimeSpan.FromSeconds(n)))];
        for (var n = 0; n < rows.Count; n += 3)
        {
            await Store.CommitAsync(Commit($"pa-{n}", 0, "x", [.. rows[n..(n + 3)]]));
        }

        Assert.Equal(60, await DrainAsync(25) + await DrainAsync(100));

        var log = await ReadAuditLogAsync();
        Assert.Equal(0, await DrainAsync(100));
        Assert.Equal(60, log.Count);
        AssertNumbered(log);
        foreach (var shard in rows.GroupBy(row => AuditShards.Of(row.Tenant)))
        {
            Assert.Equal(shard.Select(NameOf), log.Where(row => row.Shard == shard.Key).Select(row => NameOf(row.Row)));
        }

        var first = log.Single(row => NameOf(row.Row) == "event 7").Row;
        Assert.Equal((rows[7].Tenant, rows[7].At), (first.Tenant, first.At));
        Assert.Equal(rows[7].EventId, first.EventId);
    }

    [Fact]
    public async Task Drain_WhenACommitLoses_HasNothingOfIt()
    {
        await Store.CommitAsync(Commit("pa-1", 0, "one", Audit("won")));
        await Store.CommitAsync(Commit("pa-1", 0, "two", Audit("lost")));

        Assert.Equal(1, await DrainAsync(10));
        Assert.Equal("won", NameOf(Assert.Single(await ReadAuditLogAsync()).Row));
    }

    [Fact]
    public async Task Drain_WhenSeveralDrainWhileAliasesCommit_EachEventIsThereOnceAndAnAliasKeepsItsOrder()
    {
        const int Aliases = 24;
        const int Commits = 20;
        using var written = new CancellationTokenSource();
        var drains = Enumerable.Range(0, 3).Select(n => Task.Run(async () =>
        {
            while (!written.IsCancellationRequested)
            {
                await DrainAsync(7 + (n * 20));
            }
        })).ToArray();
        await Race(Aliases, async alias =>
        {
            for (var n = 0; n < Commits; n++)
            {
                var result = await Store.CommitAsync(Commit($"pa-{alias}", n, "x", Audit($"{alias} {n}", $"tn-{alias % 5}")));
                Assert.Equal(CommitStatus.Committed, result.Status);
            }

            return true;
        });
        await written.CancelAsync();
        await Task.WhenAll(drains);
        while (await DrainAsync(50) > 0)
        {
        }

        var log = await ReadAuditLogAsync();
        Assert.Equal(Aliases * Commits, log.Count);
        Assert.Equal(log.Count, log.Select(row => Convert.ToHexString(row.Row.EventId)).Distinct(StringComparer.Ordinal).Count());
        AssertNumbered(log);
        Assert.All(
            log.GroupBy(row => NameOf(row.Row).Split(' ')[0], StringComparer.Ordinal),
            alias => Assert.Equal(Enumerable.Range(0, Commits).Select(n => $"{alias.Key} {n}"), alias.Select(row => NameOf(row.Row))));
    }

    private async Task<int> DrainAsync(int max) => await Store.AuditOutbox.DrainAsync(max);

    private static void AssertNumbered(IReadOnlyList<LoggedAudit> log) => Assert.All(
        log.GroupBy(row => row.Shard), shard => Assert.Equal(Enumerable.Range(1, shard.Count()).Select(n => (long)n), shard.Select(row => row.Number)));

    private static string NameOf(AuditRow row) => Encoding.UTF8.GetString(row.Payload);
}
