using System.Buffers;

namespace MaskedVerify.Privacy;

// Over 300 lines because the shapes read as one list: which comes first decides.

/// <summary>Shapes of digit groups that are no phone number, see <see cref="LeakScanner"/>.</summary>
internal static class LeakShapes
{
    private const int DateGroups = 3;

    private static readonly SearchValues<char> KestrelDigits = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUV");

    private static readonly string[] PlusForms = ["+", "\uFF0B", "%2B", "%2b", "%252B", "%252b", "\\u002B", "\\u002b", "%EF%BC%8B", "\\uFF0B", "\\uff0b", "&#43;", "&#x2B;"];

    private static readonly string[] Units =
        ["byte", "bytes", "b", "kb", "mb", "gb", "kib", "mib", "ms", "us", "µs", "ns", "s", "sec", "seconds", "milliseconds", "ticks", "rows", "hz"];

    private static readonly string[] Quantities =
        ["bytes", "size", "length", "count", "memory", "offset", "ticks", "elapsed", "duration", "milliseconds", "capacity", "generation", "hash", "hashcode", "timestamp",
            "sequence", "etag", "version", "pid", "seed"];

    /// <summary>Whether a plus, in any notation, stands before a place; at most two spaces or brackets may be between.</summary>
    public static bool PlusBefore(ReadOnlySpan<char> text, int start, out int plusStart)
    {
        var end = start;
        while (end > 0 && start - end < 2 && text[end - 1] is ' ' or '(' or '\u00A0')
        {
            end--;
        }

        // "1 + 2": a plus with a space before it and one behind it is a sum.
        foreach (var form in PlusForms)
        {
            if (text[..end].EndsWith(form, StringComparison.Ordinal) && (end == start || text[start - 1] == '(' || end == form.Length || text[end - form.Length - 1] != ' '))
            {
                plusStart = end - form.Length;
                return true;
            }
        }

        plusStart = start;
        return false;
    }

    /// <summary>
    /// Whether a letter directly before digits makes them part of a token. The <c>S</c> of a silo address and the <c>v</c> of a version do not.
    /// </summary>
    public static bool IsTokenBefore(ReadOnlySpan<char> text, int start, int end)
    {
        if (start == 0 || !char.IsAsciiLetter(text[start - 1]))
        {
            return false;
        }

        // The last letter of %5B or \u005B belongs to an encoded character.
        var isEncoded = (start >= 3 && text[start - 3] == '%') || (start >= 6 && text.Slice(start - 6, 2) is "\\u");
        var marksAddressOrVersion = text[start - 1] is 'S' or 'v' && (start == 1 || !char.IsAsciiLetterOrDigit(text[start - 2])) && end < text.Length && text[end] == '.';
        return !marksAddressOrVersion && !isEncoded;
    }

    /// <summary>Whether a letter directly behind digits makes them part of a token. The <c>T</c> between date and time does not.</summary>
    public static bool IsTokenBehind(ReadOnlySpan<char> text, int start, int end)
    {
        if (end == text.Length || !char.IsAsciiLetter(text[end]))
        {
            return false;
        }

        var endsDate = text[end] == 'T' && end - start == 2 && start > 0 && text[start - 1] == '-';
        return !endsDate;
    }

    /// <summary>How many groups at the front are something else than a phone number; 0 if they may be one.</summary>
    public static int Skip(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups, string? name)
    {
        if (groups[0].HasPlus)
        {
            return 0;
        }

        if (IsAddress(text, groups) || IsVersion(text, groups))
        {
            return Dotted(text, groups);
        }

        if (IsDate(text, groups))
        {
            return DateGroups;
        }

        if (GuidGroups(text, groups) is var inGuid and > 0)
        {
            return inGuid;
        }

        if (groups.Length == 2 && (IsDecimal(text, groups) || IsStatusAndLength(text, groups)))
        {
            return 2;
        }

        return (groups.Length == 1 || IsJoinedBy(text, groups, 1, ' ')) && IsQuantity(text, groups[0], name) ? 1 : 0;
    }

    /// <summary>The place, behind a single space, where a date or an address begins inside a run; 0 if there is none.</summary>
    public static int NextShape(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups)
    {
        for (var i = 1; i < groups.Length; i++)
        {
            if (IsJoinedBy(text, groups, i, ' ') && (IsDate(text, groups[i..]) || IsAddress(text, groups[i..])))
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>Two or more letters of which one is not hexadecimal, directly before the digits, and nothing of a token behind them.</summary>
    public static bool IsWordThenDigits(ReadOnlySpan<char> text, Group group)
    {
        var start = group.Start;
        var onlyHex = true;
        while (start > 0 && char.IsAsciiLetter(text[start - 1]))
        {
            start--;
            onlyHex &= char.IsAsciiHexDigit(text[start]);
        }

        var startsToken = start == 0 || !char.IsAsciiDigit(text[start - 1]);
        var endsToken = group.End == text.Length || !char.IsAsciiLetter(text[group.End]);
        return group.Start - start >= 2 && !onlyHex && startsToken && endsToken;
    }

    /// <summary>Whether a shape of so many groups stands alone: a number in odd notation may begin like an address, a version or a date.</summary>
    private static bool EndsAfter(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups, int count) =>
        groups.Length == count || IsJoinedBy(text, groups, count, ' ') || (groups.Length == count + 1 && groups[count].Count <= 2 && IsJoinedBy(text, groups, count, '/'));

    /// <summary>How many groups hang together by single points.</summary>
    private static int Dotted(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups)
    {
        var count = 1;
        while (count < groups.Length && IsJoinedBy(text, groups, count, '.'))
        {
            count++;
        }

        return count;
    }

    private static bool IsAddress(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups)
    {
        if (Dotted(text, groups) != 4 || !EndsAfter(text, groups, 4))
        {
            return false;
        }

        foreach (var group in groups[..4])
        {
            if (group.End - group.Start > 3 || Value(text, group) > 255)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsVersion(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups)
    {
        var dotted = Dotted(text, groups);
        if (dotted is < 3 or > 4 || !EndsAfter(text, groups, dotted))
        {
            return false;
        }

        foreach (var group in groups[1..dotted])
        {
            if (group.Count == 1)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDate(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups)
    {
        if (groups.Length < DateGroups || !EndsAfter(text, groups, DateGroups) || text[groups[0].End] is not ('-' or '.' or '/') || !IsJoinedBy(text, groups, 1, text[groups[0].End]) || !IsJoinedBy(text, groups, 2, text[groups[0].End]))
        {
            return false;
        }

        var (a, b, c) = (Value(text, groups[0]), Value(text, groups[1]), Value(text, groups[2]));
        var yearFirst = groups[0].Count == 4 && groups[1].Count == 2 && groups[2].Count == 2 && IsYear(a) && b is >= 1 and <= 12 && c is >= 1 and <= 31;
        var yearLast = groups[0].Count <= 2 && groups[1].Count <= 2 && groups[2].Count == 4 && IsYear(c) && Math.Min(a, b) is >= 1 and <= 12 && Math.Max(a, b) <= 31;
        return yearFirst || yearLast;
    }

    private static int GuidGroups(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups)
    {
        ReadOnlySpan<int> starts = [0, 9, 14, 19, 24];
        foreach (var offset in starts)
        {
            var start = groups[0].Start - offset;
            if (start >= 0 && start + 36 <= text.Length && Guid.TryParseExact(text.Slice(start, 36), "D", out _))
            {
                var count = 0;
                while (count < groups.Length && groups[count].Start < start + 36)
                {
                    count++;
                }

                return count;
            }
        }

        return 0;
    }

    private static bool IsDecimal(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups) => IsJoinedBy(text, groups, 1, '.');

    private static bool IsStatusAndLength(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups) =>
        groups[0].Count == 3 && groups[0].Start >= 2 && text.Slice(groups[0].Start - 2, 2) is "- " && text[groups[0].Start] is >= '1' and <= '5' && IsJoinedBy(text, groups, 1, ' ');

    private static bool IsQuantity(ReadOnlySpan<char> text, Group group, string? name)
    {
        if (group.Count > 15 || (group.Count == 13 && text[group.Start] == '1' && text[group.Start + 1] is >= '6' and <= '9')
            || IsSiloGeneration(text, group) || IsKestrelRequest(text, group) || text[group.Start..group.End] is "2147483647" or "2147483648" or "4294967295")
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
        if (port is < 1 or > 5 || host[^1] != ':')
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
            if (word.EndsWith(quantity, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsJoinedBy(ReadOnlySpan<char> text, ReadOnlySpan<Group> groups, int index, char separator) =>
        groups[index].Start == groups[index - 1].End + 1 && text[groups[index - 1].End] == separator && !groups[index].HasPlus;

    private static int Value(ReadOnlySpan<char> text, Group group) =>
        int.TryParse(text[group.Start..group.End], System.Globalization.NumberStyles.None, null, out var value) ? value : int.MaxValue;

    private static bool IsYear(int value) => value is >= 1970 and <= 2099;
}
