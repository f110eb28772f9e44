using System.Diagnostics.CodeAnalysis;

namespace MaskedVerify.Domain;

/// <summary>Lower-case Crockford base32 without check symbol (alphabet <c>0-9 a-h j k m n p-t v-z</c>): no padding, one spelling per value.</summary>
/// <remarks>128 bits take 26 characters and 64 bits take 13; the unused high bits of the first character must be zero, so every value has exactly one text.</remarks>
public static class Base32
{
    /// <summary>Characters of 128 bits.</summary>
    public const int Length128 = 26;

    /// <summary>Characters of 64 bits.</summary>
    public const int Length64 = 13;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>Writes <paramref name="value"/> as 26 characters.</summary>
    public static void Write(UInt128 value, Span<char> destination)
    {
        for (var i = Length128 - 1; i >= 0; i--)
        {
            destination[i] = Alphabet[(int)(uint)(value & 31)];
            value >>= 5;
        }
    }

    /// <summary>Writes <paramref name="value"/> as 13 characters.</summary>
    public static void Write(ulong value, Span<char> destination)
    {
        for (var i = Length64 - 1; i >= 0; i--)
        {
            destination[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }
    }

    /// <summary>Reads exactly 26 characters. False for another length, a foreign character, or a value above 128 bits.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out UInt128 value)
    {
        value = 0;
        if (text.Length != Length128 || Digit(text[0]) > 7)
        {
            return false;
        }

        foreach (var c in text)
        {
            var digit = Digit(c);
            if (digit < 0)
            {
                return false;
            }

            value = (value << 5) | (uint)digit;
        }

        return true;
    }

    /// <summary>Reads exactly 13 characters. False for another length, a foreign character, or a value above 64 bits.</summary>
    [SuppressMessage("Design", "CA1021", Justification = "The try pattern.")]
    public static bool TryRead(ReadOnlySpan<char> text, out ulong value)
    {
        value = 0;
        if (text.Length != Length64 || Digit(text[0]) > 15)
        {
            return false;
        }

        foreach (var c in text)
        {
            var digit = Digit(c);
            if (digit < 0)
            {
                return false;
            }

            value = (value << 5) | (uint)digit;
        }

        return true;
    }

    /// <summary>Whether <paramref name="c"/> is a letter of the alphabet.</summary>
    public static bool IsDigit(char c) => Digit(c) >= 0;

    private static int Digit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'a' and <= 'h' => c - 'a' + 10,
        'j' or 'k' => c - 'j' + 18,
        'm' or 'n' => c - 'm' + 20,
        >= 'p' and <= 't' => c - 'p' + 22,
        >= 'v' and <= 'z' => c - 'v' + 27,
        _ => -1,
    };
}
