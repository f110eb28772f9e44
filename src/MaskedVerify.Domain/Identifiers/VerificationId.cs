using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace MaskedVerify.Domain;

/// <summary>
/// One verification: <c>vf-</c>, one character naming the version of the tag key, the 26 characters of its alias, 26 base32 characters of 128
/// random bits, 13 of a 64-bit tag. 69 characters. It routes to its alias without a look-up and cannot be guessed.
/// </summary>
/// <remarks><c>default</c> is "no verification" and prints as an empty string. The alias' own version and tag are not part of it: the vault
/// finds the grain by the alias' random characters, see <see cref="AliasRandom"/>.</remarks>
[JsonConverter(typeof(TextValueJsonConverter<VerificationId>))]
public readonly record struct VerificationId : ITextValue<VerificationId>
{
    /// <summary>First characters of every verification id.</summary>
    public const string Prefix = "vf-";

    /// <summary>Characters in every verification id.</summary>
    public const int Length = 3 + 1 + Base32.Length128 + Base32.Length128 + Base32.Length64;

    private readonly string? _text;

    private VerificationId(string text) => _text = text;

    /// <summary>The whole text; empty for <c>default</c>.</summary>
    public string Value => _text ?? string.Empty;

    /// <summary>Whether this is "no verification".</summary>
    public bool IsNone => _text is null;

    /// <summary>Version of the front tag key that made <see cref="Tag"/>.</summary>
    public char TagVersion => Value[3];

    /// <summary>The random characters of the alias, which are also the alias grain's key after its prefix.</summary>
    public ReadOnlySpan<char> AliasRandom => Value.AsSpan(4, Base32.Length128);

    /// <summary>Everything before the tag: what the tag is computed over.</summary>
    public ReadOnlySpan<char> Untagged => Value.AsSpan(0, Length - Base32.Length64);

    /// <summary>The 64-bit tag at the end.</summary>
    public ulong Tag => Base32.TryRead(Value.AsSpan(Length - Base32.Length64), out ulong tag) ? tag : 0;

    /// <summary>Builds an id. The tag is computed by the caller over <see cref="Untagged"/> of the same parts.</summary>
    public static VerificationId Create(char tagVersion, AliasId alias, UInt128 random, ulong tag) =>
        new(string.Create(Length, (tagVersion, alias, random, tag), static (span, parts) =>
        {
            Prefix.CopyTo(span);
            span[3] = parts.tagVersion;
            parts.alias.Random.CopyTo(span[4..]);
            Base32.Write(parts.random, span.Slice(4 + Base32.Length128, Base32.Length128));
            Base32.Write(parts.tag, span[(4 + Base32.Length128 + Base32.Length128)..]);
        }));

    /// <summary>Accepts only the exact shape; does not check the tag.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out VerificationId value)
    {
        var ok = text is { Length: Length } && text.StartsWith(Prefix, StringComparison.Ordinal) && Base32.IsDigit(text[3])
            && Base32.TryRead(text.AsSpan(4, Base32.Length128), out UInt128 _)
            && Base32.TryRead(text.AsSpan(4 + Base32.Length128, Base32.Length128), out UInt128 _)
            && Base32.TryRead(text.AsSpan(4 + Base32.Length128 + Base32.Length128), out ulong _);
        value = ok ? new VerificationId(text!) : default;
        return ok;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
