namespace MaskedVerify.Grains.Sending;

/// <summary>When a due step is given up. Pure.</summary>
internal static class DueRules
{
    /// <summary>
    /// How long a step may fail before it is given up. A verification lives ten minutes at most and a step is taken up every half minute: after a day of failures
    /// nobody waits for it, and whatever stood in its way (keys, a carrier, a full outbox) does so no more, or will not end by itself.
    /// </summary>
    internal static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    /// <summary>
    /// A step that did not fail here for so long is not known to have failed all the time: another silo may have carried it out. Many times what it is hidden for, so
    /// that a step which several silos share is still seen.
    /// </summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromHours(1);

    /// <summary>Longest pause before a receipt that fails is tried again.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>Most steps that are remembered as failing, about a megabyte.</summary>
    internal const int MostFailing = 10_000;

    /// <summary>What is known of a step after one more failure.</summary>
    internal static FailingStep Failed(FailingStep? known, DateTimeOffset now) =>
        known is { } step && GoesOn(step, now) ? step with { Last = now } : new FailingStep(now, now);

    /// <summary>Whether a step that fails now has failed ever since it was noted.</summary>
    internal static bool GoesOn(FailingStep step, DateTimeOffset now) => now >= step.Last && now - step.Last <= Silence;

    /// <summary>When a step that nobody hides meanwhile is tried again. Far below <see cref="Silence"/>, so that its failures are seen as one row of them.</summary>
    internal static DateTimeOffset NextTry(FailingStep step)
    {
        var failing = step.Last - step.First;
        return step.Last + (failing < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : failing < LongestPause ? failing : LongestPause);
    }

    /// <summary>Whether a step has failed for as long as it may.</summary>
    internal static bool IsHopeless(FailingStep step) => step.Last - step.First >= GiveUpAfter;
}
