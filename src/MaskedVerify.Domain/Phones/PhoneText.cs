using System.Globalization;
using System.Text;

namespace MaskedVerify.Domain;

/// <summary>Reads the digits of a number that a person wrote. Every character is judged by its Unicode class; what has no business in a number refuses all of it.</summary>
internal static class PhoneText
{
    /// <summary>RFC 3966 §3.</summary>
    private const string Scheme = "tel:";

    /// <summary>A shorter group behind a slash may be the end of a second number (<c>1234567/8</c>), and nobody knows which was meant.</summary>
    private const int FewestBehindSlash = 4;

    /// <summary>
    /// The digits behind the plus, as ASCII, or none. Digits of every script (Nd) are digits. Space separators, tabs, format characters (Cf) and variation selectors are
    /// ignored wherever they stand; dashes, dots, slashes and brackets are separators; one plus stands before the first digit. Anything else (a letter, another
    /// symbol, a comma, a line break inside) is no number: an <c>O</c> is not read as a zero, and is not left out.
    /// </summary>
    public static ReadOnlySpan<char> Read(string text, Span<char> digits)
    {
        var rest = text.AsSpan().Trim();
        if (rest.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            rest = rest[Scheme.Length..];

        var (count, hasPlus, slashAt) = (0, false, -1);
        foreach (var rune in rest.EnumerateRunes())
        {
            if (DigitOf(rune) is { } digit)
            {
                if (!hasPlus || count == digits.Length)
                    return default;
                digits[count++] = (char)('0' + digit);
            }
            else if (IsPlus(rune))
            {
                if (hasPlus)
                    return default;
                hasPlus = true;
            }
            else if (IsSlash(rune))
            {
                slashAt = count;
            }
            else if (!IsIgnored(rune) && !IsSeparator(rune))
            {
                return default;
            }
        }

        return slashAt >= 0 && count - slashAt < FewestBehindSlash ? default : digits[..count];
    }

    private static int? DigitOf(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber ? (int)Rune.GetNumericValue(rune) : null;

    // Plain, full-width and small.
    private static bool IsPlus(Rune rune) => rune.Value is '+' or 0xFF0B or 0xFE62;

    private static bool IsSlash(Rune rune) => rune.Value is '/' or 0xFF0F;

    /// <summary>Dashes and brackets by class; the minus sign, dots and the middle dot have no class of their own.</summary>
    private static bool IsSeparator(Rune rune) =>
        rune.Value is '.' or 0xFF0E or 0x2212 or 0x00B7
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation;

    private static bool IsIgnored(Rune rune) =>
        rune.Value == '\t' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator or UnicodeCategory.Format || IsVariationSelector(rune);

    // The property Variation_Selector (Unicode 16, PropList.txt): .NET does not have it, and other marks (Mn) are visible.
    private static bool IsVariationSelector(Rune rune) => rune.Value is (>= 0x180B and <= 0x180D) or 0x180F or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);
}
