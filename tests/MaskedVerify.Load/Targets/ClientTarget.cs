using System.Net;
using MaskedVerify.Domain;
using MaskedVerify.Grains;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace MaskedVerify.Load.Targets;

/// <summary>A server process with an open gateway, driven by an Orleans client in this process over TCP. Codes are read over HTTP from the server's sandbox inbox.</summary>
internal sealed class ClientTarget : ILoadTarget
{
    private readonly ServerProcess _server;
    private readonly MetricsReader _metrics;
    private readonly IHost _client;
    private readonly LoadTenant _tenant;
    private readonly Caller _caller;

    private ClientTarget(ServerProcess server, MetricsReader metrics, IHost client, LoadTenant tenant)
    {
        _server = server;
        _metrics = metrics;
        _client = client;
        _tenant = tenant;
        if (!ApiKeyText.TryParse(tenant.Key, out var key))
            throw new LoadSetupException("The key that the server made is not an API key.");
        _caller = Caller.Of(TenantId.Parse(tenant.Id), key);
    }

    /// <inheritdoc/>
    public string Description => "an external Orleans client over the gateway of a server in a process of its own";

    /// <inheritdoc/>
    public string? DataFolder => _server.DataFolder;

    /// <inheritdoc/>
    public string LastLines => _server.LastLines;

    /// <summary>Starts a server and a client.</summary>
    public static async Task<ClientTarget> StartAsync(ServerSettings settings, CancellationToken cancellationToken)
    {
        var server = await ServerProcess.StartAsync(settings with { Gateway = true }, cancellationToken);
        try
        {
            var tenant = await AdminClient.CreateTenantAsync(server.InternalAddress, server.OperatorKey, cancellationToken);
            var client = await ConnectAsync(server, cancellationToken);
            return new ClientTarget(server, new MetricsReader(server.InternalAddress, server.OperatorKey, server.Id), client, tenant);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>An Orleans client of a server of ours.</summary>
    public static async Task<IHost> ConnectAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, server.GatewayPort ?? throw new LoadSetupException("The server has no gateway.")));
            client.Configure<ClusterOptions>(cluster =>
            {
                cluster.ClusterId = Cluster;
                cluster.ServiceId = Cluster;
            });
            client.Services.AddMaskedVerifyWire();
        });
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return host;
    }

    /// <inheritdoc/>
    public Task<ILoadConnection> ConnectAsync(LoadShape shape)
    {
        var address = _server.PublicAddress;
        var http = new HttpLoadConnection(new IPEndPoint(IPAddress.Loopback, address.Port), address.Authority, _tenant.Key, idempotencyKeys: false);
        var grains = new GrainLoadConnection(_client.Services.GetRequiredService<IClusterClient>(), _caller, http.ReadCodeAsync, shape.IdempotencyKeys);
        return Task.FromResult<ILoadConnection>(new WithInbox(grains, http));
    }

    /// <inheritdoc/>
    public Task<TargetSnapshot> SnapshotAsync() => _metrics.ReadAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _client.StopAsync();
        _client.Dispose();
        _metrics.Dispose();
        await _server.DisposeAsync();
    }

    // Service and cluster id of the embedded mode.
    private const string Cluster = "maskedverify";

    private sealed class WithInbox(ILoadConnection grains, HttpLoadConnection inbox) : ILoadConnection
    {
        public ValueTask<Started> StartAsync(Destination to) => grains.StartAsync(to);

        public ValueTask<string> ReadCodeAsync(Started started) => inbox.ReadCodeAsync(started);

        public ValueTask CheckAsync(Started started, string code) => grains.CheckAsync(started, code);

        public ValueTask<string> CreateAliasAsync(string number) => grains.CreateAliasAsync(number);

        public ValueTask DisposeAsync() => inbox.DisposeAsync();
    }
}
