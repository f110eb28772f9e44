namespace MaskedVerify.Grains.Clocks;

/// <summary>The machine's clock, corrected by what it differs from the database's. Timers and monotonic time are the machine's.</summary>
public sealed class ClusterTime : TimeProvider
{
    private long _offset;

    /// <summary>What is added to the machine's clock. Zero until it was compared.</summary>
    public TimeSpan Offset
    {
        get => new(Interlocked.Read(ref _offset));
        internal set => Interlocked.Exchange(ref _offset, value.Ticks);
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
}
