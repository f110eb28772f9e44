using MaskedVerify.Front.Configuration;

namespace MaskedVerify.Front.Hosting;

/// <summary>Notes the real addresses once the server listens.</summary>
internal sealed class ServerAddresses(ListenPorts ports, ServerInfo info, FrontOptions options) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        info.PublicAddress = ports.Public.Select(p => p.IPEndPoint).OfType<System.Net.IPEndPoint>().Select(ServerInfo.Reachable).FirstOrDefault() ?? "";
        info.InternalAddress = ports.Internal.Select(p => p.IPEndPoint).OfType<System.Net.IPEndPoint>().Select(ServerInfo.Reachable).FirstOrDefault() ?? "";
        info.GatewayPort = options.GatewayPort;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
