using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace MaskedVerify.Domain;

/// <summary>
/// Cryptographic random bytes for ids, codes and nonces, taken from the operating system's generator in blocks of 1 KiB per thread: a start needs a dozen small
/// portions, and asking for each one alone costs some microseconds. Bytes are erased here as they are given out. Keys are not made with it.
/// </summary>
public static class SecureRandom
{
    private const int BlockSize = 1024;
    private const int MostFromBlock = 64;

    [ThreadStatic]
    private static byte[]? t_block;

    [ThreadStatic]
    private static int t_left;

    /// <summary>Fills <paramref name="destination"/> with random bytes.</summary>
    public static void Fill(Span<byte> destination)
    {
        if (destination.Length > MostFromBlock)
        {
            RandomNumberGenerator.Fill(destination);
            return;
        }

        var block = t_block ??= new byte[BlockSize];
        if (t_left < destination.Length)
        {
            RandomNumberGenerator.Fill(block);
            t_left = BlockSize;
        }

        t_left -= destination.Length;
        var taken = block.AsSpan(t_left, destination.Length);
        taken.CopyTo(destination);
        CryptographicOperations.ZeroMemory(taken);
    }

    /// <summary>New random bytes.</summary>
    public static byte[] GetBytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    /// <summary>A uniform number from 0 to <paramref name="limit"/> − 1, without modulo bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is 0.</exception>
    public static ulong Below(ulong limit)
    {
        ArgumentOutOfRangeException.ThrowIfZero(limit);
        if (limit == 1)
        {
            return 0;
        }

        // The fewest bits that can hold every value; what lies above the limit is thrown away, so every value that remains is as likely as any other.
        var mask = ulong.MaxValue >> BitOperations.LeadingZeroCount(limit - 1);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        while (true)
        {
            Fill(bytes);
            var value = BinaryPrimitives.ReadUInt64LittleEndian(bytes) & mask;
            if (value < limit)
            {
                CryptographicOperations.ZeroMemory(bytes);
                return value;
            }
        }
    }
}
