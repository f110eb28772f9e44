using System.Diagnostics;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.Servers;

namespace MaskedVerify.Load.References;

/// <summary>A reference server in a process of its own, and the same number of callers that the product gets.</summary>
internal static class ReferenceProcess
{
    /// <summary>First word of the line by which a reference server tells its address.</summary>
    public const string Banner = "listening";

    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Starts this program's command once for each of <paramref name="arguments"/>, drives all of them at once for a while and stops them; the first fifth does not count.</summary>
    /// <param name="arguments">Hidden command and its arguments, for each process.</param>
    /// <param name="connections">Callers, spread over the processes.</param>
    /// <param name="duration">Length of the measured part.</param>
    /// <param name="work">One caller: works until the clock is over and returns the latencies of what the clock measured.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<ReferenceFigures> RunAsync(
        IReadOnlyList<string[]> arguments, int connections, TimeSpan duration, Func<Uri, LoadClock, int, Task<LatencyHistogram>> work, CancellationToken cancellationToken)
    {
        var children = new List<ChildProcess>();
        try
        {
            var addresses = new List<Uri>();
            foreach (var one in arguments)
            {
                children.Add(ChildProcess.Start(
                    "dotnet", [typeof(ReferenceProcess).Assembly.Location, .. one], new Dictionary<string, string>(StringComparer.Ordinal), Path.GetTempPath()));
                addresses.Add(await ReadAddressAsync(children[^1], cancellationToken));
            }

            var ids = children.ConvertAll(c => c.Id);
            return await DriveAsync(ids, connections, duration, (clock, caller) => work(addresses[caller % addresses.Count], clock, caller), cancellationToken);
        }
        finally
        {
            foreach (var child in children)
            {
                await child.StopAsync(s_stopTimeout);
                await child.DisposeAsync();
            }
        }
    }

    private static async Task<Uri> ReadAddressAsync(ChildProcess child, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_startTimeout);
        await foreach (var line in child.ReadLinesAsync(limit.Token))
        {
            if (line.StartsWith(Banner, StringComparison.Ordinal))
                return new Uri(line[(Banner.Length + 1)..]);
        }

        throw new LoadSetupException($"The reference server did not start:\n{child.LastLines}");
    }

    private static async Task<ReferenceFigures> DriveAsync(
        IReadOnlyList<int> processes, int connections, TimeSpan duration, Func<LoadClock, int, Task<LatencyHistogram>> work, CancellationToken cancellationToken)
    {
        var clock = new LoadClock();
        var workers = Enumerable.Range(0, connections).Select(caller => Task.Run(() => work(clock, caller), CancellationToken.None)).ToList();
        try
        {
            await Task.Delay(duration / 5, cancellationToken);
            var (serverBefore, ownBefore) = (CpuSeconds(processes), ProcessFigures.OwnCpuSeconds);
            clock.BeginMeasuring();
            var watch = Stopwatch.StartNew();
            await Task.Delay(duration, cancellationToken);
            var elapsed = watch.Elapsed.TotalSeconds;
            var (serverCpu, ownCpu) = (CpuSeconds(processes) - serverBefore, ProcessFigures.OwnCpuSeconds - ownBefore);
            clock.Stop();
            var all = new LatencyHistogram();
            foreach (var histogram in await Task.WhenAll(workers))
                all.Add(histogram);
            return new ReferenceFigures(all.Count / elapsed, all.PercentileMilliseconds(0.5), all.PercentileMilliseconds(0.99), serverCpu / elapsed, ownCpu / elapsed);
        }
        finally
        {
            clock.Stop();
        }
    }

    private static double CpuSeconds(IEnumerable<int> processes) => processes.Sum(p => ProcessFigures.Read(p).CpuSeconds);
}

/// <summary>Figures of a reference.</summary>
/// <param name="PerSecond">Requests (echo) or start+check pairs (identity) per second.</param>
/// <param name="P50Milliseconds">Median latency.</param>
/// <param name="P99Milliseconds">Latency that 1 % exceed.</param>
/// <param name="ServerCores">Cores that the reference's servers used.</param>
/// <param name="ClientCores">Cores that the load generator used.</param>
internal sealed record ReferenceFigures(double PerSecond, double P50Milliseconds, double P99Milliseconds, double ServerCores, double ClientCores);
