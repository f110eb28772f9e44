using System.Net;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.Servers;

namespace MaskedVerify.Load.Targets;

/// <summary>A server over HTTP: one of our own, in a process of its own, or one that runs already.</summary>
internal sealed class HttpTarget : ILoadTarget
{
    private readonly ServerProcess? _server;
    private readonly MetricsReader? _metrics;
    private readonly IPEndPoint _endpoint;
    private readonly Uri _address;
    private readonly string _key;

    private HttpTarget(ServerProcess? server, Uri address, IPEndPoint endpoint, string key, MetricsReader? metrics)
    {
        _server = server;
        _address = address;
        _endpoint = endpoint;
        _key = key;
        _metrics = metrics;
    }

    /// <inheritdoc/>
    public string Description => _server is null ? $"HTTP against the running server {_address}" : "HTTP against the embedded default in a process of its own";

    /// <inheritdoc/>
    public string? DataFolder => _server?.DataFolder;

    /// <inheritdoc/>
    public string LastLines => _server?.LastLines ?? "";

    /// <summary>Starts a server and makes a tenant for the run.</summary>
    public static async Task<HttpTarget> StartAsync(ServerSettings settings, CancellationToken cancellationToken)
    {
        var server = await ServerProcess.StartAsync(settings, cancellationToken);
        try
        {
            var tenant = await AdminClient.CreateTenantAsync(server.InternalAddress, server.OperatorKey, cancellationToken);
            var metrics = new MetricsReader(server.InternalAddress, server.OperatorKey, server.Id);
            return new HttpTarget(server, server.PublicAddress, await ResolveAsync(server.PublicAddress, cancellationToken), tenant.Key, metrics);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Uses a running server. Without <paramref name="key"/> a tenant is made over <paramref name="internalAddress"/>.</summary>
    /// <exception cref="LoadSetupException">Neither a key nor an internal address was given.</exception>
    public static async Task<HttpTarget> AttachAsync(Uri address, string? key, Uri? internalAddress, string? operatorKey, CancellationToken cancellationToken)
    {
        if (key is null && internalAddress is null)
            throw new LoadSetupException("A running server needs --key (of a sandbox tenant whose limits are raised), or --internal-url to make such a tenant.");
        key ??= (await AdminClient.CreateTenantAsync(internalAddress!, operatorKey, cancellationToken)).Key;
        var metrics = internalAddress is null ? null : new MetricsReader(internalAddress, operatorKey, processId: null);
        return new HttpTarget(null, address, await ResolveAsync(address, cancellationToken), key, metrics);
    }

    /// <inheritdoc/>
    public Task<ILoadConnection> ConnectAsync(LoadShape shape) => Task.FromResult<ILoadConnection>(Connect(shape));

    /// <inheritdoc/>
    public Task<TargetSnapshot> SnapshotAsync() =>
        _metrics?.ReadAsync() ?? Task.FromResult(new TargetSnapshot { OwnCpuSeconds = ProcessFigures.OwnCpuSeconds });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _metrics?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private HttpLoadConnection Connect(LoadShape shape) => new(_endpoint, _address.Authority, _key, shape.IdempotencyKeys);

    private static async Task<IPEndPoint> ResolveAsync(Uri address, CancellationToken cancellationToken)
    {
        if (address.Scheme != Uri.UriSchemeHttp)
            throw new LoadSetupException("--url must begin with http://: the load is driven without TLS.");
        var addresses = await Dns.GetHostAddressesAsync(address.DnsSafeHost, cancellationToken);
        return new IPEndPoint(addresses[0], address.Port);
    }
}
