using System.Buffers;

namespace MaskedVerify.Privacy;

/// <summary>Single groups of digits that count or name something else than a phone, see <see cref="LeakScanner"/>.</summary>
internal static class LeakQuantities
{
    private static readonly SearchValues<char> KestrelDigits = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUV");

    private static readonly string[] Units =
        ["byte", "bytes", "b", "kb", "mb", "gb", "kib", "mib", "ms", "us", "µs", "ns", "s", "sec", "seconds", "milliseconds", "ticks", "rows", "hz"];

    private static readonly string[] Quantities =
        ["bytes", "size", "filesize", "length", "contentlength", "count", "rowcount", "memory", "offset", "ticks", "elapsed", "duration", "milliseconds", "capacity", "generation", "hash", "hashcode", "timestamp",
            "sequence", "etag", "version", "pid", "seed"];

    public static bool Is(ReadOnlySpan<char> text, Group group, string? name)
    {
        if (group.Count > 15 || (group.Count == 13 && text[group.Start] == '1' && text[group.Start + 1] is >= '6' and <= '9')
            || IsSiloGeneration(text, group) || IsKestrelRequest(text, group) || IsKeyId(text, group) || text[group.Start..group.End] is "2147483647" or "2147483648" or "4294967295")
        {
            return true;
        }

        if (IsUnit(text[group.End..]))
        {
            return true;
        }

        return IsNameOfQuantity(WordBefore(text[..group.Start])) || (group.Start == 0 && name is not null && IsNameOfQuantity(name));
    }

    /// <summary>The last part of a silo address: <c>127.0.0.1:11111:123456789</c>, <c>[::1]:11111@123456789</c>.</summary>
    private static bool IsSiloGeneration(ReadOnlySpan<char> text, Group group)
    {
        if (group.Start < 4 || text[group.Start - 1] is not (':' or '@'))
        {
            return false;
        }

        var host = text[..(group.Start - 1)].TrimEnd("0123456789");
        var port = group.Start - 1 - host.Length;
        if (port is < 1 or > 5 || !host.EndsWith(":", StringComparison.Ordinal))
        {
            return false;
        }

        host = host[..^1];
        var address = host[host.TrimEnd("0123456789.").Length..];
        return host.EndsWith("]", StringComparison.Ordinal) || address.Count('.') == 3;
    }

    /// <summary>The second part of Kestrel's request ids: <c>0HNQ9JMM9G5D3:00000018</c>.</summary>
    private static bool IsKestrelRequest(ReadOnlySpan<char> text, Group group)
    {
        const int ConnectionId = 13;
        return group.Count == 8 && group.Start > ConnectionId && text[group.Start - 1] == ':'
            && text.Slice(group.Start - 1 - ConnectionId, ConnectionId).IndexOfAnyExcept(KestrelDigits) < 0;
    }

    /// <summary>The key id of an API key may, once in two million, consist of digits only.</summary>
    private static bool IsKeyId(ReadOnlySpan<char> text, Group group) =>
        group.Count == 13 && (text[..group.Start].EndsWith("mv_live_", StringComparison.Ordinal) || text[..group.Start].EndsWith("mv_test_", StringComparison.Ordinal));

    private static ReadOnlySpan<char> WordBefore(ReadOnlySpan<char> text)
    {
        var word = text.TrimEnd(" :=\"'");
        if (text.Length - word.Length is < 1 or > 3)
        {
            return default;
        }

        var start = word.Length;
        while (start > 0 && char.IsAsciiLetter(word[start - 1]))
        {
            start--;
        }

        return word[start..];
    }

    private static bool IsUnit(ReadOnlySpan<char> behind)
    {
        if (behind.Length < 2 || behind[0] is not (' ' or '/'))
        {
            return false;
        }

        behind = behind[1..];
        var length = 0;
        while (length < behind.Length && char.IsLetter(behind[length]))
        {
            length++;
        }

        foreach (var unit in Units)
        {
            if (behind[..length].Equals(unit, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNameOfQuantity(ReadOnlySpan<char> word)
    {
        if (word is "gen")
        {
            return true;
        }

        foreach (var quantity in Quantities)
        {
            if (word.EndsWith(quantity, StringComparison.OrdinalIgnoreCase) && BeginsWord(word, word.Length - quantity.Length))
            {
                return true;
            }
        }

        return false;

        // An account is no count: rowCount is, and http.response.body.size.
        static bool BeginsWord(ReadOnlySpan<char> text, int at) =>
            at == 0 || !char.IsAsciiLetter(text[at - 1]) || (char.IsAsciiLetterUpper(text[at]) && char.IsAsciiLetterLower(text[at - 1]));
    }
}
