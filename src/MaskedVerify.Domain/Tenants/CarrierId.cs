using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace MaskedVerify.Domain;

/// <summary>One configured carrier connection, such as <c>sandbox</c> or <c>smpp</c>: chosen by the operator, not secret.</summary>
/// <remarks><c>default</c> is "none" and prints as an empty string.</remarks>
[JsonConverter(typeof(TextValueJsonConverter<CarrierId>))]
public readonly record struct CarrierId : ITextValue<CarrierId>
{
    /// <summary>First characters of every value.</summary>
    public const string Prefix = "";

    /// <summary>Longest value.</summary>
    public const int MaxLength = 32;

    private readonly string? _text;

    private CarrierId(string text) => _text = text;

    /// <summary>The whole text; empty for <c>default</c>.</summary>
    public string Value => _text ?? string.Empty;

    /// <summary>Whether this is "none".</summary>
    public bool IsNone => _text is null;

    /// <summary>Accepts the prefix , then 1 or more of <c>a-z 0-9 -</c>, at most <see cref="MaxLength"/> in all.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CarrierId value)
    {
        var ok = text is not null && text.Length > Prefix.Length && text.Length <= MaxLength && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
        value = ok ? new CarrierId(text!) : default;
        return ok;
    }

    /// <summary>For values that the program itself makes.</summary>
    /// <exception cref="FormatException">The text has not the shape of this value.</exception>
    public static CarrierId Parse(string text) => TryParse(text, out var value) ? value : throw new FormatException("Not a valid CarrierId.");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
