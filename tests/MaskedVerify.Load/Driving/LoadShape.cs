namespace MaskedVerify.Load.Driving;

/// <summary>How hard, how long and in which pattern.</summary>
internal sealed record LoadShape
{
    /// <summary>Callers at once, 1 to 4096; each has one connection of its own.</summary>
    public required int Connections { get; init; }

    /// <summary>Length of the measured part.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Load before it that is not measured.</summary>
    public required TimeSpan Warmup { get; init; }

    /// <summary>Pairs per second that all callers together begin; 0: each begins the next one when the last one is over.</summary>
    public int Rate { get; init; }

    /// <summary>Least time between a start and its check.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>Verifications that are held open; 0: as many as the pause makes.</summary>
    public int Live { get; init; }

    /// <summary>Whether each start and check carries an Idempotency-Key.</summary>
    public bool IdempotencyKeys { get; init; }
}
