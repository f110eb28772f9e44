using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.Sending;

/// <summary>Wakes the aliases whose next step is overdue: unknown attempts after a crash, expiry. Its polls also tell whether the hot store answers.</summary>
internal sealed partial class DuePoller(
    IHotStore store, IGrainFactory grains, TimeProvider time, IOptions<GrainsOptions> options, GrainsMetrics metrics, ILogger<DuePoller> logger) : BackgroundService
{
    /// <summary>How long a claimed step is hidden from other pollers: longer than the call to the alias can take.</summary>
    private static readonly TimeSpan Hidden = TimeSpan.FromSeconds(30);

    /// <summary>Longest pause while nothing is due or the store fails.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly GrainsOptions _options = options.Value;
    private long _succeededAt;
    private bool _failing;

    /// <summary>When the hot store last answered a poll.</summary>
    internal DateTimeOffset SucceededAt => new(Interlocked.Read(ref _succeededAt), TimeSpan.Zero);

    /// <summary>Claims one batch, resumes what is in it, and returns how many there were.</summary>
    internal async Task<int> PollAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await store.ClaimDueAsync(now, now + Hidden, _options.DueBatch, cancellationToken);
        Interlocked.Exchange(ref _succeededAt, now.UtcTicks);
        if (due.Count > 0)
        {
            metrics.DueClaimed(due.Count);
            await Parallel.ForEachAsync(
                due,
                new ParallelOptions { MaxDegreeOfParallelism = _options.DueConcurrency, CancellationToken = cancellationToken },
                async (row, _) => await ResumeAsync(row));
        }

        return due.Count;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = _options.DuePollInterval;
        while (await Patience.PauseAsync(pause, time, stoppingToken))
        {
            try
            {
                // A full batch means that there is more; an empty one doubles the pause.
                var count = await PollAsync(stoppingToken);
                pause = count >= _options.DueBatch ? TimeSpan.FromMilliseconds(1) : count > 0 ? _options.DuePollInterval : Longer(pause);
                _failing = false;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                if (!_failing)
                    LogPollFailed(error.GetType().Name);

                _failing = true;
                pause = Longer(pause);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private TimeSpan Longer(TimeSpan pause)
    {
        var longest = LongestPause > _options.DuePollInterval ? LongestPause : _options.DuePollInterval;
        var doubled = pause < _options.DuePollInterval ? _options.DuePollInterval : pause * 2;
        return doubled < longest ? doubled : longest;
    }

    private async Task ResumeAsync(DueRow row)
    {
        try
        {
            await grains.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(row.Verification)).Resume(row.Verification);
        }
        catch (Exception error)
        {
            // It is claimed again when it is not hidden any more.
            LogResumeFailed(row.Verification, error.GetType().Name);
        }
    }
}
