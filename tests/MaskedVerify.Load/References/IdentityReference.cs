using System.Diagnostics;
using System.Net;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.Http;
using MaskedVerify.Load.Servers;

namespace MaskedVerify.Load.References;

/// <summary>What an application gives that verifies numbers by the phone-token provider of ASP.NET Core Identity, on the same disk, driven by the same client code.</summary>
internal static class IdentityReference
{
    /// <summary>Runs it for a while; start+check pairs per second.</summary>
    /// <param name="folder">Where its database goes: the disk that the product's databases are on.</param>
    /// <param name="processes">How many of it run side by side, each with a database and users of its own.</param>
    /// <param name="connections">Callers.</param>
    /// <param name="duration">Length of the measured part.</param>
    /// <param name="numbers">Numbers; each is verified again and again, so that its users are known ones.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<ReferenceFigures> RunAsync(
        string folder, int processes, int connections, TimeSpan duration, IReadOnlyList<string> numbers, CancellationToken cancellationToken)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, "identity-reference"));
        try
        {
            return await ReferenceProcess.RunAsync(
                [.. Enumerable.Range(0, processes).Select(i => new[] { "identity", Path.Combine(place.FullName, $"identity-{i}.db") })],
                connections,
                duration,
                (address, clock, caller) => WorkAsync(address, clock, numbers.Where((_, at) => at % connections == caller).ToArray()),
                cancellationToken);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    private static async Task<LatencyHistogram> WorkAsync(Uri address, LoadClock clock, string[] numbers)
    {
        await using var connection = new HttpConnection(new IPEndPoint(IPAddress.Loopback, address.Port));
        var request = new RequestBytes(address.Authority, key: null);
        var histogram = new LatencyHistogram();
        for (var at = 0; !clock.IsOver; at = (at + 1) % numbers.Length)
        {
            var begin = Stopwatch.GetTimestamp();
            var started = await connection.SendAsync(request.Begin("POST "u8).Path("/start"u8).Body("{\"phoneNumber\":\""u8).Body(numbers[at]).Body("\"}"u8).End());
            var (id, code) = (JsonScan.Text(started.Body.Span, "\"id\":\""u8), JsonScan.Text(started.Body.Span, "\"code\":\""u8));
            if (started.Status != 200 || id is null || code is null)
                throw new LoadSetupException($"The identity reference answered a start with {started.Status}.");
            var body = request.Begin("POST "u8).Path("/check"u8).Body("{\"id\":\""u8).Body(id).Body("\",\"phoneNumber\":\""u8).Body(numbers[at]);
            var judged = await connection.SendAsync(body.Body("\",\"code\":\""u8).Body(code).Body("\"}"u8).End());
            if (judged.Status != 200 || judged.Body.Span.IndexOf("\"valid\":true"u8) < 0)
                throw new LoadSetupException($"The identity reference answered a check with {judged.Status}.");
            if (clock.IsMeasuring)
                histogram.Add(Stopwatch.GetTimestamp() - begin);
        }

        return histogram;
    }
}
