using System.Diagnostics;
using System.Numerics;

namespace MaskedVerify.Load.Driving;

/// <summary>
/// Latencies in microseconds, 64 buckets per power of two: a percentile is at most 1.6 % too high, the greatest value is exact. For one thread; merged at the end.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int SubCount = 1 << SubBits;

    private readonly long[] _buckets = new long[(64 - SubBits) * SubCount];
    private long _max;

    /// <summary>Values in it.</summary>
    public long Count { get; private set; }

    /// <summary>Greatest value in milliseconds; 0 when empty.</summary>
    public double MaxMilliseconds => _max / 1000.0;

    /// <summary>Adds a span of <see cref="Stopwatch"/> ticks.</summary>
    public void Add(long stopwatchTicks)
    {
        var micros = Math.Max(0, stopwatchTicks * 1_000_000 / Stopwatch.Frequency);
        _buckets[Index(micros)]++;
        Count++;
        _max = Math.Max(_max, micros);
    }

    /// <summary>Adds all of another.</summary>
    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _buckets.Length; i++)
            _buckets[i] += other._buckets[i];
        Count += other.Count;
        _max = Math.Max(_max, other._max);
    }

    /// <summary>Upper bound in milliseconds of the bucket that holds the value at <paramref name="fraction"/> (0 to 1); 0 when empty.</summary>
    public double PercentileMilliseconds(double fraction)
    {
        var wanted = (long)Math.Ceiling(Count * fraction);
        long seen = 0;
        for (var i = 0; i < _buckets.Length && Count > 0; i++)
        {
            seen += _buckets[i];
            if (seen >= wanted)
                return Math.Min(UpperBound(i), _max) / 1000.0;
        }

        return 0;
    }

    private static int Index(long value)
    {
        if (value < SubCount)
            return (int)value;
        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return ((shift + 1) * SubCount) + (int)((value >> shift) - SubCount);
    }

    private static long UpperBound(int index)
    {
        if (index < SubCount)
            return index;
        var shift = (index / SubCount) - 1;
        return (((long)(index % SubCount) + SubCount + 1) << shift) - 1;
    }
}
