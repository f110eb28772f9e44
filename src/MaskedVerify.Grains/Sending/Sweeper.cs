using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.Sending;

/// <summary>Removes rows past their window, in small batches with pauses, so that nobody waits for it.</summary>
internal sealed partial class Sweeper(IHotStore store, TimeProvider time, IOptions<GrainsOptions> options, ILogger<Sweeper> logger) : BackgroundService
{
    /// <summary>Rows of a table in one batch.</summary>
    internal const int Batch = 500;

    /// <summary>Batches of one run: at most a quarter of the time is spent sweeping.</summary>
    internal const int MaxBatches = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>One run; returns how many rows were removed.</summary>
    internal async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var total = 0;
        for (var i = 0; i < MaxBatches; i++)
        {
            var removed = await store.SweepAsync(time.GetUtcNow(), Batch, cancellationToken);
            total += removed;
            if (removed < Batch || !await Patience.PauseAsync(Pause, time, cancellationToken))
                break;
        }

        return total;
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
