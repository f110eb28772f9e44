using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MaskedVerify.Domain;

/// <summary>A code of 4 to 10 decimal digits, in clear. Prints as <c>[code]</c>; JSON writes the same and reads a string of digits.</summary>
/// <remarks><c>default</c> is "no code". Packed into 64 bits, so that no text of it lies on the heap until it is revealed.</remarks>
[DebuggerDisplay("[code]")]
[JsonConverter(typeof(OneTimeCodeJsonConverter))]
public readonly struct OneTimeCode : IEquatable<OneTimeCode>
{
    /// <summary>Fewest digits (some countries demand 4; the product's floor is 6 elsewhere).</summary>
    public const int MinLength = 4;

    /// <summary>Most digits.</summary>
    public const int MaxLength = 10;

    /// <summary>What every printed form shows.</summary>
    public const string Mask = "[code]";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly ulong _packed;

    private OneTimeCode(ulong value, int length) => _packed = (value << 4) | (uint)length;

    /// <summary>Digits, 4 to 10; 0 for <c>default</c>.</summary>
    public int Length => (int)(_packed & 15);

    /// <summary>A fresh code from the system's random generator, every value equally likely (rejection sampling, see <see cref="SecureRandom.Below"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is not 4 to 10.</exception>
    public static OneTimeCode Random(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, MinLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        var values = 1UL;
        for (var i = 0; i < length; i++)
        {
            values *= 10;
        }

        return new OneTimeCode(SecureRandom.Below(values), length);
    }

    /// <summary>Accepts 4 to 10 ASCII digits and nothing else.</summary>
    public static bool TryParse([NotNullWhen(true)] ReadOnlySpan<char> text, out OneTimeCode code)
    {
        code = default;
        if (text.Length is < MinLength or > MaxLength)
        {
            return false;
        }

        ulong value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            value = (value * 10) + (uint)(c - '0');
        }

        code = new OneTimeCode(value, text.Length);
        return true;
    }

    /// <summary>Reads what a person typed: 4 to 10 digits of any script, between them spaces, tabs, hyphens of any kind, and marks that nobody sees. Nothing else.</summary>
    public static bool TryParseTyped(string text, out OneTimeCode code)
    {
        ArgumentNullException.ThrowIfNull(text);
        code = default;
        Span<char> digits = stackalloc char[MaxLength];
        var length = 0;
        try
        {
            foreach (var rune in text.EnumerateRunes())
            {
                if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
                {
                    if (length == MaxLength)
                    {
                        return false;
                    }

                    digits[length++] = (char)('0' + (int)Rune.GetNumericValue(rune));
                }
                else if (!IsSeparator(rune))
                {
                    return false;
                }
            }

            return TryParse(digits[..length], out code);
        }
        finally
        {
            digits.Clear();
        }
    }

    // U+FE00 to U+FE0F are the variation selectors: marks by class (Mn), but not marks on a digit.
    private static bool IsSeparator(Rune rune) => rune.Value is '\t' or (>= 0xFE00 and <= 0xFE0F)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation or UnicodeCategory.Format;

    /// <summary>Writes the digits as ASCII bytes and returns how many. The caller zeroes the buffer.</summary>
    public int Reveal(Span<byte> destination)
    {
        var value = _packed >> 4;
        for (var i = Length - 1; i >= 0; i--)
        {
            destination[i] = (byte)('0' + (value % 10));
            value /= 10;
        }

        return Length;
    }

    /// <summary>The digits as text: only for the message to the device.</summary>
    public string Reveal() => string.Create(Length, _packed >> 4, static (span, value) =>
    {
        for (var i = span.Length - 1; i >= 0; i--)
        {
            span[i] = (char)('0' + (value % 10));
            value /= 10;
        }
    });

    /// <summary>Equality of clear codes is for tests; checks compare keyed MACs.</summary>
    public bool Equals(OneTimeCode other) => _packed == other._packed;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is OneTimeCode other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _packed.GetHashCode();

    /// <summary>The mask, never the digits.</summary>
    public override string ToString() => Mask;

    /// <summary>Equality.</summary>
    public static bool operator ==(OneTimeCode left, OneTimeCode right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(OneTimeCode left, OneTimeCode right) => !left.Equals(right);
}

/// <summary>Reads digits, writes the mask.</summary>
public sealed class OneTimeCodeJsonConverter : JsonConverter<OneTimeCode>
{
    /// <inheritdoc/>
    public override OneTimeCode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && OneTimeCode.TryParse(reader.GetString(), out var code)
            ? code
            : throw new JsonException("Not a code of 4 to 10 digits.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, OneTimeCode value, JsonSerializerOptions options) => writer.WriteStringValue(OneTimeCode.Mask);
}
