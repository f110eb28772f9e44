using System.Net;
using MaskedVerify.Front.Configuration;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front.Hosting;

/// <summary>Notes the real addresses once the server listens.</summary>
internal sealed class ServerAddresses(ListenPorts ports, ServerInfo info, FrontOptions options, IServiceProvider services) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (ports.Public.FirstOrDefault() is { Port.IPEndPoint: { } first } open)
            NotePublic(first, open.IsTls);
        info.InternalAddress = ports.Internal.Select(p => p.IPEndPoint).OfType<IPEndPoint>().Select(ServerInfo.Reachable).FirstOrDefault() ?? "";
        info.GatewayPort = options.GatewayPort;
        return Task.CompletedTask;
    }

    private void NotePublic(IPEndPoint endpoint, bool isTls)
    {
        if (!isTls)
        {
            info.PublicAddress = ServerInfo.Reachable(endpoint);
            return;
        }

        var near = ServerInfo.Near(endpoint);
        info.PublicAddress = services.GetRequiredService<PublicCertificates>().Current.HostName is { } name ? $"https://{name}:{near.Port}" : $"https://{near}";

        // The certificate vouches for itself: whoever can read this file need not ask who signed it.
        info.CurlOptions = $"--cacert '{services.GetRequiredService<IOptions<PublicTlsOptions>>().Value.Certificate}' --connect-to '::{near}' ";
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
