using MaskedVerify.Storage.Tests.GrainStorage;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>The Orleans ADO.NET providers with our scripts: control storage, membership and reminders.</summary>
public sealed class PostgresClusterTests(PostgresClusterFixture cluster) : IClassFixture<PostgresClusterFixture>
{
    private IGrainStorage Storage(int silo) => cluster.Silo(silo).GetRequiredKeyedService<IGrainStorage>(StorageServices.ControlStorage);

    [Fact]
    public async Task Membership_WhenTwoSilosRun_HoldsBothAndOneVersionRow()
    {
        var manager = cluster.Grains.GetGrain<IManagementGrain>(0);

        await Eventually.TrueAsync(async () => (await manager.GetHosts(onlyActive: true)).Count >= 2, "both silos see both");
        Assert.InRange( await cluster.Database.ScalarAsync<long>("SELECT count(*) FROM control.orleansmembershiptable WHERE status = 3"), 2L, 3L);
        Assert.Equal(1L, await cluster.Database.ScalarAsync<long>("SELECT count(*) FROM control.orleansmembershipversiontable"));
    }

    [Fact]
    public async Task Membership_WhenASiloJoinsAndStops_FollowsIt()
    {
        using var silo = await cluster.StartSiloAsync();
        Assert.Equal(3L, await cluster.Database.ScalarAsync<long>("SELECT count(*) FROM control.orleansmembershiptable WHERE status = 3"));

        await silo.StopAsync();

        Assert.Equal(2L, await cluster.Database.ScalarAsync<long>("SELECT count(*) FROM control.orleansmembershiptable WHERE status = 3"));
        Assert.Equal(1L, await cluster.Database.ScalarAsync<long>("SELECT count(*) FROM control.orleansmembershiptable WHERE status = 6"));
    }

    [Fact]
    public async Task Reminder_WhenRegistered_ComesAndGoes()
    {
        var grain = cluster.Grains.GetGrain<ITickGrain>("tk-one");
        await grain.Begin();
        Assert.Equal(1L, await CountReminders());

        await Eventually.TrueAsync(async () => await grain.Ticks() > 0, "the reminder comes");
        await grain.Begin();
        Assert.Equal(1L, await CountReminders());
        await grain.End();
        Assert.Equal(0L, await CountReminders());
    }

    [Fact]
    public async Task Control_WhenWrittenAndCleared_CountsUpAndLeavesNoRow()
    {
        var grain = cluster.Grains.GetGrain<INoteGrain>("tn-one");

        Assert.Equal("first etag=1 exists=True", await grain.WriteControl("first"));
        Assert.Equal("second etag=2 exists=True", await grain.WriteControl("second"));
        Assert.Equal("second etag=2 exists=True", await grain.RereadControl());
        Assert.Equal("empty etag= exists=False", await grain.ClearControl());

        Assert.Equal(0L, await CountRows("tn-one"));
    }

    [Fact]
    public async Task Hot_WhenWrittenThroughAGrain_IsInTheHotTable()
    {
        await cluster.Grains.GetGrain<INoteGrain>("pa-hot").Write("text", outcome: 5, uniqueKey: "once");

        Assert.Equal(1L, await cluster.Database.ScalarAsync<long>("SELECT count(*) FROM hot.hot_state JOIN hot.hot_tables ON id = table_id WHERE name = 'note'"));
        Assert.Equal(1L, await cluster.Database.ScalarAsync<long>("SELECT count(*) FROM hot.outcomes"));
    }

    [Fact]
    public async Task Control_WhenKeysLookLikeNumbersBehindTheirPrefix_KeepsThemApart()
    {
        string[] keys = ["tn-1a", "tn-01a", "tn-1b", "tn-0000000000000000000000000000001a", "rt-1a"];
        foreach (var key in keys)
        {
            Assert.Equal($"{key} etag=1 exists=True", await cluster.Grains.GetGrain<INoteGrain>(key).WriteControl(key));
        }

        foreach (var key in keys)
        {
            Assert.Equal($"{key} etag=1 exists=True", await cluster.Grains.GetGrain<INoteGrain>(key).RereadControl());
        }
    }

    [Fact]
    public async Task Control_WhenTwoSilosRaceForTheFirstWriteOf200Keys_OneOfThemWinsEach()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 400).Select(n => Task.Run(async () =>
        {
            var id = GrainId.Create("test-note", $"tn-race-{n / 2}");
            try
            {
                await Storage(n % 2).WriteStateAsync("rule", id, new GrainState<RuleState>(new RuleState { Text = $"{n}" }));
                return 1;
            }
            catch (InconsistentStateException)
            {
                return 0;
            }
        })));

        Assert.Equal(200, results.Sum());
        for (var n = 0; n < 200; n++)
        {
            Assert.Equal(1, results[2 * n] + results[(2 * n) + 1]);
        }

        Assert.Equal(200L, await cluster.Database.ScalarAsync<long>("SELECT count(*) FROM control.orleansstorage WHERE grainidextensionstring LIKE 'tn-race-%'"));
    }

    [Fact]
    public async Task Control_WhenTheVersionIsStaleOrTheRowIsGone_IsInconsistent()
    {
        var id = GrainId.Create("test-note", "tn-stale");
        var fresh = new GrainState<RuleState>(new RuleState { Text = "a" });
        await Storage(0).WriteStateAsync("rule", id, fresh);
        var stale = new GrainState<RuleState>(new RuleState { Text = "b" }, "1");
        await Storage(0).WriteStateAsync("rule", id, fresh);

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage(1).WriteStateAsync("rule", id, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage(1).ClearStateAsync("rule", id, stale));
        await Storage(0).ClearStateAsync("rule", id, fresh);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage(1).WriteStateAsync("rule", id, stale));
        Assert.Equal(0L, await CountRows("tn-stale"));
    }

    private Task<long> CountRows(string key) => cluster.Database.ScalarAsync<long>($"SELECT count(*) FROM control.orleansstorage WHERE grainidextensionstring = '{key}'");

    private Task<long> CountReminders() => cluster.Database.ScalarAsync<long>("SELECT count(*) FROM control.orleansreminderstable");
}
