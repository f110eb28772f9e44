using MaskedVerify.Load.Targets;

namespace MaskedVerify.Load.Driving;

/// <summary>What a run measured.</summary>
/// <param name="Pairs">Start+check pairs that ended well in the measured part.</param>
/// <param name="Elapsed">Its length.</param>
/// <param name="Start">Latency of starts.</param>
/// <param name="Check">Latency of checks.</param>
/// <param name="Pair">Sum of both, pair by pair.</param>
/// <param name="Inbox">Latency of reading the code.</param>
/// <param name="Errors">Failures of the whole run, by kind.</param>
/// <param name="Details">The first answer of each kind of failure.</param>
/// <param name="Before">The server when the measured part began.</param>
/// <param name="After">The server when it ended.</param>
/// <param name="Live">Verifications that were open at the end.</param>
internal sealed record LoadFigures(
    long Pairs,
    TimeSpan Elapsed,
    LatencyHistogram Start,
    LatencyHistogram Check,
    LatencyHistogram Pair,
    LatencyHistogram Inbox,
    IReadOnlyDictionary<string, long> Errors,
    IReadOnlyDictionary<string, string> Details,
    TargetSnapshot Before,
    TargetSnapshot After,
    int Live)
{
    /// <summary>Pairs per second.</summary>
    public double PairsPerSecond => Pairs / Elapsed.TotalSeconds;

    /// <summary>Puts the callers' figures together.</summary>
    public static LoadFigures From(
        IReadOnlyList<LoadWorker> workers, long pairsBefore, TimeSpan elapsed, TargetSnapshot before, TargetSnapshot after, int live)
    {
        var all = new WorkerStats();
        foreach (var stats in workers.Select(w => w.Stats))
        {
            all.Start.Add(stats.Start);
            all.Check.Add(stats.Check);
            all.Pair.Add(stats.Pair);
            all.Inbox.Add(stats.Inbox);
            foreach (var (kind, count) in stats.Errors.ToArray())
                all.Errors[kind] = all.Errors.GetValueOrDefault(kind) + count;
            foreach (var (kind, detail) in stats.Details.ToArray())
                all.Details.TryAdd(kind, detail);
        }

        return new LoadFigures(all.Pair.Count, elapsed, all.Start, all.Check, all.Pair, all.Inbox, all.Errors, all.Details, before, after, live);
    }
}
