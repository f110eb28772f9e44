using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.Http;
using MaskedVerify.Load.Servers;
using MaskedVerify.Load.Targets;

namespace MaskedVerify.Load.Timing;

/// <summary>Whether the time of a 404 tells an unknown, a foreign and a malformed id apart.</summary>
internal sealed class TimingRun(ServerSettings settings, int samples)
{
    private const int Ids = 32;
    private const int WarmUp = 2_000;
    private const int Prepared = 1_024;

    private static readonly IdKind[] Refused = [IdKind.Unknown, IdKind.Foreign, IdKind.Malformed];

    private static readonly Operation[] Operations =
    [
        new("get verification", "GET ", "/v1/verifications/", "", null),
        new("check code", "POST ", "/v1/verifications/", "/check", "{\"code\":\"000000\"}"),
        new("get alias", "GET ", "/v1/aliases/", "", null),
    ];

    /// <summary>Runs all operations; the exit code is 1 when a difference shows, or when the control shows none.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var server = await ServerProcess.StartAsync(settings, cancellationToken);
        var own = await AdminClient.CreateTenantAsync(server.InternalAddress, server.OperatorKey, cancellationToken);
        var other = await AdminClient.CreateTenantAsync(server.InternalAddress, server.OperatorKey, cancellationToken);
        var ownIds = await StartAsync(server.PublicAddress, own.Key);
        var otherIds = await StartAsync(server.PublicAddress, other.Key);
        Console.WriteLine($"load average before the run {ProcessFigures.LoadAverage()}; {samples:N0} requests per operation, kinds at random, one connection");
        Console.WriteLine("mean of the faster nine tenths, µs        unknown    foreign  malformed        own   greatest |t| of 404s   |t| of own (control)");
        var passed = true;
        foreach (var operation in Operations)
        {
            var ids = operation.Path.Contains("aliases", StringComparison.Ordinal)
                ? new IdSource([.. ownIds.Select(s => s.Alias.Value)], [.. otherIds.Select(s => s.Alias.Value)])
                : new IdSource([.. ownIds.Select(s => s.Verification.Value)], [.. otherIds.Select(s => s.Verification.Value)]);
            passed &= Report(operation, await MeasureAsync(server.PublicAddress, own.Key, operation, ids, cancellationToken));
        }

        Console.WriteLine(passed ? $"nothing tells the ids apart (|t| < {WelchTest.Threshold})" : $"FAILED: |t| of 404s must be below {WelchTest.Threshold}, that of the control above");
        return passed ? 0 : 1;
    }

    private static bool Report(Operation operation, Dictionary<IdKind, List<double>> times)
    {
        var pairs = from a in Refused from b in Refused where a < b select Math.Abs(WelchTest.Greatest(times[a], times[b]));
        var (greatest, control) = (pairs.Max(), Math.Abs(WelchTest.Greatest(times[IdKind.Own], times[IdKind.Foreign])));
        var means = string.Concat(Enum.GetValues<IdKind>().Select(k => WelchTest.TrimmedMean(times[k]).ToString("F2", CultureInfo.InvariantCulture).PadLeft(11)));
        Console.WriteLine($"{operation.Name,-37}{means}{greatest,24:F2}{control,23:F2}");
        return greatest < WelchTest.Threshold && control > WelchTest.Threshold;
    }

    private async Task<Dictionary<IdKind, List<double>>> MeasureAsync(Uri address, string key, Operation operation, IdSource ids, CancellationToken cancellationToken)
    {
        var times = Enum.GetValues<IdKind>().ToDictionary(k => k, _ => new List<double>(samples / 3));
        await using var connection = new HttpConnection(Endpoint(address));
        var request = new RequestBytes(address.Authority, key);

        // Made before: what it takes to make one must not decide how soon after the last answer it goes out.
        var requests = Enum.GetValues<IdKind>().ToDictionary(k => k, k => Enumerable.Range(0, Prepared).Select(_ => operation.Write(request, ids.Next(k)).ToArray()).ToArray());
        for (var n = -WarmUp; n < samples; n++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The control needs fewer: its difference is far greater.
            var kind = RandomNumberGenerator.GetInt32(16) == 0 ? IdKind.Own : Refused[RandomNumberGenerator.GetInt32(Refused.Length)];
            var bytes = requests[kind][RandomNumberGenerator.GetInt32(Prepared)];
            var started = Stopwatch.GetTimestamp();
            var answer = await connection.SendAsync(bytes);
            var took = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            if (kind != IdKind.Own && answer.Status != 404)
                throw new LoadException($"{operation.Name} of an id that is {kind}: {answer.Status}");
            if (n >= 0)
                times[kind].Add(took);
        }

        return times;
    }

    private static async Task<List<Started>> StartAsync(Uri address, string key)
    {
        await using var connection = new HttpLoadConnection(Endpoint(address), address.Authority, key, idempotencyKeys: false);
        var started = new List<Started>();
        for (var n = 0; n < Ids; n++)
            started.Add(await connection.StartAsync(new Destination($"+8613800{RandomNumberGenerator.GetInt32(100_000, 1_000_000)}", IsAlias: false)));
        return started;
    }

    private static IPEndPoint Endpoint(Uri address) => new(IPAddress.Parse(address.Host), address.Port);

    private sealed record Operation(string Name, string Method, string Path, string Suffix, string? Body)
    {
        public ReadOnlyMemory<byte> Write(RequestBytes request, string id)
        {
            request.Begin(System.Text.Encoding.ASCII.GetBytes(Method)).Path(Path).Path(id).Path(Suffix);
            return (Body is null ? request : request.Body(Body)).End();
        }
    }
}
