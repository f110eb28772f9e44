using MaskedVerify.Carriers.Sandbox;
using MaskedVerify.Domain;
using MaskedVerify.Grains;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.Servers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace MaskedVerify.Load.Targets;

/// <summary>Silos of the Orleans test host in this process, composed as in the server, over one set of SQLite files.</summary>
internal sealed class HostTarget : ILoadTarget
{
    private readonly HostStores _stores;
    private readonly InProcessTestCluster _cluster;
    private readonly Caller _caller;
    private readonly List<ISandboxInbox> _inboxes;
    private readonly List<IGrainFactory> _factories;
    private readonly StorageListener _storage;
    private readonly bool _inside;
    private int _connections;

    private HostTarget(HostStores stores, StorageListener storage, InProcessTestCluster cluster, Caller caller, bool inside)
    {
        _stores = stores;
        _storage = storage;
        _cluster = cluster;
        _caller = caller;
        _inside = inside;
        var silos = cluster.Silos.Select(silo => cluster.GetSiloServiceProvider(silo.SiloAddress)).ToList();
        _inboxes = silos.ConvertAll(silo => silo.GetRequiredService<ISandboxInbox>());
        _factories = inside ? silos.ConvertAll(silo => silo.GetRequiredService<IGrainFactory>()) : [cluster.Client];
    }

    /// <inheritdoc/>
    public string Description =>
        $"the Orleans test host, {_inboxes.Count} silo{(_inboxes.Count == 1 ? "" : "s")} in this process, calls made {(_inside ? "inside the silo, as by its HTTP front" : "by a cluster client")}";

    /// <inheritdoc/>
    public string? DataFolder => _stores.Folder;

    /// <inheritdoc/>
    public string LastLines => "";

    /// <summary>Where calls are made.</summary>
    public IGrainFactory Grains => _factories[0];

    /// <summary>Starts a cluster and makes a tenant for the run.</summary>
    /// <param name="silos">1 or 2.</param>
    /// <param name="inside">Whether calls are made by the silos themselves instead of by a client.</param>
    /// <param name="settings">Data folder and sandbox as for a server.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<HostTarget> StartAsync(int silos, bool inside, ServerSettings settings, CancellationToken cancellationToken)
    {
        var storage = new StorageListener();
        var stores = await HostStores.OpenAsync(settings, cancellationToken);
        InProcessTestCluster? cluster = null;
        try
        {
            var builder = new InProcessTestClusterBuilder((short)silos);
            builder.Options.ConfigureFileLogging = false; // it writes ./logs where the program was called
            builder.ConfigureSilo((_, silo) => stores.Compose(silo));
            builder.ConfigureClient(client => client.Services.AddMaskedVerifyWire());
            cluster = builder.Build();
            await cluster.DeployAsync(cancellationToken);
            var caller = await CreateTenantAsync(cluster, cancellationToken);
            return new HostTarget(stores, storage, cluster, caller, inside);
        }
        catch
        {
            if (cluster is not null)
                await cluster.DisposeAsync();
            await stores.DisposeAsync();
            storage.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<ILoadConnection> ConnectAsync(LoadShape shape)
    {
        var factory = _factories[(Interlocked.Increment(ref _connections) & int.MaxValue) % _factories.Count];
        return Task.FromResult<ILoadConnection>(new GrainLoadConnection(factory, _caller, ReadCodeAsync, shape.IdempotencyKeys));
    }

    /// <inheritdoc/>
    public async Task<TargetSnapshot> SnapshotAsync()
    {
        var process = ProcessFigures.Read(Environment.ProcessId);
        return _storage.Read() with
        {
            CpuSeconds = process.CpuSeconds,
            OwnCpuSeconds = process.CpuSeconds,
            ResidentBytes = process.ResidentBytes,
            DiskBytes = ProcessFigures.DiskBytes(Environment.ProcessId),
            Collections = [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => (double)GC.CollectionCount(generation))],
            CollectionPauseSeconds = GC.GetTotalPauseDuration().TotalSeconds,
            AllocatedBytes = GC.GetTotalAllocatedBytes(),
            HeapBytes = GC.GetTotalMemory(forceFullCollection: false),
            Activations = await _cluster.Client.GetGrain<IManagementGrain>(0).GetTotalActivationCount(),
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
        await _stores.DisposeAsync();
        _storage.Dispose();
    }

    private static async Task<Caller> CreateTenantAsync(InProcessTestCluster cluster, CancellationToken cancellationToken)
    {
        var id = TenantId.Parse("tn-load");
        var tenant = cluster.Client.GetGrain<ITenantGrain>(GrainKeys.Tenant(id));
        var policy = new TenantPolicy
        {
            Countries = ["*"],
            ResendSpacingSeconds = 0,
            SendsPerHour = 1_000_000,
            SendsPerDay = 1_000_000,
            NumberSendsPerHour = 1_000_000,
            NumberSendsPerDay = 1_000_000,
            StartsPerSecond = 1_000_000,
            SendsPerUtcDay = 1_000_000_000,
            AliasesPerUtcDay = 1_000_000_000,
        };
        var key = ApiKeyText.Create(live: false);
        Check(await tenant.Get() is { } known ? await tenant.ChangePolicy(known.Version, policy) : await tenant.Create("Load", live: false, policy));
        Check(await tenant.AddKey(key.KeyId, key.SecretHash(), "load", null));
        foreach (var silo in cluster.Silos)
            await cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<ITenantCatalog>().RefreshAsync(cancellationToken);
        return Caller.Of(id, key);
    }

    private static void Check(TenantReply reply)
    {
        if (!reply.Ok)
            throw new LoadSetupException("The tenant of the run could not be made: " + string.Join(' ', reply.Errors));
    }

    private async ValueTask<string> ReadCodeAsync(Started started)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            foreach (var inbox in _inboxes)
            {
                foreach (var message in inbox.List(started.Alias, 5))
                {
                    if (message.Verification == started.Verification)
                        return message.Code;
                }
            }

            await Task.Delay(10);
        }

        throw new LoadException("inbox no-message");
    }
}
