using System.Net;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Problems;

namespace MaskedVerify.Front.Hosting;

/// <summary>
/// Keeps the two ports apart: a path that does not belong to the port of the connection is not found, and requests to the internal port must name a
/// known host (against DNS rebinding from a browser on this machine).
/// </summary>
internal sealed partial class ListenerGate(RequestDelegate next, FrontOptions options, ILogger<ListenerGate> logger)
{
    private static readonly PathString[] s_public = ["/v1", "/openapi", "/docs", "/sandbox", "/health"];
    private static readonly PathString[] s_internal = ["/health", "/metrics", "/ops", "/admin"];

    public Task InvokeAsync(HttpContext context)
    {
        var listener = ListenerFeature.Of(context);
        var allowed = listener == Listener.Internal ? s_internal : s_public;
        if (!Array.Exists(allowed, prefix => context.Request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase)) && !(listener == Listener.Public && context.Request.Path == "/"))
            return Problem.NoSuchPath.WriteAsync(context);
        if (listener == Listener.Internal && !IsKnownHost(context.Request.Host.Host))
        {
            LogHostRefused();
            return Problem.HostNotAllowed.WriteAsync(context);
        }

        return next(context);
    }

    private bool IsKnownHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && (IPAddress.IsLoopback(address) || address.Equals(options.InternalEndpoint.Address)))
        || options.InternalHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    [LoggerMessage(EventIds.HostRefused, LogLevel.Warning, "A request to the internal port was refused because its Host header is not known; see InternalHosts")]
    private partial void LogHostRefused();
}
