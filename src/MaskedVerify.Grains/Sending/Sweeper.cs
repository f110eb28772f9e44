using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Privacy;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.Sending;

/// <summary>Removes rows past their window and keys of aliases that never were, in small batches with pauses, so that nobody waits for it.</summary>
internal sealed partial class Sweeper(IHotStore store, IKeysStore keys, IGrainFactory grains, TimeProvider time, IOptions<GrainsOptions> options, ILogger<Sweeper> logger) : BackgroundService
{
    /// <summary>One run, which ends when nothing is past its window; returns how many rows were removed.</summary>
    internal async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        while (true)
        {
            var began = time.GetTimestamp();
            var removed = await store.SweepAsync(time.GetUtcNow(), SweepRules.Batch, cancellationToken);
            total += removed;
            if (removed < SweepRules.Batch || !await Patience.PauseAsync(SweepRules.PauseAfter(time.GetElapsedTime(began)), time, cancellationToken))
                return total;
        }
    }

    /// <summary>
    /// One run over the keys that were written an hour ago or earlier and that no run has looked at yet: those of an alias with a row are marked, the others are destroyed by the
    /// alias itself, in a turn of its own, so that no start is between. Returns how many were destroyed.
    /// </summary>
    internal async Task<int> SweepUnusedAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        while (true)
        {
            var began = time.GetTimestamp();
            var unseen = await keys.FindUnseenAsync(time.GetUtcNow() - SweepRules.UnusedAfter, SweepRules.Batch, cancellationToken);
            List<AliasId> seen = [];
            foreach (var (tenant, alias) in unseen)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await store.ReadAsync(StateNames.PhoneAlias, GrainKeys.PhoneAlias(alias), cancellationToken) is not null)
                    seen.Add(alias);
                else
                    await grains.GetGrain<IPhoneAliasGrain>(GrainKeys.PhoneAlias(alias)).DropUnused(tenant, alias);
            }

            await keys.MarkSeenAsync(seen);
            total += unseen.Count - seen.Count;
            if (unseen.Count < SweepRules.Batch || !await Patience.PauseAsync(SweepRules.PauseAfter(time.GetElapsedTime(began)), time, cancellationToken))
                return total;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        while (await Patience.NextTickAsync(timer, stoppingToken))
        {
            try
            {
                var removed = await SweepAsync(stoppingToken);
                if (removed > 0)
                    LogSwept(removed);

                var dropped = await SweepUnusedAsync(stoppingToken);
                if (dropped > 0)
                    LogUnusedDropped(dropped);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogSweepFailed(error.GetType().Name);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
