namespace MaskedVerify.Privacy;

/// <summary>What stands directly before and behind digits: a plus in any notation, or the rest of a token.</summary>
internal static class NumberEdges
{
    /// <summary>What is dialled before a country code: most of the world, North America, Japan, Australia.</summary>
    public static readonly string[] DialledPrefixes = ["00", "011", "010", "0011"];

    private static readonly string[] PlusForms = ["+", "\uFF0B", "%2B", "%2b", "%252B", "%252b", "\\u002B", "\\u002b", "%EF%BC%8B", "\\uFF0B", "\\uff0b", "&#43;", "&#x2B;"];

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
}
