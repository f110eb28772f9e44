using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace MaskedVerify.Domain;

/// <summary>A caller's retry key: 1 to 255 visible ASCII characters (0x21-0x7E). It may hold anything the caller likes, so it prints masked and is stored only as a keyed hash.</summary>
/// <remarks><c>default</c> is "no key was given".</remarks>
[DebuggerDisplay("[idempotency-key]")]
public readonly record struct IdempotencyKey
{
    /// <summary>Most characters.</summary>
    public const int MaxLength = 255;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string? _text;

    private IdempotencyKey(string text) => _text = text;

    /// <summary>Whether no key was given.</summary>
    public bool IsNone => _text is null;

    /// <summary>Accepts 1 to 255 visible ASCII characters.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out IdempotencyKey key)
    {
        var ok = text is { Length: > 0 and <= MaxLength } && text.All(c => c is > ' ' and <= '~');
        key = ok ? new IdempotencyKey(text!) : default;
        return ok;
    }

    /// <summary>The clear text: only for hashing it under a tenant key.</summary>
    public string Reveal() => _text ?? string.Empty;

    /// <summary>A mask, never the key.</summary>
    public override string ToString() => IsNone ? string.Empty : "[idempotency-key]";
}
