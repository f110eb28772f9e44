namespace MaskedVerify.Grains.Clocks;

/// <summary>
/// The machine's clock, corrected by what it differs from the database's. Once it was compared it counts monotonic time on from the last good comparison, so a machine
/// whose clock is set or jumps moves no expiry before the next comparison finds it out. Timers and monotonic time are the machine's.
/// </summary>
public sealed class ClusterTime : TimeProvider
{
    private readonly TimeProvider _machine;
    private Anchor? _anchor;

    /// <summary>Over the system's clock.</summary>
    public ClusterTime()
        : this(System)
    {
    }

    internal ClusterTime(TimeProvider machine) => _machine = machine;

    /// <summary>What the last good comparison added to the machine's clock. Zero until it was compared.</summary>
    public TimeSpan Offset
    {
        get => Volatile.Read(ref _anchor)?.Offset ?? TimeSpan.Zero;
        internal set => Volatile.Write(ref _anchor, new Anchor(value, _machine.GetUtcNow() + value, _machine.GetTimestamp()));
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() =>
        Volatile.Read(ref _anchor) is { } anchor ? anchor.At + _machine.GetElapsedTime(anchor.Stamp) : _machine.GetUtcNow();

    private sealed record Anchor(TimeSpan Offset, DateTimeOffset At, long Stamp);
}
