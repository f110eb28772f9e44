using System.Net;
using Microsoft.Extensions.Primitives;

namespace MaskedVerify.Front.Requests;

/// <summary>
/// Reads a forwarding header from its end, the only one that the nearest proxy wrote. What stands left of an element cannot change how the element is read, whatever a caller sent: neither an
/// open quote nor a missing comma.
/// </summary>
internal static class ForwardedHops
{
    /// <summary>The elements of a header, the last one of its last line first; blank ones too.</summary>
    public static IEnumerable<string> FromTheEnd(StringValues lines)
    {
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            var rest = lines[i] ?? "";
            while (true)
            {
                var comma = LastOutsideQuotes(rest, ',');
                yield return rest[(comma + 1)..].Trim(' ', '\t');
                if (comma < 0)
                    break;
                rest = rest[..comma];
            }
        }
    }

    /// <summary>Reads one element of <c>Forwarded</c>: who called (<paramref name="node"/>), and over what, when it says so.</summary>
    /// <returns>False when it does not say who, says it twice, or is none.</returns>
    public static bool TryRead(string element, out IPAddress node, out string? proto)
    {
        node = IPAddress.None;
        proto = null;
        var found = false;
        var rest = element;
        while (rest.Length > 0)
        {
            var semicolon = LastOutsideQuotes(rest, ';');
            if (!TryReadPair(rest[(semicolon + 1)..], out var name, out var value))
                return false;
            if (name.Equals("for", StringComparison.OrdinalIgnoreCase))
            {
                if (found || !CallerAddress.TryParseNode(value, out node))
                    return false;
                found = true;
            }
            else if (name.Equals("proto", StringComparison.OrdinalIgnoreCase))
            {
                proto = value;
            }

            rest = semicolon < 0 ? "" : rest[..semicolon];
        }

        return found;
    }

    private static bool TryReadPair(string pair, out string name, out string value)
    {
        var text = pair.Trim(' ', '\t');
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        name = equals > 0 ? text[..equals] : "";
        value = equals > 0 ? text[(equals + 1)..] : "";
        if (value is ['"', .., '"'] && value.Length >= 2)
            value = value[1..^1];

        // No address and no scheme needs an escape.
        return name.Length > 0 && !value.AsSpan().ContainsAny('"', '\\');
    }

    private static int LastOutsideQuotes(string text, char separator)
    {
        var isQuoted = false;
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (text[i] == '"')
                isQuoted = !isQuoted;
            else if (text[i] == separator && !isQuoted)
                return i;
        }

        return -1;
    }
}
