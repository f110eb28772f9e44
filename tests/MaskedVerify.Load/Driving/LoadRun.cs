using System.Diagnostics;
using MaskedVerify.Load.Targets;

namespace MaskedVerify.Load.Driving;

/// <summary>Drives a target with a shape and measures it.</summary>
internal sealed class LoadRun(ILoadTarget target, LoadShape shape, ProgressLine progress)
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly LoadClock _clock = new();

    /// <summary>Runs warm-up and measured part; <paramref name="eachSecond"/> is told the seconds since the start.</summary>
    public async Task<LoadFigures> RunAsync(Destinations destinations, int seed, Func<double, Task>? eachSecond = null, CancellationToken cancellationToken = default)
    {
        var connections = new List<ILoadConnection>();
        try
        {
            for (var i = 0; i < shape.Connections; i++)
                connections.Add(await target.ConnectAsync(shape));
            var workers = connections.Select((connection, i) => new LoadWorker(connection, destinations, shape, _clock, seed + i)).ToList();
            var tasks = workers.ConvertAll(worker => Task.Run(worker.RunAsync, CancellationToken.None));
            try
            {
                return await MeasureAsync(workers, eachSecond, cancellationToken);
            }
            finally
            {
                _clock.Stop();
                await Task.WhenAny(Task.WhenAll(tasks), Task.Delay(s_patience, CancellationToken.None));
            }
        }
        finally
        {
            foreach (var connection in connections)
                await connection.DisposeAsync();
        }
    }

    private async Task<LoadFigures> MeasureAsync(List<LoadWorker> workers, Func<double, Task>? eachSecond, CancellationToken cancellationToken)
    {
        await WatchAsync(workers, shape.Warmup, "warm-up", eachSecond, 0, cancellationToken);
        var pairsBefore = workers.Sum(w => w.Stats.Pairs);
        var before = await target.SnapshotAsync();
        _clock.BeginMeasuring();
        var begin = Stopwatch.GetTimestamp();
        await WatchAsync(workers, shape.Duration, "measuring", eachSecond, shape.Warmup.TotalSeconds, cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(begin);
        var after = await target.SnapshotAsync();
        var live = workers.Sum(w => w.Live);
        _clock.Stop();
        await Task.Delay(50, CancellationToken.None); // a worker may still be adding its last call
        return LoadFigures.From(workers, pairsBefore, elapsed, before, after, live);
    }

    private async Task WatchAsync(
        List<LoadWorker> workers, TimeSpan duration, string part, Func<double, Task>? eachSecond, double offset, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var lastPairs = workers.Sum(w => w.Stats.Pairs);
        var lastAt = TimeSpan.Zero;
        for (var left = duration; left > TimeSpan.Zero; left = duration - watch.Elapsed)
        {
            // Rounded up: a delay of less than a millisecond is none.
            await Task.Delay(left < s_second ? left + TimeSpan.FromMilliseconds(1) : s_second, cancellationToken);
            var now = watch.Elapsed;
            var pairs = workers.Sum(w => w.Stats.Pairs);
            progress.Show(
                $"{part} {now.TotalSeconds:F0}/{duration.TotalSeconds:F0} s: {(pairs - lastPairs) / (now - lastAt).TotalSeconds:N0} pairs/s, " +
                $"{workers.Sum(w => w.Stats.Failures):N0} errors, {workers.Sum(w => w.Live):N0} live");
            (lastPairs, lastAt) = (pairs, now);
            if (eachSecond is not null)
                await eachSecond(offset + now.TotalSeconds);
        }
    }
}
