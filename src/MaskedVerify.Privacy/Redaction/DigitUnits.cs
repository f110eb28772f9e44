using System.Buffers;
using System.Globalization;
using System.Text;

namespace MaskedVerify.Privacy;

/// <summary>What stands at a place of a text, after undoing the ways in which logs and URLs write a character.</summary>
internal enum UnitKind
{
    /// <summary>Anything that ends a run.</summary>
    Other = 0,

    /// <summary>A decimal digit of any script.</summary>
    Digit = 1,

    /// <summary>What may stand between the digits of one number.</summary>
    Separator = 2,
}

/// <summary>
/// Reads a text unit by unit. A unit is one character, or its percent-encoded (<c>%31</c>, <c>%2531</c>, <c>%EF%BC%91</c>) or JSON-escaped (<c>\uFF11</c>)
/// form. Digits are those of every script (Unicode Nd in the basic plane); separators are spaces, hyphens, dots, slashes, brackets and invisible characters.
/// </summary>
internal static class DigitUnits
{
    private const string Separators = " -./()\u00A0\u00AD\u2009\u200B\u200E\u200F\u2010\u2011\u2012\u2013\u2014\u2015\u202A\u202C\u202F\u2060\u2212\u3000\uFEFF\uFF08\uFF09\uFF0D\uFF0E\uFF0F";

    private static readonly SearchValues<char> AsciiStarts = SearchValues.Create("0123456789%\\");
    private static readonly SearchValues<char> AllStarts = SearchValues.Create(AllDigits() + "%\\");

    /// <summary>
    /// The characters at which a run could start in this text. Both ways to search are vectorised; the one for ASCII, which nearly every line is, several times
    /// faster.
    /// </summary>
    public static SearchValues<char> StartsIn(ReadOnlySpan<char> text) => Ascii.IsValid(text) ? AsciiStarts : AllStarts;

    /// <summary>Reads the unit at a place; <paramref name="digit"/> is its value if it is a digit.</summary>
    public static UnitKind Read(ReadOnlySpan<char> text, int at, out int length, out int digit)
    {
        var c = text[at];
        if (char.IsAsciiDigit(c))
        {
            length = 1;
            digit = c - '0';
            return UnitKind.Digit;
        }

        c = Decode(text, at, out length);
        digit = char.IsDigit(c) ? CharUnicodeInfo.GetDecimalDigitValue(c) : -1;
        return digit >= 0 ? UnitKind.Digit : c != '\0' && Separators.Contains(c, StringComparison.Ordinal) ? UnitKind.Separator : UnitKind.Other;
    }

    /// <summary>
    /// The character at a place if it is one that joins the digits of other things than numbers (times, ports, lists, ids) and now and then those of a number: <c>_ , :</c>, also
    /// in full width. Otherwise 0.
    /// </summary>
    public static char ReadJoint(ReadOnlySpan<char> text, int at, out int length) => Decode(text, at, out length) switch
    {
        '_' or '\uFF3F' => '_',
        ',' or '\uFF0C' => ',',
        ':' or '\uFF1A' => ':',
        _ => '\0',
    };

    private static char Decode(ReadOnlySpan<char> text, int at, out int length)
    {
        length = 1;
        return text[at] switch
        {
            '%' => ReadPercent(text[at..], out length),
            '\\' => ReadEscape(text[at..], out length),
            var c => c,
        };
    }

    private static char ReadPercent(ReadOnlySpan<char> text, out int length)
    {
        // %25XX is a percent sign that was encoded once more.
        var skip = text.StartsWith("%25", StringComparison.Ordinal) && text.Length >= 5 && char.IsAsciiHexDigit(text[3]) ? 3 : 1;
        length = 1;
        if (!TryByte(text, skip, out var value))
        {
            return '\0';
        }

        length = skip + 2;
        var more = value switch { < 0xC2 => 0, < 0xE0 => 1, < 0xF0 => 2, _ => 0 };
        var code = more switch { 0 => value, 1 => value & 0x1F, _ => value & 0x0F };
        for (var i = 0; i < more; i++)
        {
            if (length >= text.Length || text[length] != '%' || !TryByte(text, length + skip, out var next))
            {
                return '\0';
            }

            code = (code << 6) | (next & 0x3F);
            length += skip + 2;
        }

        return value is >= 0x80 and < 0xC2 or >= 0xF0 ? '\0' : (char)code;
    }

    private static bool TryByte(ReadOnlySpan<char> text, int at, out int value)
    {
        value = 0;
        return at + 2 <= text.Length && TryHex(text.Slice(at, 2), out value);
    }

    private static char ReadEscape(ReadOnlySpan<char> text, out int length)
    {
        if (text.Length >= 6 && text[1] is 'u' or 'U' && TryHex(text.Slice(2, 4), out var value))
        {
            length = 6;
            return (char)value;
        }

        length = 1;
        return '\0';
    }

    private static bool TryHex(ReadOnlySpan<char> text, out int value) => int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private static string AllDigits() =>
        string.Concat(Enumerable.Range(0, char.MaxValue).Select(static code => (char)code).Where(static c => char.IsDigit(c) && CharUnicodeInfo.GetDecimalDigitValue(c) >= 0));
}
