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

    // Ids are read and written many times per request: 60 bits at a time and a table, because shifts of 128 bits are several instructions each.
    private const int LowLength = 12;
    private const int LowBits = 5 * LowLength;

    /// <summary>Value of each ASCII character; 0xff: not a letter of the alphabet.</summary>
    private static readonly byte[] s_digits = MakeDigits();

    /// <summary>Writes <paramref name="value"/> as 26 characters.</summary>
    public static void Write(UInt128 value, Span<char> destination)
    {
        var top = (ulong)(value >> (2 * LowBits));
        WriteDigits((ulong)value, destination.Slice(Length128 - LowLength, LowLength));
        WriteDigits((ulong)(value >> LowBits), destination.Slice(Length128 - (2 * LowLength), LowLength));
        WriteDigits(top, destination[..(Length128 - (2 * LowLength))]);
    }

    /// <summary>Writes <paramref name="value"/> as 13 characters.</summary>
    public static void Write(ulong value, Span<char> destination) => WriteDigits(value, destination[..Length64]);

    /// <summary>Reads exactly 26 characters. False for another length, a foreign character, or a value above 128 bits.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out UInt128 value)
    {
        value = 0;
        if (text.Length != Length128 || Digit(text[0]) > 7
            || !TryReadDigits(text[..(Length128 - (2 * LowLength))], out var top)
            || !TryReadDigits(text.Slice(Length128 - (2 * LowLength), LowLength), out var middle)
            || !TryReadDigits(text[(Length128 - LowLength)..], out var low))
        {
            return false;
        }

        value = new UInt128((top << ((2 * LowBits) - 64)) | (middle >> (64 - LowBits)), (middle << LowBits) | low);
        return true;
    }

    /// <summary>Reads exactly 13 characters. False for another length, a foreign character, or a value above 64 bits.</summary>
    [SuppressMessage("Design", "CA1021", Justification = "The try pattern.")]
    public static bool TryRead(ReadOnlySpan<char> text, out ulong value)
    {
        value = 0;
        return text.Length == Length64 && Digit(text[0]) <= 15 && TryReadDigits(text, out value);
    }

    /// <summary>Whether <paramref name="c"/> is a letter of the alphabet.</summary>
    public static bool IsDigit(char c) => Digit(c) <= 31;

    private static int Digit(char c) => c < s_digits.Length ? s_digits[c] : 0xff;

    private static void WriteDigits(ulong value, Span<char> destination)
    {
        for (var i = destination.Length - 1; i >= 0; i--)
        {
            destination[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }
    }

    private static bool TryReadDigits(ReadOnlySpan<char> text, out ulong value)
    {
        value = 0;
        var foreign = 0;
        foreach (var c in text)
        {
            var digit = Digit(c);
            foreign |= digit;
            value = (value << 5) | (uint)(digit & 31);
        }

        if (foreign <= 31)
        {
            return true;
        }

        value = 0;
        return false;
    }

    private static byte[] MakeDigits()
    {
        var digits = new byte[128];
        Array.Fill(digits, (byte)0xff);
        for (var i = 0; i < Alphabet.Length; i++)
        {
            digits[Alphabet[i]] = (byte)i;
        }

        return digits;
    }
}
