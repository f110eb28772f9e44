using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.Sending;

/// <summary>
/// Wakes the aliases whose next step is overdue: unknown attempts after a crash, expiry. Gives a step up that has failed for a day. Its polls also tell whether the
/// hot store answers.
/// </summary>
internal sealed partial class DuePoller(
    IHotStore store, IGrainFactory grains, TimeProvider time, IOptions<GrainsOptions> options, GrainsMetrics metrics, ILogger<DuePoller> logger) : BackgroundService
{
    /// <summary>How long a claimed step is hidden from other pollers: longer than the call to the alias can take.</summary>
    private static readonly TimeSpan Hidden = TimeSpan.FromSeconds(30);

    /// <summary>Longest pause while nothing is due or the store fails.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>Pause between two looks at the store while a batch is worked on.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly GrainsOptions _options = options.Value;
    private long _succeededAt;

    /// <summary>When the hot store last answered.</summary>
    internal DateTimeOffset SucceededAt => new(Interlocked.Read(ref _succeededAt), TimeSpan.Zero);

    /// <summary>Steps that failed.</summary>
    internal FailingSteps<VerificationId> Failing { get; } = new();

    /// <summary>Claims one batch, resumes what is in it, and returns how many there were.</summary>
    internal async Task<int> PollAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await store.ClaimDueAsync(now, now + Hidden, _options.DueBatch, cancellationToken);
        Interlocked.Exchange(ref _succeededAt, now.UtcTicks);
        if (due.Count > 0)
        {
            metrics.DueClaimed(due.Count);
            var resuming = Parallel.ForEachAsync(
                due,
                new ParallelOptions { MaxDegreeOfParallelism = _options.DueConcurrency, CancellationToken = cancellationToken },
                async (row, _) => await ResumeAsync(row));
            while (await Task.WhenAny(resuming, Task.Delay(LookAgain, time, cancellationToken)) != resuming && !cancellationToken.IsCancellationRequested)
                await LookAsync(cancellationToken);
            await resuming;
        }

        return due.Count;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var polls = new RepeatedWork(LogPollFailed);
        var pause = _options.DuePollInterval;
        while (await Patience.PauseAsync(pause, time, stoppingToken))
        {
            // A full batch means that there is more; an empty one, or none, doubles the pause.
            var count = 0;
            await polls.TryAsync(async cancellationToken => count = await PollAsync(cancellationToken), stoppingToken);
            pause = count >= _options.DueBatch ? TimeSpan.FromMilliseconds(1) : count > 0 ? _options.DuePollInterval : Longer(pause);
        }
    }

    /// <summary>
    /// Steps of aliases that were on a lost silo can take ten seconds each: a batch is longer than readiness waits for a sign of the store. Nothing is overdue at the
    /// begin of time, so this claims nothing.
    /// </summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = time.GetUtcNow();
            await store.ClaimDueAsync(DateTimeOffset.MinValue, DateTimeOffset.MinValue, 1, cancellationToken);
            Interlocked.Exchange(ref _succeededAt, now.UtcTicks);
        }
        catch (Exception error) when (error is StorageUnavailableException or OperationCanceledException)
        {
            // Readiness sees that nothing was seen.
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
            Failing.Ended(row.Verification);
        }
        catch (Exception error)
        {
            // It is claimed again when it is not hidden any more.
            LogResumeFailed(row.Verification, error.GetType().Name);
            if (Failing.Failed(row.Verification, time.GetUtcNow()))
                await GiveUpAsync(row);
        }
    }

    /// <summary>Takes a step out of the table without its grain, which may not be able to read its own row: that row stays as it is.</summary>
    private async Task GiveUpAsync(DueRow row)
    {
        try
        {
            var key = GrainKeys.PhoneAlias(row.Verification);
            var state = await store.ReadAsync(StateNames.PhoneAlias, key);
            var result = await store.CommitAsync(new HotCommit(StateNames.PhoneAlias, key, state?.Version ?? 0, state?.Payload, [new DueDoneRow(row.Verification)]));
            if (result.Status != CommitStatus.Committed)
                return;

            Failing.Ended(row.Verification);
            metrics.DueGivenUp();
            LogGivenUp(row.Alias);
        }
        catch (StorageUnavailableException)
        {
            // The next failure tries again.
        }
    }
}
