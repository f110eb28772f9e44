namespace MaskedVerify.Grains.Clocks;

/// <summary>What a silo may conclude from comparing its clock with the database's. Pure.</summary>
internal static class ClockRules
{
    /// <summary>Most that the two may differ (design, "Time").</summary>
    internal static readonly TimeSpan MaxOffset = TimeSpan.FromSeconds(2);

    /// <summary>A question that took longer than this says too little about the offset.</summary>
    internal static readonly TimeSpan MaxRoundTrip = TimeSpan.FromSeconds(1);

    /// <summary>Without a usable comparison for this long the silo is not ready: longer than three looks, shorter than a clock needs to run away.</summary>
    internal static readonly TimeSpan NotReadyAfter = TimeSpan.FromSeconds(35);

    /// <summary>Without one for this long it stops: a database that is away for a minute or two must not take the silos with it.</summary>
    internal static readonly TimeSpan StopAfter = TimeSpan.FromMinutes(5);

    /// <summary>Comparisons in a row that say "too far off" before the silo stops; one may be a hiccup between two reads.</summary>
    internal const int StopAfterOff = 2;

    /// <summary>Comparisons that the correction is chosen from: that with the shortest way is the truest.</summary>
    internal const int Kept = 6;

    /// <summary>
    /// The offset of the database's clock, if its answer belongs to the middle of the question's time; null when the question took too long or ended before it began.
    /// </summary>
    /// <param name="askedAt">Local clock, uncorrected, when the question left.</param>
    /// <param name="roundTrip">Monotonic time until the answer was here.</param>
    /// <param name="answer">What the database said.</param>
    internal static ClockSample? Sample(DateTimeOffset askedAt, TimeSpan roundTrip, DateTimeOffset answer) =>
        roundTrip < TimeSpan.Zero || roundTrip > MaxRoundTrip ? null : new ClockSample(answer - (askedAt + roundTrip / 2), roundTrip / 2);

    /// <summary>What is known after one more look; a null sample is a look that gave nothing.</summary>
    internal static ClockState Next(ClockState state, ClockSample? sample, TimeSpan now)
    {
        if (sample is not { } fresh)
            return state;

        IReadOnlyList<ClockSample> kept = [.. state.Samples.TakeLast(Kept - 1), fresh];

        // A jump of either clock makes older comparisons worthless.
        if (state.Samples.Count > 0 && (fresh.Offset - state.Offset).Duration() > fresh.Error + state.Best.Error + TimeSpan.FromMilliseconds(250))
            kept = [fresh];

        return new ClockState(kept, now, IsOff(fresh) ? state.OffInARow + 1 : 0);
    }

    /// <summary>Whether a comparison proves that the clocks differ by more than is allowed.</summary>
    internal static bool IsOff(ClockSample sample) => sample.Offset.Duration() - sample.Error > MaxOffset;

    /// <summary>What follows from it.</summary>
    internal static ClockVerdict Judge(ClockState state, TimeSpan now)
    {
        var age = now - state.MeasuredAt;
        if (state.OffInARow >= StopAfterOff || age > StopAfter)
            return ClockVerdict.Stop;

        return state.OffInARow > 0 || state.Samples.Count == 0 || age > NotReadyAfter ? ClockVerdict.NotReady : ClockVerdict.Good;
    }
}

/// <summary>One comparison.</summary>
/// <param name="Offset">Database's clock minus ours.</param>
/// <param name="Error">How much it may be wrong: half the way there and back.</param>
internal readonly record struct ClockSample(TimeSpan Offset, TimeSpan Error);

/// <summary>What a silo knows about its clock.</summary>
/// <param name="Samples">Newest last.</param>
/// <param name="MeasuredAt">Monotonic time of the newest, or of the start.</param>
/// <param name="OffInARow">How many of the newest say "too far off".</param>
internal sealed record ClockState(IReadOnlyList<ClockSample> Samples, TimeSpan MeasuredAt, int OffInARow)
{
    /// <summary>Before the first look.</summary>
    internal static ClockState Start(TimeSpan now) => new([], now, 0);

    /// <summary>The comparison with the shortest way.</summary>
    internal ClockSample Best => Samples.Count == 0 ? default : Samples.MinBy(s => s.Error);

    /// <summary>What is added to the local clock.</summary>
    internal TimeSpan Offset => Best.Offset;
}

/// <summary>What follows from what is known about the clock.</summary>
internal enum ClockVerdict
{
    /// <summary>Serve.</summary>
    Good,

    /// <summary>Serve what is under way; take nothing new.</summary>
    NotReady,

    /// <summary>End the process.</summary>
    Stop,
}
