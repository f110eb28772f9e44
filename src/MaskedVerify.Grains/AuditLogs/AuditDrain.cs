using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.AuditLogs;

/// <summary>
/// Moves audit events from the outbox of each database into its log. Runs on every vault silo; one of them works on a database at a time, the others find its
/// place taken and come again.
/// </summary>
internal sealed partial class AuditDrain : BackgroundService
{
    private readonly IReadOnlyList<Outbox> _outboxes;
    private readonly AuditBound _bound;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly GrainsMetrics _metrics;
    private readonly ILogger<AuditDrain> _logger;

    public AuditDrain(
        IHotStore store, AuditBound bound, TimeProvider time, IOptions<GrainsOptions> options, GrainsMetrics metrics, ILogger<AuditDrain> logger)
    {
        _bound = bound;
        _outboxes = [.. store.AuditOutboxes.Select(outbox => new Outbox(outbox))];
        _time = time;
        _interval = options.Value.AuditDrainInterval;
        _metrics = metrics;
        _logger = logger;
        metrics.ObserveAudit(() => _outboxes.Select(outbox => outbox.Seen is { } seen
            ? (outbox.Source.Database, seen.Events, seen.OldestAt is { } oldest && oldest < time.GetUtcNow() ? time.GetUtcNow() - oldest : TimeSpan.Zero)
            : (outbox.Source.Database, 0, TimeSpan.Zero)));
    }

    /// <summary>One look at each database, and one batch where it is time; returns how many events were moved.</summary>
    internal async Task<int> DrainAsync(CancellationToken cancellationToken)
    {
        var moved = 0;
        foreach (var outbox in _outboxes)
            moved += await DrainAsync(outbox, cancellationToken);
        return moved;
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_outboxes.Select(outbox => RunAsync(outbox, stoppingToken)));

    private async Task RunAsync(Outbox outbox, CancellationToken stoppingToken)
    {
        var pause = _interval;
        var failing = false;
        while (await Patience.PauseAsync(pause, _time, stoppingToken))
        {
            try
            {
                pause = AuditDrainRules.PauseAfter(await DrainAsync(outbox, stoppingToken), _interval);
                failing = false;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                _metrics.AuditDrainFailed(outbox.Source.Database);
                if (!failing)
                    LogDrainFailed(outbox.Source.Database, error.GetType().Name);

                failing = true;
                pause = AuditDrainRules.PauseAfterFailure(pause, _interval);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async ValueTask<int> DrainAsync(Outbox outbox, CancellationToken cancellationToken)
    {
        var backlog = await outbox.Source.ReadBacklogAsync(cancellationToken);
        outbox.Seen = backlog;
        _bound.Saw(outbox.Source.Database, backlog);
        var take = AuditDrainRules.Take(backlog, _time.GetUtcNow());
        if (take == 0)
            return 0;

        var moved = await outbox.Source.DrainAsync(take, cancellationToken);
        _metrics.AuditMoved(outbox.Source.Database, moved);
        return moved;
    }

    private sealed class Outbox(IAuditOutbox source)
    {
        private volatile object? _seen;

        public IAuditOutbox Source => source;

        /// <summary>The last look.</summary>
        public AuditBacklog? Seen
        {
            get => (AuditBacklog?)_seen;
            set => _seen = value;
        }
    }
}
