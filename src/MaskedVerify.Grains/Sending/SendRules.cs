using MaskedVerify.Carriers;

namespace MaskedVerify.Grains.Sending;

/// <summary>The times that keep a message from being sent twice (design, "The code after a crash"). Pure.</summary>
internal static class SendRules
{
    /// <summary>A submit begins only this long after its claim.</summary>
    internal static readonly TimeSpan SubmitWithin = TimeSpan.FromSeconds(5);

    /// <summary>Pause between two looks at a carrier whose connection is down.</summary>
    internal static readonly TimeSpan ConnectionPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait for a carrier's answer; shorter than the cluster's response time-out (10 s).</summary>
    internal static readonly TimeSpan CarrierDeadline = TimeSpan.FromSeconds(8);

    /// <summary>Nothing is handed over later than this after the claim, because at 10 s the attempt counts as unknown and may move to another route.</summary>
    internal static readonly TimeSpan HandOverWithin = TimeSpan.FromSeconds(9);

    /// <summary>How long after the deadline a carrier client may take to end before it is left alone.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Pauses between the tries to report a result; afterwards the attempt becomes unknown by its due step.</summary>
    internal static readonly IReadOnlyList<TimeSpan> ReportPauses =
        [TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)];

    /// <summary>
    /// Whether to wait for a carrier that took nothing because its connection is down. Only where no other route is left: otherwise the next one is faster. The session comes
    /// back within seconds when a carrier or a database was away for a moment, and nothing has left, so nothing can be sent twice.
    /// </summary>
    internal static bool WaitsForConnection(CarrierError error, bool isReady, bool isLastRoute, TimeSpan sinceClaim) =>
        error == CarrierError.NotSent && !isReady && isLastRoute && sinceClaim + ConnectionPause <= SubmitWithin;

    /// <summary>Pause after a throttle when the carrier names none.</summary>
    internal static readonly TimeSpan ThrottlePause = TimeSpan.FromSeconds(1);

    /// <summary>Shortest pause after a throttle.</summary>
    internal static readonly TimeSpan LeastThrottlePause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a throttle is kept before it is told to the alias, which then claims the same route again; null: it is told at once. Where another route is left, that
    /// one is faster. Never until the attempt counts as unknown.
    /// </summary>
    internal static TimeSpan? PauseAfterThrottle(CarrierError error, TimeSpan? retryAfter, bool isLastRoute, TimeSpan sinceClaim)
    {
        if (error != CarrierError.Throttled || !isLastRoute || sinceClaim >= HandOverWithin)
            return null;

        var pause = retryAfter ?? ThrottlePause;
        return pause < LeastThrottlePause ? LeastThrottlePause : pause < HandOverWithin - sinceClaim ? pause : HandOverWithin - sinceClaim;
    }

    /// <summary>How long a carrier has for its answer when the submit begins now; null when it must not begin any more.</summary>
    internal static TimeSpan? DeadlineAfter(TimeSpan sinceClaim)
    {
        if (sinceClaim > SubmitWithin)
            return null;

        var left = HandOverWithin - sinceClaim;
        return left < CarrierDeadline ? left : CarrierDeadline;
    }
}
