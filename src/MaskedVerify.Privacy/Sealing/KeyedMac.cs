using System.Security.Cryptography;

namespace MaskedVerify.Privacy;

/// <summary>HMAC-SHA-256 (RFC 2104), the only keyed hash of the product.</summary>
internal static class KeyedMac
{
    /// <summary>Bytes of a MAC.</summary>
    public const int Size = 32;

    /// <summary>Writes the 32 bytes.</summary>
    public static void Compute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> destination) => HMACSHA256.HashData(key, message, destination);
}
