using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace MaskedVerify.Domain;

/// <summary>
/// The text of an API key: <c>mv_live_</c> or <c>mv_test_</c>, 13 base32 characters of key id, <c>_</c>, 52 base32 characters of a 256-bit secret, <c>_</c>,
/// 6 base32 characters of checksum (the first 30 bits of SHA-256 of everything before the last <c>_</c>), so that scanners find a leaked key and typing
/// mistakes are told from wrong keys. 81 characters, one spelling per key.
/// </summary>
/// <remarks>
/// <c>default</c> is "no key". Kept as numbers, so that no text of the secret lies on the heap until it is revealed. Prints and debugs without the secret.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public readonly struct ApiKeyText : IEquatable<ApiKeyText>
{
    /// <summary>First characters of a key that sends real messages.</summary>
    public const string LivePrefix = "mv_live_";

    /// <summary>First characters of a key that reaches the sandbox only.</summary>
    public const string TestPrefix = "mv_test_";

    /// <summary>Characters of a key id.</summary>
    public const int KeyIdLength = Base32.Length64;

    /// <summary>Characters of every key.</summary>
    public const int Length = ChecksumAt + 1 + ChecksumLength;

    /// <summary>Bytes of a secret and of its hash.</summary>
    public const int SecretBytes = 32;

    private const int ChecksumLength = 6;
    private const int PrefixLength = 8;
    private const int SecretAt = PrefixLength + KeyIdLength + 1;
    private const int ChecksumAt = SecretAt + (2 * Base32.Length128);

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly ulong _keyId;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly UInt128 _secretHigh;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly UInt128 _secretLow;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly bool _isSet;

    private ApiKeyText(bool live, ulong keyId, UInt128 secretHigh, UInt128 secretLow)
    {
        IsLive = live;
        _keyId = keyId;
        _secretHigh = secretHigh;
        _secretLow = secretLow;
        _isSet = true;
    }

    /// <summary>Whether this is "no key".</summary>
    public bool IsNone => !_isSet;

    /// <summary>Whether the text began with <c>mv_live_</c>.</summary>
    public bool IsLive { get; }

    /// <summary>The public part: 13 base32 characters, safe in logs. Empty for <c>default</c>.</summary>
    public string KeyId => IsNone ? string.Empty : string.Create(KeyIdLength, _keyId, static (span, id) => Base32.Write(id, span));

    /// <summary>A fresh key: 64 random bits of id and 256 of secret from the system's generator.</summary>
    public static ApiKeyText Create(bool live)
    {
        Span<byte> random = stackalloc byte[8 + SecretBytes];
        RandomNumberGenerator.Fill(random);
        var key = new ApiKeyText(
            live,
            BinaryPrimitives.ReadUInt64BigEndian(random),
            BinaryPrimitives.ReadUInt128BigEndian(random[8..]),
            BinaryPrimitives.ReadUInt128BigEndian(random[24..]));
        CryptographicOperations.ZeroMemory(random);
        return key;
    }

    /// <summary>Accepts only the exact shape with a fitting checksum.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ApiKeyText key)
    {
        key = default;
        if (text.Length != Length || text[SecretAt - 1] != '_' || text[ChecksumAt] != '_')
        {
            return false;
        }

        var live = text.StartsWith(LivePrefix, StringComparison.Ordinal);
        if ((!live && !text.StartsWith(TestPrefix, StringComparison.Ordinal))
            || !Base32.TryRead(text.Slice(PrefixLength, KeyIdLength), out ulong keyId)
            || !Base32.TryRead(text.Slice(SecretAt, Base32.Length128), out UInt128 high)
            || !Base32.TryRead(text.Slice(SecretAt + Base32.Length128, Base32.Length128), out UInt128 low))
        {
            return false;
        }

        Span<char> checksum = stackalloc char[ChecksumLength];
        WriteChecksum(text[..ChecksumAt], checksum);
        if (!text[(ChecksumAt + 1)..].SequenceEqual(checksum))
        {
            return false;
        }

        key = new ApiKeyText(live, keyId, high, low);
        return true;
    }

    /// <summary>SHA-256 of the secret's 32 bytes (big-endian): what is stored and compared. 256 random bits need no salt and no slow hash.</summary>
    public byte[] SecretHash()
    {
        Span<byte> secret = stackalloc byte[SecretBytes];
        WriteSecret(secret);
        var hash = SHA256.HashData(secret);
        CryptographicOperations.ZeroMemory(secret);
        return hash;
    }

    /// <summary>The secret's 32 bytes (big-endian): what a call carries so that the vault can judge it by itself. For memory and for the wire inside the cluster only.</summary>
    public byte[] RevealSecret()
    {
        var secret = new byte[SecretBytes];
        WriteSecret(secret);
        return secret;
    }

    /// <summary>The whole key: shown once, to the person who made it. Empty for <c>default</c>.</summary>
    public string Reveal() => IsNone ? string.Empty : string.Create(Length, this, static (span, key) =>
    {
        (key.IsLive ? LivePrefix : TestPrefix).CopyTo(span);
        Base32.Write(key._keyId, span.Slice(PrefixLength, KeyIdLength));
        span[SecretAt - 1] = '_';
        Base32.Write(key._secretHigh, span.Slice(SecretAt, Base32.Length128));
        Base32.Write(key._secretLow, span.Slice(SecretAt + Base32.Length128, Base32.Length128));
        span[ChecksumAt] = '_';
        WriteChecksum(span[..ChecksumAt], span[(ChecksumAt + 1)..]);
    });

    /// <inheritdoc/>
    public bool Equals(ApiKeyText other) =>
        _isSet == other._isSet && IsLive == other.IsLive && _keyId == other._keyId && _secretHigh == other._secretHigh && _secretLow == other._secretLow;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ApiKeyText other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _keyId.GetHashCode();

    /// <summary>Prefix and key id, never the secret.</summary>
    public override string ToString() => IsNone ? string.Empty : string.Concat(IsLive ? LivePrefix : TestPrefix, KeyId, "_[secret]");

    /// <summary>Equality.</summary>
    public static bool operator ==(ApiKeyText left, ApiKeyText right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(ApiKeyText left, ApiKeyText right) => !left.Equals(right);

    private void WriteSecret(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _secretHigh);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _secretLow);
    }

    private static void WriteChecksum(ReadOnlySpan<char> text, Span<char> destination)
    {
        Span<byte> ascii = stackalloc byte[ChecksumAt];
        Encoding.ASCII.GetBytes(text, ascii);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ascii, hash);
        CryptographicOperations.ZeroMemory(ascii);
        Span<char> digits = stackalloc char[Base32.Length64];
        Base32.Write(BinaryPrimitives.ReadUInt32BigEndian(hash) >> 2, digits);
        digits[^ChecksumLength..].CopyTo(destination);
    }
}
