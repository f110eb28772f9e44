using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace MaskedVerify.Domain;

/// <summary>One way to a carrier, as shown in <c>attempts[].route</c>, such as <c>sandbox-sms</c>: chosen by the operator, not secret.</summary>
/// <remarks><c>default</c> is "none" and prints as an empty string.</remarks>
[JsonConverter(typeof(TextValueJsonConverter<RouteId>))]
public readonly record struct RouteId : ITextValue<RouteId>
{
    /// <summary>First characters of every value.</summary>
    public const string Prefix = "";

    /// <summary>Longest value.</summary>
    public const int MaxLength = 48;

    private readonly string? _text;

    private RouteId(string text) => _text = text;

    /// <summary>The whole text; empty for <c>default</c>.</summary>
    public string Value => _text ?? string.Empty;

    /// <summary>Whether this is "none".</summary>
    public bool IsNone => _text is null;

    /// <summary>Accepts the prefix , then 1 or more of <c>a-z 0-9 -</c>, at most <see cref="MaxLength"/> in all.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RouteId value)
    {
        var ok = text is not null && text.Length > Prefix.Length && text.Length <= MaxLength && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
        value = ok ? new RouteId(text!) : default;
        return ok;
    }

    /// <summary>For values that the program itself makes.</summary>
    /// <exception cref="FormatException">The text has not the shape of this value.</exception>
    public static RouteId Parse(string text) => TryParse(text, out var value) ? value : throw new FormatException("Not a valid RouteId.");

    /// <inheritdoc/>
    public override string ToString() => Value;
}
