using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MaskedVerify.Front.Requests;

/// <summary>The address of whoever calls, in one form: IPv4 is never written as IPv6, and no zone stands behind a link-local address, so that equal addresses are equal.</summary>
internal static class CallerAddress
{
    private static readonly SearchValues<char> s_version6 = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>
    /// The caller of a request: the peer of its connection, or who declared proxies say it is (<see cref="ForwardedCaller"/>). Null only where there is no network (a test server).
    /// </summary>
    public static IPAddress? Of(HttpContext context) => context.Connection.RemoteIpAddress;

    /// <summary>An address in that one form.</summary>
    public static IPAddress Normal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;
    }

    /// <summary>A network in prefix notation, or one address, of whose bits only those of the prefix are set; null: it is none.</summary>
    public static IPNetwork? ParseNetwork(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!TryParse(slash < 0 ? text : text.AsSpan(0, slash), out var address))
            return null;
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var prefix = bits;
        if (slash >= 0 && !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix))
            return null;
        if (slash >= 0 && bits == 32 && text.Contains(':', StringComparison.Ordinal))
            prefix -= 96;

        // The system's own reader lets bits behind the prefix pass, which are a slip: 10.0.0.7/8 was hardly meant to be sixteen million proxies.
        return prefix >= 0 && prefix <= bits && new IPNetwork(address, prefix) is var network && network.BaseAddress.Equals(address) ? network : null;
    }

    /// <summary>
    /// Reads an address as a proxy writes it: <c>192.0.2.1</c>, <c>192.0.2.1:443</c>, <c>2001:db8::1</c>, <c>[2001:db8::1]</c>, <c>[2001:db8::1]:443</c>; a zone (<c>%eth0</c>) means
    /// nothing here and is dropped. No name, no <c>unknown</c>, none of the short, octal or hexadecimal forms of IPv4.
    /// </summary>
    public static bool TryParseNode(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        text = text.Trim(" \t");
        if (text is ['[', ..])
        {
            var end = text.IndexOf(']');
            return end > 0 && IsPortOrNothing(text[(end + 1)..]) && TryParse(text[1..end], out address) && text[1..end].Contains(':');
        }

        var colon = text.IndexOf(':');
        return colon >= 0 && colon == text.LastIndexOf(':') ? IsPortOrNothing(text[colon..]) && TryParse(text[..colon], out address) : TryParse(text, out address);
    }

    private static bool TryParse(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.IndexOf('%') is > 0 and var zone && zone < text.Length - 1 && text.Contains(':'))
            text = text[..zone];
        if (text.ContainsAnyExcept(s_version6) || !IPAddress.TryParse(text, out var parsed))
            return false;

        // What the system's reader takes for IPv4 has more spellings than one, and two readers of one spelling may differ (010.0.0.1).
        if (parsed.AddressFamily == AddressFamily.InterNetwork && !text.SequenceEqual(parsed.ToString()))
            return false;
        address = Normal(parsed);
        return true;
    }

    // RFC 7239 §6.3 lets a proxy hide its port ("_gazonk").
    private static bool IsPortOrNothing(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text[0] == ':' && (ushort.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _) || text[1..].StartsWith('_')));
}
