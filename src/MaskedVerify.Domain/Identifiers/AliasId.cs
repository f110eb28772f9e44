using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace MaskedVerify.Domain;

/// <summary>
/// The surrogate of one phone number for one tenant and context: <c>pa-</c>, one character naming the version of the tag key, 26 base32
/// characters of 128 random bits, 13 base32 characters of a 64-bit tag. 43 characters; not secret, not reversible, safe in logs.
/// </summary>
/// <remarks><c>default</c> is "no alias" and prints as an empty string.</remarks>
[JsonConverter(typeof(TextValueJsonConverter<AliasId>))]
public readonly record struct AliasId : ITextValue<AliasId>
{
    /// <summary>First characters of every alias.</summary>
    public const string Prefix = "pa-";

    /// <summary>Characters in every alias.</summary>
    public const int Length = 3 + 1 + Base32.Length128 + Base32.Length64;

    private readonly string? _text;

    private AliasId(string text) => _text = text;

    /// <summary>The whole text; empty for <c>default</c>.</summary>
    public string Value => _text ?? string.Empty;

    /// <summary>Whether this is "no alias".</summary>
    public bool IsNone => _text is null;

    /// <summary>Version of the front tag key that made <see cref="Tag"/>: one base32 character.</summary>
    public char TagVersion => Value[3];

    /// <summary>Everything before the tag: what the tag is computed over.</summary>
    public ReadOnlySpan<char> Untagged => Value.AsSpan(0, Length - Base32.Length64);

    /// <summary>The 26 characters of random bits.</summary>
    public ReadOnlySpan<char> Random => Value.AsSpan(4, Base32.Length128);

    /// <summary>The 64-bit tag at the end.</summary>
    public ulong Tag => Base32.TryRead(Value.AsSpan(Length - Base32.Length64), out ulong tag) ? tag : 0;

    /// <summary>Builds an alias. The tag is computed by the caller over <see cref="Untagged"/> of the same parts.</summary>
    public static AliasId Create(char tagVersion, UInt128 random, ulong tag) => new(string.Create(Length, (tagVersion, random, tag), static (span, parts) =>
    {
        Prefix.CopyTo(span);
        span[3] = parts.tagVersion;
        Base32.Write(parts.random, span.Slice(4, Base32.Length128));
        Base32.Write(parts.tag, span[(4 + Base32.Length128)..]);
    }));

    /// <summary>Accepts only the exact shape; does not check the tag.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AliasId value)
    {
        var ok = text is { Length: Length } && text.StartsWith(Prefix, StringComparison.Ordinal) && Base32.IsDigit(text[3])
            && Base32.TryRead(text.AsSpan(4, Base32.Length128), out UInt128 _)
            && Base32.TryRead(text.AsSpan(4 + Base32.Length128), out ulong _);
        value = ok ? new AliasId(text!) : default;
        return ok;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
