using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MaskedVerify.Domain;

/// <summary>
/// A real, valid phone number. Every written form of one number (spaces, brackets, digits of any script, …) gives the same value.
/// Prints, serialises and debugs as <c>[phone]</c>; <see cref="Reveal()"/> is the only way out.
/// </summary>
/// <remarks>
/// <c>default</c> is "no number". Packed into 64 bits (E.164 has at most 15 digits, ITU-T E.164 §6.2.1), so that no text of it lies on the heap
/// until it is revealed.
/// </remarks>
[DebuggerDisplay("[phone]")]
[JsonConverter(typeof(PhoneNumberJsonConverter))]
public readonly struct PhoneNumber : IEquatable<PhoneNumber>
{
    /// <summary>What every printed form shows.</summary>
    public const string Mask = "[phone]";

    /// <summary>Longest text that is looked at; longer is no number (libphonenumber's own limit is 250).</summary>
    public const int MaxInputLength = 64;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly ulong _digits;

    private PhoneNumber(ulong digits) => _digits = digits;

    /// <summary>Whether this is "no number".</summary>
    public bool IsNone => _digits == 0;

    /// <summary>
    /// Accepts international format (<c>+</c> and country code) only; the number must be valid in its country's plan. Nothing is guessed and nothing dropped but a plan's own
    /// prefix, where the digits with it are nobody's number: see <see cref="PhoneText"/> and <see cref="WrittenForms"/>.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PhoneNumber number) => TryParse(text, PhoneRanges.Current, out number);

    internal static bool TryParse([NotNullWhen(true)] string? text, PhoneRanges ranges, out PhoneNumber number)
    {
        number = default;
        if (text is null || text.Length > MaxInputLength)
        {
            return false;
        }

        Span<char> buffer = stackalloc char[MaxInputLength];
        var digits = PhoneText.Read(text, buffer);
        number = FromE164Digits(PhonePlan.Resolve(digits, ranges));
        buffer.Clear();
        return !number.IsNone;
    }

    /// <summary>For numbers this product stored itself: 7 to 15 digits without <c>+</c>, not validated again. <c>default</c> for another shape.</summary>
    public static PhoneNumber FromE164Digits(ReadOnlySpan<char> digits)
    {
        if (digits.Length is < 7 or > 15 || digits[0] == '0')
        {
            return default;
        }

        ulong value = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c))
            {
                return default;
            }

            value = (value * 10) + (uint)(c - '0');
        }

        return new PhoneNumber(value);
    }

    /// <summary>The E.164 text with <c>+</c>: only for the carrier and for keyed hashing.</summary>
    public string Reveal() => IsNone ? string.Empty : string.Create(null, stackalloc char[16], $"+{_digits}");

    /// <summary>Writes the digits without <c>+</c> as ASCII and returns how many (at most 15). The caller zeroes the buffer.</summary>
    public int Reveal(Span<byte> destination) => _digits.TryFormat(destination, out var written) ? written : 0;

    /// <summary>Country and kind of line. Costs about 2 µs: look once and keep the answer.</summary>
    public PhoneDestination Describe()
    {
        if (IsNone)
        {
            return default;
        }

        Span<char> digits = stackalloc char[PhonePlan.MostDigits];
        _digits.TryFormat(digits, out var length);
        return PhonePlan.Describe(digits[..length], PhoneRanges.Current);
    }

    /// <inheritdoc/>
    public bool Equals(PhoneNumber other) => _digits == other._digits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PhoneNumber other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _digits.GetHashCode();

    /// <summary>The mask, never the number.</summary>
    public override string ToString() => IsNone ? string.Empty : Mask;

    /// <summary>Equality.</summary>
    public static bool operator ==(PhoneNumber left, PhoneNumber right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(PhoneNumber left, PhoneNumber right) => !left.Equals(right);
}

/// <summary>Reads a written number, writes the mask.</summary>
public sealed class PhoneNumberJsonConverter : JsonConverter<PhoneNumber>
{
    /// <inheritdoc/>
    public override PhoneNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && PhoneNumber.TryParse(reader.GetString(), out var number)
            ? number
            : throw new JsonException("Not a valid phone number in international format.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PhoneNumber value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
