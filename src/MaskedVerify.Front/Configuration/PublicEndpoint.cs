using System.Net;

namespace MaskedVerify.Front.Configuration;

/// <summary>One address of the public port.</summary>
/// <param name="Address">Where it listens; port 0 takes a free one.</param>
/// <param name="IsTls">Whether it speaks TLS (<c>https://</c>) or plain HTTP.</param>
public sealed record PublicEndpoint(IPEndPoint Address, bool IsTls)
{
    /// <summary>What the server listens on without <c>--urls</c>: <c>http://127.0.0.1:8080</c>.</summary>
    public static PublicEndpoint Plain { get; } = new(new IPEndPoint(IPAddress.Loopback, 8080), IsTls: false);

    /// <summary>The same with a certificate: <c>https://127.0.0.1:8443</c>.</summary>
    public static PublicEndpoint Encrypted { get; } = new(new IPEndPoint(IPAddress.Loopback, 8443), IsTls: true);
}
