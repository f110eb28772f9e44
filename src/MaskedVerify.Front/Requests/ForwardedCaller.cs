using System.Net;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Hosting;

namespace MaskedVerify.Front.Requests;

/// <summary>
/// Decides who calls: the one place where a forwarding header is looked at. The peer of the connection is the caller, unless it is a declared proxy; then the last address that the header
/// names is, unless that is a declared proxy too, and so on. An address that cannot be read hides who is behind it: then the last proxy is the caller. On the internal port nobody is believed.
/// </summary>
internal sealed class ForwardedCaller(RequestDelegate next, FrontOptions options)
{
    /// <summary>Sets the address and the scheme of the request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is { } peer)
        {
            peer = CallerAddress.Normal(peer);
            context.Connection.RemoteIpAddress = options.BehindProxy.Count > 0 && ListenerFeature.Of(context) == Listener.Public ? Behind(peer, context.Request) : peer;
        }

        return next(context);
    }

    private IPAddress Behind(IPAddress peer, HttpRequest request)
    {
        var isPlain = options.ForwardedHeader == ForwardedHeader.XForwardedFor;
        var hops = ForwardedHops.FromTheEnd(request.Headers[isPlain ? "X-Forwarded-For" : "Forwarded"]).GetEnumerator();
        using var protos = isPlain ? ForwardedHops.FromTheEnd(request.Headers["X-Forwarded-Proto"]).GetEnumerator() : null;
        var caller = peer;
        while (IsProxy(caller))
        {
            // A proxy that overwrites the scheme writes one, whatever stands in the list of addresses.
            if (protos?.MoveNext() == true)
                Take(protos.Current, request);
            if (!hops.MoveNext())
                break;
            string? proto = null;
            if (!(isPlain ? CallerAddress.TryParseNode(hops.Current, out var hop) : ForwardedHops.TryRead(hops.Current, out hop, out proto)))
                break;
            Take(proto, request);
            caller = hop;
        }

        return caller;
    }

    private bool IsProxy(IPAddress address)
    {
        foreach (var network in options.BehindProxy)
        {
            if (network.Contains(address))
                return true;
        }

        return false;
    }

    private static void Take(string? proto, HttpRequest request)
    {
        if (proto is not null && (proto.Equals("https", StringComparison.OrdinalIgnoreCase) || proto.Equals("http", StringComparison.OrdinalIgnoreCase)))
            request.Scheme = proto.ToLowerInvariant();
    }
}
