using System.Diagnostics;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.Targets;

namespace MaskedVerify.Load.References;

/// <summary>What reading codes costs a server: nothing but looks into the inbox over the same connections. No customer makes these requests.</summary>
internal static class InboxReference
{
    /// <summary>Reads of the inbox per second.</summary>
    public static async Task<double> RunAsync(ILoadTarget target, LoadShape shape, Destinations destinations, TimeSpan duration)
    {
        var clock = new LoadClock();
        var ready = 0;
        var workers = Enumerable.Range(0, shape.Connections).Select(i => Task.Run(() => WorkAsync(i))).ToList();
        while (Volatile.Read(ref ready) < shape.Connections && !workers.Exists(worker => worker.IsFaulted))
            await Task.Delay(10);
        clock.BeginMeasuring();
        var watch = Stopwatch.StartNew();
        await Task.Delay(duration);
        var elapsed = watch.Elapsed;
        clock.Stop();
        return (await Task.WhenAll(workers)).Sum() / elapsed.TotalSeconds;

        async Task<long> WorkAsync(int seed)
        {
            await using var connection = await target.ConnectAsync(shape);
            var started = await connection.StartAsync(destinations.Next(new Random(seed)));
            Interlocked.Increment(ref ready);
            long count = 0;
            while (!clock.IsOver)
            {
                await connection.ReadCodeAsync(started);
                count += clock.IsMeasuring ? 1 : 0;
            }

            return count;
        }
    }
}
