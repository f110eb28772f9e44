using System.Net;
using MaskedVerify.Storage.Tests.GrainStorage;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Storage;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>The Orleans providers on the script's own statements, on a real SQL Server: two silos, membership, reminders, control state.</summary>
[Trait(SqlServerSuite.Trait, SqlServerSuite.Name)]
public sealed class SqlServerOrleansTests(SqlServerFixture fixture) : IClassFixture<SqlServerFixture>, IDisposable
{
    private readonly List<HeldPort> _ports = [];

    [Fact]
    public async Task Silos_WhenTwoStart_SeeEachOtherAndOneLeaves()
    {
        using var first = await StartAsync();
        using (var second = await StartAsync())
        {
            var hosts = await first.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
            Assert.Equal(2, hosts.Count);
            await second.StopAsync();
        }

        Assert.Single(await first.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true));
        await first.StopAsync();
    }

    [Fact]
    public async Task Reminders_WhenWrittenReadAndDeleted_KeepTheirVersion()
    {
        using var host = await StartAsync();
        var table = host.Services.GetRequiredService<IReminderTable>();
        var grain = GrainId.Create("test-note", "tn-reminder");
        var entry = new ReminderEntry { GrainId = grain, ReminderName = "one", StartAt = new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc), Period = TimeSpan.FromHours(1) };

        var etag = await table.UpsertRow(entry);
        Assert.Equal("one", (await table.ReadRow(grain, "one"))!.ReminderName);
        Assert.Single((await table.ReadRows(grain)).Reminders);
        Assert.Single((await table.ReadRows(0, 0)).Reminders);
        var next = await table.UpsertRow(entry);
        Assert.NotEqual(etag, next);
        Assert.False(await table.RemoveRow(grain, "one", etag!));
        Assert.True(await table.RemoveRow(grain, "one", next!));
        await host.StopAsync();
    }

    [Fact]
    public async Task ControlState_WhenFirstWritesRace_OneWinsAndStaleOnesAreInconsistent()
    {
        using var host = await StartAsync();
        var storage = host.Services.GetRequiredKeyedService<IGrainStorage>(StorageServices.ControlStorage);
        var id = GrainId.Create("test-note", "tn-race");
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => Task.Run(async () =>
        {
            try
            {
                await storage.WriteStateAsync("rule", id, new GrainState<RuleState>(new RuleState { Text = $"{n}" }));
                return 1;
            }
            catch (InconsistentStateException)
            {
                return 0;
            }
        })));
        Assert.Equal(1, results.Sum());

        var read = new GrainState<RuleState>();
        await storage.ReadStateAsync("rule", id, read);
        var stale = new GrainState<RuleState>(new RuleState { Text = "stale" }, read.ETag);
        await storage.WriteStateAsync("rule", id, read);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("rule", id, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("rule", id, stale));
        await storage.ClearStateAsync("rule", id, read);
        Assert.Equal(0, await fixture.RunAsync("SELECT COUNT(*) FROM control.OrleansStorage"));
        await host.StopAsync();
    }

    public void Dispose() => _ports.ForEach(port => port.Dispose());

    private async Task<IHost> StartAsync()
    {
        _ports.Add(HeldPort.Take());
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddMaskedVerifyStorage(options =>
        {
            options.Engine = StorageEngine.SqlServer;
            options.Database = fixture.ConnectionString;
        });
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("test", "maskedverify"))
            .Configure<EndpointOptions>(options => (options.AdvertisedIPAddress, options.SiloPort, options.GatewayPort) = (IPAddress.Loopback, _ports[^1].Number, 0))
            .AddMaskedVerifyClustering()
            .AddMaskedVerifyReminders()
            .AddMaskedVerifyGrainStorage());
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
