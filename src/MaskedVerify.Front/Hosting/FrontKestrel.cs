using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Requests;
using MaskedVerify.Grains;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MaskedVerify.Front.Hosting;

/// <summary>Ports and limits of the HTTP server.</summary>
internal static class FrontKestrel
{
    /// <summary>Applies them. <paramref name="ports"/> receives the ports, whose numbers are real after the start.</summary>
    public static void Configure(KestrelServerOptions kestrel, FrontOptions options, ListenPorts ports)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = RequestBody.MaxBytes;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestLineSize = 4 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(120);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MaxConcurrentConnections = 20_000;
        foreach (var endpoint in options.Has(SiloRoles.Front) ? options.PublicEndpoints : [])
            kestrel.Listen(endpoint, listen => ports.Public.Add(Mark(listen, Listener.Public)));
        kestrel.Listen(options.InternalEndpoint, listen => ports.Internal.Add(Mark(listen, Listener.Internal)));
    }

    private static ListenOptions Mark(ListenOptions listen, Listener listener)
    {
        var feature = new ListenerFeature(listener);
        listen.Use(next => connection =>
        {
            connection.Features.Set(feature);
            return next(connection);
        });
        return listen;
    }
}

/// <summary>The ports that the server opened.</summary>
internal sealed class ListenPorts
{
    public List<ListenOptions> Public { get; } = [];

    public List<ListenOptions> Internal { get; } = [];
}
