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

    /// <summary>Starts this program's command <paramref name="arguments"/>, drives it for a while and stops it; the first fifth does not count.</summary>
    /// <param name="arguments">Hidden command and its arguments.</param>
    /// <param name="connections">Callers.</param>
    /// <param name="duration">Length of the measured part.</param>
    /// <param name="work">One caller: works until the clock is over and returns the latencies of what the clock measured.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<ReferenceFigures> RunAsync(
        IReadOnlyList<string> arguments, int connections, TimeSpan duration, Func<Uri, LoadClock, int, Task<LatencyHistogram>> work, CancellationToken cancellationToken)
    {
        await using var child = ChildProcess.Start(
            "dotnet", [typeof(ReferenceProcess).Assembly.Location, .. arguments], new Dictionary<string, string>(StringComparer.Ordinal), Path.GetTempPath());
        var address = await ReadAddressAsync(child, cancellationToken);
        var figures = await DriveAsync(child.Id, connections, duration, (clock, caller) => work(address, clock, caller), cancellationToken);
        await child.StopAsync(s_stopTimeout);
        return figures;
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
        int process, int connections, TimeSpan duration, Func<LoadClock, int, Task<LatencyHistogram>> work, CancellationToken cancellationToken)
    {
        var clock = new LoadClock();
        var workers = Enumerable.Range(0, connections).Select(caller => Task.Run(() => work(clock, caller), CancellationToken.None)).ToList();
        try
        {
            await Task.Delay(duration / 5, cancellationToken);
            var (serverBefore, ownBefore) = (ProcessFigures.Read(process).CpuSeconds, ProcessFigures.OwnCpuSeconds);
            clock.BeginMeasuring();
            var watch = Stopwatch.StartNew();
            await Task.Delay(duration, cancellationToken);
            var elapsed = watch.Elapsed.TotalSeconds;
            var (serverCpu, ownCpu) = (ProcessFigures.Read(process).CpuSeconds - serverBefore, ProcessFigures.OwnCpuSeconds - ownBefore);
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
}

/// <summary>Figures of a reference.</summary>
/// <param name="PerSecond">Requests (echo) or start+check pairs (identity) per second.</param>
/// <param name="P50Milliseconds">Median latency.</param>
/// <param name="P99Milliseconds">Latency that 1 % exceed.</param>
/// <param name="ServerCores">Cores that the reference server used.</param>
/// <param name="ClientCores">Cores that the load generator used.</param>
internal sealed record ReferenceFigures(double PerSecond, double P50Milliseconds, double P99Milliseconds, double ServerCores, double ClientCores);
