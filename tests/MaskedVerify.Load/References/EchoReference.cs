using System.Diagnostics;
using System.Net;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.Http;
using MaskedVerify.Load.Servers;

namespace MaskedVerify.Load.References;

/// <summary>What HTTP alone costs here: the echo server, driven by the same client code over as many connections.</summary>
internal static class EchoReference
{
    /// <summary>Runs it for a while; requests per second.</summary>
    public static Task<ReferenceFigures> RunAsync(int connections, TimeSpan duration, CancellationToken cancellationToken) =>
        ReferenceProcess.RunAsync([["echo"]], connections, duration, (address, clock, _) => WorkAsync(address, clock), cancellationToken);

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
