using System.Globalization;
using System.Text;

namespace MaskedVerify.Load.Reports;

/// <summary>A comparison for people: medians over the rounds, and least and greatest where they tell something.</summary>
internal static class ComparisonTable
{
    /// <summary>The whole text.</summary>
    public static string Text(IReadOnlyList<string> names, IReadOnlyList<ComparedRound> rounds)
    {
        var text = new StringBuilder().AppendLine();
        text.AppendLine($"medians of {rounds.Count} rounds; every commit flushed to disk before the answer");
        text.AppendLine("       pairs/s      least   greatest  to first  per echo   start p50/p99 ms   check p50/p99 ms   server us/pair  KiB garbage");
        for (var i = 0; i < names.Count; i++)
        {
            var reports = rounds.Select(r => r.Reports[i]).ToArray();
            var pairs = Array.ConvertAll(reports, r => r.PairsPerSecond);
            text.Append((char)('A' + i)).Append(Cell(Median(pairs), 13, "N0")).Append(Cell(pairs.Min(), 11, "N0")).Append(Cell(pairs.Max(), 11, "N0"));
            text.Append(Cell(Median([.. rounds.Select(r => r.Reports[i].PairsPerSecond / r.Reports[0].PairsPerSecond)]), 10, "F2"));
            text.Append(Cell(MedianKnown(reports.Select(r => r.PairsToEcho * 200)), 9, "F1")).Append('%');
            text.Append(Latencies(reports, r => r.Start)).Append(Latencies(reports, r => r.Check));
            text.Append(Cell(MedianKnown(reports.Select(r => r.Server.CpuMicrosecondsPerPair)), 17, "N0")).Append(Cell(MedianKnown(reports.Select(r => r.Server.AllocatedBytesPerPair / 1024)), 13, "F0"));
            text.AppendLine();
        }

        text.AppendLine();
        for (var i = 0; i < names.Count; i++)
            text.AppendLine($"{(char)('A' + i)}: {names[i]} ({rounds[0].Reports[i].Target}; {rounds[0].Reports[i].Connections} connections, {rounds[0].Reports[i].Pattern})");
        text.AppendLine("to first: median of the ratios to A in the same round; per echo: requests of the pairs per request of the bare echo at the start of the round");
        return text.ToString();
    }

    private static string Latencies(LoadReport[] reports, Func<LoadReport, Latency> of) =>
        $"{Median(Array.ConvertAll(reports, r => of(r).P50)).ToString("F1", CultureInfo.InvariantCulture)} / {Median(Array.ConvertAll(reports, r => of(r).P99)).ToString("F1", CultureInfo.InvariantCulture)}".PadLeft(19);

    private static string Cell(double? value, int width, string format) => (value?.ToString(format, CultureInfo.InvariantCulture) ?? "n/a").PadLeft(width);

    private static double? MedianKnown(IEnumerable<double?> values) => values.OfType<double>().ToArray() is { Length: > 0 } known ? Median(known) : null;

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
