namespace MaskedVerify.Load.Driving;

/// <summary>What one caller saw in the measured part.</summary>
internal sealed class WorkerStats
{
    private long _pairs;
    private long _failures;

    /// <summary>Starts.</summary>
    public LatencyHistogram Start { get; } = new();

    /// <summary>Checks.</summary>
    public LatencyHistogram Check { get; } = new();

    /// <summary>Start and check together, without pause and without reading the inbox.</summary>
    public LatencyHistogram Pair { get; } = new();

    /// <summary>Reading the code from the inbox.</summary>
    public LatencyHistogram Inbox { get; } = new();

    /// <summary>Calls that failed, by kind.</summary>
    public Dictionary<string, long> Errors { get; } = new(StringComparer.Ordinal);

    /// <summary>The first answer of each kind of failure.</summary>
    public Dictionary<string, string> Details { get; } = new(StringComparer.Ordinal);

    /// <summary>All pairs so far, the warm-up included; may be read from another thread.</summary>
    public long Pairs => Volatile.Read(ref _pairs);

    /// <summary>All failures so far; may be read from another thread.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>One more pair.</summary>
    public void CountPair() => Volatile.Write(ref _pairs, _pairs + 1);

    /// <summary>One more failure, listed by kind also when it happened in the warm-up.</summary>
    public void CountError(string kind, string? detail)
    {
        Volatile.Write(ref _failures, _failures + 1);
        if (detail is not null)
            Details.TryAdd(kind, detail);
        Errors[kind] = Errors.GetValueOrDefault(kind) + 1;
    }
}
