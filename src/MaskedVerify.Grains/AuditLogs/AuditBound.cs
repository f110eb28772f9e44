using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.AuditLogs;

/// <summary>
/// Refuses the changes that callers ask for while audit events cannot leave their outbox and have become too many or too old. Every vault silo
/// knows it from the looks of its own <see cref="AuditDrain"/>, whichever silo moves the events, and it ends with the look that finds fewer.
/// </summary>
internal sealed partial class AuditBound
{
    private readonly TimeProvider _time;
    private readonly GrainsOptions _options;
    private readonly GrainsMetrics _metrics;
    private readonly ILogger<AuditBound> _logger;
    private volatile Look? _last;

    public AuditBound(IHotStore store, TimeProvider time, IOptions<GrainsOptions> options, GrainsMetrics metrics, ILogger<AuditBound> logger)
    {
        (_time, _options, _metrics, _logger) = (time, options.Value, metrics, logger);
        metrics.ObserveAuditBound(store.AuditOutbox.Database, () => Reason);
    }

    /// <summary>Why changes are refused now; none: they are not.</summary>
    internal AuditBoundReason Reason => _last is { } look ? AuditBoundRules.Now(look.Reason, _time.GetElapsedTime(look.At)) : AuditBoundReason.None;

    /// <summary>Takes over what was found in the outbox.</summary>
    internal void Saw(AuditBacklog backlog)
    {
        var reason = AuditBoundRules.Judge(backlog, _time.GetUtcNow(), _options.AuditBoundEvents, _options.AuditBoundAge);
        var before = _last?.Reason ?? AuditBoundReason.None;
        _last = new Look(reason, _time.GetTimestamp());
        if (before == AuditBoundReason.None && reason != AuditBoundReason.None)
            LogReached(backlog.Events, reason);
        else if (before != AuditBoundReason.None && reason == AuditBoundReason.None)
            LogEnded();
    }

    /// <summary>Whether a change, or a new alias, is refused; counts it then.</summary>
    internal bool Refuses()
    {
        var reason = Reason;
        if (reason == AuditBoundReason.None)
            return false;

        _metrics.AuditRefused(reason);
        return true;
    }

    private sealed record Look(AuditBoundReason Reason, long At);
}
