using System.Collections.Concurrent;
using System.Net;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>Silos in this process, over real sockets, that know each other, their reminders and all their state by one PostgreSQL database alone.</summary>
public sealed class PostgresClusterFixture : IAsyncLifetime
{
    private readonly List<IHost> _silos = [];
    private readonly ConcurrentBag<HeldPort> _ports = [];
    private PostgresDatabase? _database;

    public PostgresDatabase Database => _database!;

    public IGrainFactory Grains => Silo(0).GetRequiredService<IGrainFactory>();

    public IServiceProvider Silo(int index) => _silos[index].Services;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresDatabase.CreateAsync();
        await using (var storage = new PostgresStorage(Database))
        {
            await storage.Migrator.MigrateAsync();
        }

        // At once, as they do on the first day of a cluster.
        _silos.AddRange(await Task.WhenAll(StartSiloAsync(), StartSiloAsync()));
    }

    /// <summary>Starts a silo; who starts one more stops it.</summary>
    public async Task<IHost> StartSiloAsync()
    {
        var held = HeldPort.Take();
        _ports.Add(held);
        var port = held.Number;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleans(silo =>
        {
            silo.Services.AddMaskedVerifyStorage(options =>
            {
                options.Engine = StorageEngine.Postgres;
                options.Database = Database.ConnectionString;
            });
            silo.AddMaskedVerifyClustering().AddMaskedVerifyReminders().AddMaskedVerifyGrainStorage();
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = ("test", "test"));
            silo.Configure<EndpointOptions>(endpoints =>
            {
                endpoints.AdvertisedIPAddress = IPAddress.Loopback;
                endpoints.SiloPort = port;
                endpoints.GatewayPort = 0;
                endpoints.SiloListeningEndpoint = new IPEndPoint(IPAddress.Loopback, port);
            });
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.StopAsync();
            silo.Dispose();
        }

        foreach (var port in _ports)
            port.Dispose();
    }
}
