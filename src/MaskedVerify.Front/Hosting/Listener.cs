using System.Net;

namespace MaskedVerify.Front.Hosting;

/// <summary>Which port a connection came in on. Set per connection, so that no header can change it.</summary>
internal enum Listener
{
    /// <summary>The API and its pages.</summary>
    Public = 0,

    /// <summary>For operators.</summary>
    Internal = 1,
}

/// <summary>Feature of a connection that tells its port's role.</summary>
internal sealed record ListenerFeature(Listener Listener)
{
    /// <summary>The role of a request's port. A connection without the feature (a test server) is public.</summary>
    public static Listener Of(HttpContext context) => context.Features.Get<ListenerFeature>()?.Listener ?? Listener.Public;
}

/// <summary>Where this process listens; real ports are known after the start.</summary>
public sealed class ServerInfo
{
    /// <summary>
    /// Address of the public port, without a slash at its end: with TLS under the first host name of the certificate, else one that works from this machine.
    /// </summary>
    public string PublicAddress { get; internal set; } = "";

    /// <summary>Address of the internal port that works from this machine, without a slash at its end.</summary>
    public string InternalAddress { get; internal set; } = "";

    /// <summary>Key of the sandbox tenant; empty until it is made.</summary>
    public string SandboxKey { get; internal set; } = "";

    /// <summary>Port of the client gateway, or null.</summary>
    public int? GatewayPort { get; internal set; }

    /// <summary>Whether the sandbox tenant is in place: part of readiness.</summary>
    internal bool IsPrepared { get; set; }

    /// <summary>What curl needs to call <see cref="PublicAddress"/> from this machine, whatever its name means elsewhere and whoever signed its certificate; empty, or options and a blank.</summary>
    internal string CurlOptions { get; set; } = "";

    /// <summary>An address that a client on this machine can use.</summary>
    internal static string Reachable(IPEndPoint endpoint) => $"http://{Near(endpoint)}";

    /// <summary>The same without a scheme.</summary>
    internal static IPEndPoint Near(IPEndPoint endpoint) =>
        new(endpoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : endpoint.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : endpoint.Address, endpoint.Port);
}
