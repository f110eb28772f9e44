using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front.Configuration;

/// <summary>
/// What one client of the public port may take: section <c>Limits</c>. Sizes are not settings, because the API promises them: a body of 64 KiB, 64 headers of 16 KiB in all, a request line of 4 KiB.
/// </summary>
public sealed class FrontLimits
{
    /// <summary>
    /// Most connections of one address (of IPv6: one /64, which is one customer's) at a time, 1 to 20,000; more are closed at once. Default 1,000, a twentieth of what the server takes.
    /// Declared proxies have no limit of their own, because they carry everybody.
    /// </summary>
    [Range(1, 20_000)]
    public int ConnectionsPerAddress { get; set; } = 1_000;

    /// <summary>Most requests of one HTTP/2 connection at a time, 1 to 1,000; more are refused, and the client may send them again. Default 100, the least that RFC 9113 §6.5.2 recommends.</summary>
    [Range(1, 1_000)]
    public int StreamsPerConnection { get; set; } = 100;

    /// <summary>Longest time from a request's first byte to the end of its headers, 1 s to 2 min. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time for a TLS handshake, 1 s to 1 min. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection without a request is kept, 1 s to 1 h. Default 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(120);
}

/// <summary>Checks <see cref="FrontLimits"/> at start.</summary>
[OptionsValidator]
internal sealed partial class FrontLimitsValidator : IValidateOptions<FrontLimits>;
