using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.AuditLogs;

/// <summary>
/// Refuses the changes that callers ask for while the audit events of a database cannot leave its outbox and have become too many or too old. Every vault silo
/// knows it from the looks of its own <see cref="AuditDrain"/>, whichever silo moves the events, and it ends with the look that finds fewer.
/// </summary>
internal sealed partial class AuditBound
{
    private readonly IHotStore _store;
    private readonly TimeProvider _time;
    private readonly GrainsOptions _options;
    private readonly GrainsMetrics _metrics;
    private readonly ILogger<AuditBound> _logger;
    private readonly Dictionary<string, Outbox> _outboxes;

    public AuditBound(IHotStore store, TimeProvider time, IOptions<GrainsOptions> options, GrainsMetrics metrics, ILogger<AuditBound> logger)
    {
        (_store, _time, _options, _metrics, _logger) = (store, time, options.Value, metrics, logger);
        _outboxes = store.AuditOutboxes.ToDictionary(outbox => outbox.Database, _ => new Outbox(), StringComparer.Ordinal);
        metrics.ObserveAuditBound(() => _outboxes.Select(outbox => (outbox.Key, ReasonNow(outbox.Value))));
    }

    /// <summary>Databases whose outbox is at its bound, and why.</summary>
    internal IEnumerable<(string Database, AuditBoundReason Reason)> Reached =>
        _outboxes.Select(outbox => (outbox.Key, ReasonNow(outbox.Value))).Where(outbox => outbox.Item2 != AuditBoundReason.None);

    /// <summary>Takes over what was found in an outbox.</summary>
    internal void Saw(string database, AuditBacklog backlog)
    {
        var outbox = _outboxes[database];
        var reason = AuditBoundRules.Judge(backlog, _time.GetUtcNow(), _options.AuditBoundEvents, _options.AuditBoundAge);
        var before = outbox.Last?.Reason ?? AuditBoundReason.None;
        outbox.Last = new Look(reason, _time.GetTimestamp());
        if (before == AuditBoundReason.None && reason != AuditBoundReason.None)
            LogReached(database, backlog.Events, reason);
        else if (before != AuditBoundReason.None && reason == AuditBoundReason.None)
            LogEnded(database);
    }

    /// <summary>Whether a change of this grain's row is refused; counts it then.</summary>
    internal bool Refuses(string key) => Refuses(_outboxes[_store.AuditOutboxOf(key).Database]);

    /// <summary>Whether an alias that does not exist yet is refused wherever it would be at home; counts it then.</summary>
    internal bool RefusesNewAliases() => _outboxes.Values.All(outbox => ReasonNow(outbox) != AuditBoundReason.None) && Refuses(_outboxes.Values.First());

    private bool Refuses(Outbox outbox)
    {
        var reason = ReasonNow(outbox);
        if (reason == AuditBoundReason.None)
            return false;

        _metrics.AuditRefused(reason);
        return true;
    }

    private AuditBoundReason ReasonNow(Outbox outbox) =>
        outbox.Last is { } look ? AuditBoundRules.Now(look.Reason, _time.GetElapsedTime(look.At)) : AuditBoundReason.None;

    private sealed class Outbox
    {
        private volatile Look? _last;

        /// <summary>The last look; null: there was none yet.</summary>
        public Look? Last
        {
            get => _last;
            set => _last = value;
        }
    }

    private sealed record Look(AuditBoundReason Reason, long At);
}
