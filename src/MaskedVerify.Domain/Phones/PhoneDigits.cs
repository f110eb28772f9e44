using System.Text;

namespace MaskedVerify.Domain;

/// <summary>Tells whether a text gives away a number.</summary>
public static class PhoneDigits
{
    /// <summary>So many digits in a row of a national number name its holder well enough to be refused.</summary>
    public const int Telling = 7;

    private const int LongestNumber = 15;

    /// <summary>The shortest national numbers in use (+290, +376, …) have 4 digits: a text with fewer gives nothing away.</summary>
    private const int Fewest = 4;

    /// <summary>
    /// Whether <paramref name="text"/> contains <see cref="Telling"/> or more consecutive digits of the national significant number of
    /// <paramref name="number"/> (all of it when it is shorter). Digits of every script count as digits (full-width, Arabic, circled, …); spaces, punctuation,
    /// dashes, symbols and invisible characters between digits are skipped; a letter ends a run.
    /// </summary>
    public static bool Occur(string text, PhoneNumber number)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (number.IsNone || CountDigits(text) < Fewest)
        {
            return false;
        }

        Span<char> national = stackalloc char[LongestNumber];
        national = national[..WriteNational(number, national)];
        try
        {
            return Contains(text, national, Math.Min(Telling, national.Length));
        }
        finally
        {
            national.Clear();
        }
    }

    private static int CountDigits(string text)
    {
        var digits = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            digits += DigitOf(rune) is null ? 0 : 1;
        }

        return digits;
    }

    private static int WriteNational(PhoneNumber number, Span<char> destination)
    {
        PhonePlan.TrySplit(number.Reveal().AsSpan(1), out _, out var national);
        national.CopyTo(destination);
        return national.Length;
    }

    private static bool Contains(string text, ReadOnlySpan<char> national, int window)
    {
        Span<char> last = stackalloc char[window];
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (DigitOf(rune) is { } digit)
            {
                if (length == window)
                {
                    last[1..].CopyTo(last);
                    length--;
                }

                last[length++] = (char)('0' + digit);
                if (length == window && national.IndexOf(last) >= 0)
                {
                    return true;
                }
            }
            else if (Rune.IsLetter(rune))
            {
                length = 0;
            }
        }

        return false;
    }

    private static int? DigitOf(Rune rune)
    {
        if (rune.IsAscii)
        {
            return Rune.IsDigit(rune) ? rune.Value - '0' : null;
        }

        var value = Rune.GetNumericValue(rune);
        return value is >= 0 and <= 9 && value == Math.Floor(value) ? (int)value : null;
    }
}
