using System.Diagnostics;
using System.Net;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.Http;
using MaskedVerify.Load.Servers;

namespace MaskedVerify.Load.References;

/// <summary>What HTTP alone costs here: the echo server, driven by the same client code over as many connections.</summary>
internal static class EchoReference
{
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Runs it for a while; the first fifth does not count.</summary>
    public static async Task<EchoFigures> RunAsync(int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var child = ChildProcess.Start(
            "dotnet", [typeof(EchoReference).Assembly.Location, "echo"], new Dictionary<string, string>(StringComparer.Ordinal), Path.GetTempPath());
        var address = await ReadAddressAsync(child, cancellationToken);
        var figures = await DriveAsync(address, child.Id, connections, duration, cancellationToken);
        await child.StopAsync(s_stopTimeout);
        return figures;
    }

    private static async Task<Uri> ReadAddressAsync(ChildProcess child, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await foreach (var line in child.ReadLinesAsync(limit.Token))
        {
            if (line.StartsWith(EchoServer.Banner, StringComparison.Ordinal))
                return new Uri(line[(EchoServer.Banner.Length + 1)..]);
        }

        throw new LoadSetupException($"The echo server did not start:\n{child.LastLines}");
    }

    private static async Task<EchoFigures> DriveAsync(Uri address, int process, int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var clock = new LoadClock();
        var workers = Enumerable.Range(0, connections).Select(_ => Task.Run(() => WorkAsync(address, clock), CancellationToken.None)).ToList();
        try
        {
            await Task.Delay(duration / 5, cancellationToken);
            var (serverBefore, ownBefore) = (ProcessFigures.Read(process).CpuSeconds, ProcessFigures.OwnCpuSeconds);
            clock.BeginMeasuring();
            var watch = Stopwatch.StartNew();
            await Task.Delay(duration, cancellationToken);
            var elapsed = watch.Elapsed;
            var (serverCpu, ownCpu) = (ProcessFigures.Read(process).CpuSeconds - serverBefore, ProcessFigures.OwnCpuSeconds - ownBefore);
            clock.Stop();
            var all = new LatencyHistogram();
            foreach (var histogram in await Task.WhenAll(workers))
                all.Add(histogram);
            return new EchoFigures(all.Count / elapsed.TotalSeconds, all.PercentileMilliseconds(0.5), all.PercentileMilliseconds(0.99), serverCpu / elapsed.TotalSeconds, ownCpu / elapsed.TotalSeconds);
        }
        finally
        {
            clock.Stop();
        }
    }

    private static async Task<LatencyHistogram> WorkAsync(Uri address, LoadClock clock)
    {
        await using var connection = new HttpConnection(new IPEndPoint(IPAddress.Loopback, address.Port));
        var request = new RequestBytes(address.Authority, key: null);
        var histogram = new LatencyHistogram();
        while (!clock.IsOver)
        {
            var begin = Stopwatch.GetTimestamp();
            var answer = await connection.SendAsync(request.Begin("POST "u8).Path("/echo"u8).Body("{\"to\":{\"phoneNumber\":\"+8613800138000\"}}"u8).End());
            if (answer.Status != 200)
                throw new LoadSetupException($"The echo server answered {answer.Status}.");
            if (clock.IsMeasuring)
                histogram.Add(Stopwatch.GetTimestamp() - begin);
        }

        return histogram;
    }
}

/// <summary>Figures of the echo.</summary>
/// <param name="RequestsPerSecond">Requests per second.</param>
/// <param name="P50Milliseconds">Median latency.</param>
/// <param name="P99Milliseconds">Latency that 1 % exceed.</param>
/// <param name="ServerCores">Cores that the echo server used.</param>
/// <param name="ClientCores">Cores that the load generator used.</param>
internal sealed record EchoFigures(double RequestsPerSecond, double P50Milliseconds, double P99Milliseconds, double ServerCores, double ClientCores);
