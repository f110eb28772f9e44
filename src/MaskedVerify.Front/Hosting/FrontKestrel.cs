using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Requests;
using MaskedVerify.Grains;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front.Hosting;

/// <summary>Ports and limits of the HTTP server.</summary>
internal static class FrontKestrel
{
    /// <summary>Applies them. <paramref name="ports"/> receives the ports, whose numbers are real after the start.</summary>
    public static void Configure(KestrelServerOptions kestrel, FrontOptions options, ListenPorts ports)
    {
        var services = kestrel.ApplicationServices;
        var most = services.GetRequiredService<IOptions<FrontLimits>>().Value;
        kestrel.AddServerHeader = false;
        Limit(kestrel.Limits, most);
        var counted = services.GetRequiredService<ConnectionLimit>();
        foreach (var endpoint in options.Has(SiloRoles.Front) ? options.PublicEndpoints : [])
        {
            kestrel.Listen(endpoint.Address, listen =>
            {
                Mark(listen, Listener.Public);
                listen.Use(next => connection => counted.RunAsync(connection, next));
                if (endpoint.IsTls)
                    Encrypt(listen, services.GetRequiredService<PublicCertificates>(), most);
                ports.Public.Add((listen, endpoint.IsTls));
            });
        }

        kestrel.Listen(options.InternalEndpoint, listen =>
        {
            Mark(listen, Listener.Internal);
            ports.Internal.Add(listen);
        });
    }

    private static void Limit(KestrelServerLimits limits, FrontLimits most)
    {
        limits.MaxRequestBodySize = RequestBody.MaxBytes;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestLineSize = 4 * 1024;
        limits.RequestHeadersTimeout = most.HeadersTimeout;
        limits.KeepAliveTimeout = most.IdleTimeout;
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MaxConcurrentConnections = 20_000;

        // All streams of a connection together may have one body's worth of bytes waiting, and a few.
        limits.Http2.MaxStreamsPerConnection = most.StreamsPerConnection;
        limits.Http2.MaxRequestHeaderFieldSize = 16 * 1024;
        limits.Http2.InitialStreamWindowSize = 2 * RequestBody.MaxBytes;
        limits.Http2.InitialConnectionWindowSize = 4 * RequestBody.MaxBytes;
    }

    // For each handshake anew: the certificate may have been replaced.
    private static void Encrypt(ListenOptions listen, PublicCertificates certificates, FrontLimits most) => listen.UseHttps(new TlsHandshakeCallbackOptions
    {
        HandshakeTimeout = most.HandshakeTimeout,
        OnConnection = _ => ValueTask.FromResult(certificates.Current.Handshake),
    });

    private static void Mark(ListenOptions listen, Listener listener)
    {
        var feature = new ListenerFeature(listener);
        listen.Use(next => connection =>
        {
            connection.Features.Set(feature);
            return next(connection);
        });
    }
}

/// <summary>The ports that the server opened.</summary>
internal sealed class ListenPorts
{
    public List<(ListenOptions Port, bool IsTls)> Public { get; } = [];

    public List<ListenOptions> Internal { get; } = [];
}
