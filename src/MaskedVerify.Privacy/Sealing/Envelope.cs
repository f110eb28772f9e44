using System.Security.Cryptography;
using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>
/// AES-256-GCM as the product stores it: 1 byte format version (1), 12 bytes random nonce, ciphertext (as long as the plaintext), 16 bytes tag.
/// </summary>
/// <remarks>
/// Nonces are random, so a key seals at most 2^32 messages (NIST SP 800-38D §8.3): a subject key seals one number and a few codes, a tenant key one subject
/// key per alias, the root key a handful. The label that starts every additional authenticated data carries the format version too.
/// </remarks>
internal static class Envelope
{
    /// <summary>The only format there is.</summary>
    public const byte FormatVersion = 1;

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceSize = 12;

    /// <summary>Bytes of a tag.</summary>
    public const int TagSize = 16;

    /// <summary>Bytes that sealing adds.</summary>
    public const int Overhead = 1 + NonceSize + TagSize;

    /// <summary>Seals under a fresh nonce.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        SecureRandom.Fill(nonce);
        return Seal(key, nonce, associatedData, plaintext);
    }

    /// <summary>Seals under a given nonce: for published vectors and golden bytes only.</summary>
    internal static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext)
    {
        var result = new byte[Overhead + plaintext.Length];
        result[0] = FormatVersion;
        nonce.CopyTo(result.AsSpan(1));
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, plaintext, result.AsSpan(1 + NonceSize, plaintext.Length), result.AsSpan(1 + NonceSize + plaintext.Length), associatedData);
        return result;
    }

    /// <summary>
    /// Opens into <paramref name="plaintext"/>, whose length must be exactly that of the sealed text. False, with <paramref name="plaintext"/> zeroed, for
    /// another length or format, another key, other additional data, or edited bytes.
    /// </summary>
    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, Span<byte> plaintext)
    {
        plaintext.Clear();
        if (sealedBytes.Length != Overhead + plaintext.Length || sealedBytes[0] != FormatVersion)
        {
            return false;
        }

        try
        {
            using var aes = new AesGcm(key, TagSize);
            aes.Decrypt(sealedBytes.Slice(1, NonceSize), sealedBytes[(1 + NonceSize)..^TagSize], sealedBytes[^TagSize..], plaintext, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            CryptographicOperations.ZeroMemory(plaintext);
            return false;
        }
    }
}
