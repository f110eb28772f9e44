using System.Buffers.Binary;
using System.Numerics;

namespace MaskedVerify.Testing;

/// <summary>
/// Looks for numbers in bytes that are no text: 64-bit integers in both orders, 48-bit big-endian (SQLite's), Orleans' variable-length integers, packed BCD and
/// the swapped semi-octets of SMS.
/// </summary>
/// <remarks>
/// Windows of 48 bits and of 11 nibbles meet one of N canaries by chance about once in 2^48/N and 16^11/N places: for 1,000 canaries once in hundreds of
/// gigabytes and tens of gigabytes. BCD is searched only up to <see cref="MostForBcd"/> numbers.
/// </remarks>
internal static class BinarySearch
{
    /// <summary>Above this many numbers BCD would meet one by chance.</summary>
    public const int MostForBcd = 1_000;

    private const int LeastBcd = 10;
    private const ulong LeastNumber = 1_000_000;
    private const ulong MostNumber = 999_999_999_999_999;

    /// <summary>Reports every number in the bytes.</summary>
    public static void Find(CanarySet canaries, ReadOnlySpan<byte> bytes, Action<string, string> report)
    {
        if (canaries.Numbers == 0)
        {
            return;
        }

        for (var i = 0; i + 6 <= bytes.Length; i++)
        {
            FindIntegers(canaries, bytes[i..], report);
        }

        if (canaries.Numbers <= MostForBcd)
        {
            FindNibbles(canaries, bytes, swapped: false, canary => report("bcd", canary));
            FindNibbles(canaries, bytes, swapped: true, canary => report("semi-octets", canary));
        }
    }

    private static void FindIntegers(CanarySet canaries, ReadOnlySpan<byte> bytes, Action<string, string> report)
    {
        var six = ((ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);
        Check(six, "int48");

        // The lowest set bit of the first byte says how many bytes Orleans wrote; a number takes 5 to 8.
        var length = BitOperations.TrailingZeroCount(bytes[0]) + 1;
        if (length is >= 5 and <= 8 && length <= bytes.Length)
        {
            var value = 0UL;
            for (var i = length - 1; i >= 0; i--)
            {
                value = (value << 8) | bytes[i];
            }

            Check(value >> length, "orleans-varint");
        }

        if (bytes.Length >= 8)
        {
            Check(BinaryPrimitives.ReadUInt64BigEndian(bytes), "int64");
            Check(BinaryPrimitives.ReadUInt64LittleEndian(bytes), "int64");
        }

        void Check(ulong value, string encoding)
        {
            if (value is >= LeastNumber and <= MostNumber && canaries.FindNumber(value) is { } canary)
            {
                report(encoding, canary);
            }
        }
    }

    private static void FindNibbles(CanarySet canaries, ReadOnlySpan<byte> bytes, bool swapped, Action<string> report)
    {
        Span<byte> run = stackalloc byte[64];
        var count = 0;
        for (var nibble = 0; nibble <= bytes.Length * 2; nibble++)
        {
            var digit = nibble == bytes.Length * 2 ? 0xF : ((nibble % 2 == 0) ^ swapped ? bytes[nibble / 2] >> 4 : bytes[nibble / 2] & 0xF);
            if (digit <= 9 && count < run.Length)
            {
                run[count++] = (byte)digit;
                continue;
            }

            if (count >= LeastBcd)
            {
                FindInRun(canaries, run[..count], report);
            }

            count = 0;
            if (digit <= 9)
            {
                // A very long run: go on with its end, so that no window is lost.
                nibble -= 16;
            }
        }
    }

    private static void FindInRun(CanarySet canaries, ReadOnlySpan<byte> digits, Action<string> report)
    {
        foreach (var length in canaries.LengthsWithin)
        {
            for (var start = 0; length >= LeastBcd && start + length <= digits.Length; start++)
            {
                var value = 0UL;
                foreach (var digit in digits.Slice(start, length))
                {
                    value = (value * 10) + digit;
                }

                if (canaries.FindNumber(value) is { } canary)
                {
                    report(canary);
                }
            }
        }
    }
}
