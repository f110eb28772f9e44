using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.Sending;

/// <summary>Removes rows past their window, in small batches with pauses, so that nobody waits for it.</summary>
internal sealed partial class Sweeper(IHotStore store, TimeProvider time, IOptions<GrainsOptions> options, ILogger<Sweeper> logger) : BackgroundService
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
