using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace MaskedVerify.Domain;

/// <summary>
/// Ranges of numbers that go before the library's data: new ones that it does not know yet, and ones whose kind has changed. Read once at start from the operator's file
/// (<see cref="PhoneRangesFile"/>); all silos of a cluster must have the same, because a number's form, country and class follow from them.
/// </summary>
public sealed class PhoneRanges
{
    private static PhoneRanges s_current = new([]);

    private readonly FrozenDictionary<string, PhoneRange[]> _ranges;
    private readonly FrozenDictionary<string, PhoneRange[]>.AlternateLookup<ReadOnlySpan<char>> _byPrefix;
    private readonly int _longest;

    internal PhoneRanges(IReadOnlyCollection<PhoneRange> ranges)
    {
        _ranges = ranges.GroupBy(r => r.Prefix, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        _byPrefix = _ranges.GetAlternateLookup<ReadOnlySpan<char>>();
        _longest = ranges.Count == 0 ? 0 : ranges.Max(r => r.Prefix.Length);
        Count = ranges.Count;
        Digest = ranges.Count == 0 ? "none" : DigestOf(ranges);
    }

    /// <summary>Those of this process. Set once, before the first request.</summary>
    public static PhoneRanges Current => Volatile.Read(ref s_current);

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>16 hexadecimal digits over what numbers are judged by, whatever the order and layout of the file; <c>none</c> without ranges.</summary>
    public string Digest { get; }

    /// <summary>Makes these the ranges of this process.</summary>
    public void Use() => Volatile.Write(ref s_current, this);

    /// <summary>The range of a number, the one with the longest prefix, or null.</summary>
    internal PhoneRange? Find(ReadOnlySpan<char> digits)
    {
        for (var length = Math.Min(_longest, digits.Length); length > 0; length--)
        {
            if (!_byPrefix.TryGetValue(digits[..length], out var ranges))
                continue;
            foreach (var range in ranges)
            {
                if (range.Digits == digits.Length)
                    return range;
            }
        }

        return null;
    }

    // Day and source inform people; they change no number.
    private static string DigestOf(IEnumerable<PhoneRange> ranges)
    {
        var lines = ranges.Select(r => $"{r.Prefix} {r.Digits} {r.Destination.Country} {LineTypes.WordOf(r.Destination.LineType)}\n").Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(lines))).AsSpan(0, 8));
    }
}
