using BenchmarkDotNet.Attributes;
using MaskedVerify.Privacy;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Benchmarks;

/// <summary>What the scanner costs a line of a log.</summary>
public class LeakScannerBenchmarks
{
    private readonly LeakScanner _scanner = new(Options.Create(new LeakScanOptions()));

    /// <summary>Ordinary lines: words only; a time and an id; a request; the runtime's addresses; times, ports and quantities; our ids.</summary>
    [Params(
        "Nothing to see here, a line of words without any figure in it at all, as most are",
        "2026-01-31T18:44:05.123Z info: MaskedVerify.Grains.Sending.SendPump[4500] The send pump runs with 8 workers a carrier.",
        "Request finished HTTP/1.1 POST http://127.0.0.1:43121/v1/verifications - 201 1234 application/json;+charset=utf-8 41.5678ms",
        "Silo starting S127.0.0.1:11111:123456789 gateway gwy.tcp://192.168.100.200:30000/0",
        "18:44:05,123 [12] INFO elapsed 00:00:05.1234567, 12345678 bytes, size=12345678, ports 8080:8080, 65535:65535",
        "alias pa-1k3j5h2g4f6d7s8a9q0w1e2r3t4y5u6i verification vf-1k3j5h2g4f6d7s8a9q0w1e2r3t4y5u6ixyz12 route sandbox-sms attempt 0 accepted in 41 ms")]
    public string Line { get; set; } = "";

    /// <summary>One line that holds no number.</summary>
    [Benchmark]
    public string Scan()
    {
        var counts = default(ScanCounts);
        return _scanner.Scan(Line, ref counts);
    }
}
