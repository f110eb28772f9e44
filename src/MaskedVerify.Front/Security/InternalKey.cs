using System.Security.Cryptography;
using System.Text;

namespace MaskedVerify.Front.Security;

/// <summary>A credential of the internal port; only its hash stays in memory.</summary>
internal sealed class InternalKey
{
    /// <summary>Fewest characters of a key that is given from outside.</summary>
    public const int MinLength = 24;

    private readonly byte[] _hash;

    public InternalKey(string text) => _hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>A fresh key: a prefix that tells what it is, and 256 random bits.</summary>
    public static string Create(string prefix) => prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Fixed-time comparison.</summary>
    public bool Matches(ReadOnlySpan<char> text)
    {
        if (text.Length > 1024)
            return false;
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(1024)];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], hash);
        CryptographicOperations.ZeroMemory(bytes);
        return CryptographicOperations.FixedTimeEquals(hash, _hash);
    }
}
