using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.AuditLogs;

/// <summary>
/// Moves audit events from the outbox into the log. Runs on every vault silo; one of them works at a time, the others find its place taken and come again.
/// </summary>
internal sealed partial class AuditDrain : BackgroundService
{
    private readonly IAuditOutbox _outbox;
    private readonly AuditBound _bound;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly GrainsMetrics _metrics;
    private readonly ILogger<AuditDrain> _logger;
    private volatile object? _seen;

    public AuditDrain(
        IHotStore store, AuditBound bound, TimeProvider time, IOptions<GrainsOptions> options, GrainsMetrics metrics, ILogger<AuditDrain> logger)
    {
        _bound = bound;
        _outbox = store.AuditOutbox;
        _time = time;
        _interval = options.Value.AuditDrainInterval;
        _metrics = metrics;
        _logger = logger;
        metrics.ObserveAudit(_outbox.Database, () => _seen is AuditBacklog seen
            ? (seen.Events, seen.OldestAt is { } oldest && oldest < time.GetUtcNow() ? time.GetUtcNow() - oldest : TimeSpan.Zero)
            : (0, TimeSpan.Zero));
    }

    /// <summary>One look at the outbox, and one batch where it is time; returns how many events were moved.</summary>
    internal async Task<int> DrainAsync(CancellationToken cancellationToken)
    {
        var backlog = await _outbox.ReadBacklogAsync(cancellationToken);
        _seen = backlog;
        _bound.Saw(backlog);
        var take = AuditDrainRules.Take(backlog, _time.GetUtcNow());
        if (take == 0)
            return 0;

        var moved = await _outbox.DrainAsync(take, cancellationToken);
        _metrics.AuditMoved(_outbox.Database, moved);
        return moved;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = _interval;
        var failing = false;
        while (await Patience.PauseAsync(pause, _time, stoppingToken))
        {
            try
            {
                pause = AuditDrainRules.PauseAfter(await DrainAsync(stoppingToken), _interval);
                failing = false;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                _metrics.AuditDrainFailed(_outbox.Database);
                if (!failing)
                    LogDrainFailed(error.GetType().Name);

                failing = true;
                pause = AuditDrainRules.PauseAfterFailure(pause, _interval);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
