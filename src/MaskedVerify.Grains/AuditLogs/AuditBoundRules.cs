using MaskedVerify.Domain;

namespace MaskedVerify.Grains.AuditLogs;

/// <summary>When an audit outbox has reached its bound. Pure.</summary>
internal static class AuditBoundRules
{
    /// <summary>
    /// A look that is older than this says nothing any more: a silo that cannot look does not refuse because of that alone. Longer than a look that fails, the
    /// pause after it and a move that fails together.
    /// </summary>
    internal static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>What a look means.</summary>
    /// <param name="backlog">What it found.</param>
    /// <param name="now">When.</param>
    /// <param name="events">Most events that may wait; 0: any number.</param>
    /// <param name="age">How long the oldest may wait; zero: for ever.</param>
    internal static AuditBoundReason Judge(AuditBacklog backlog, DateTimeOffset now, long events, TimeSpan age)
    {
        if (backlog.Events <= 0 || backlog.OldestAt is not { } oldest)
            return AuditBoundReason.None;

        return events > 0 && backlog.Events > events ? AuditBoundReason.Events
            : age > TimeSpan.Zero && now - oldest > age ? AuditBoundReason.Age
            : AuditBoundReason.None;
    }

    /// <summary>What the last look still means.</summary>
    /// <param name="judged">What it meant then.</param>
    /// <param name="since">How long ago it was.</param>
    internal static AuditBoundReason Now(AuditBoundReason judged, TimeSpan since) => since <= Fresh ? judged : AuditBoundReason.None;
}
