using System.Globalization;
using System.Text;
using MaskedVerify.Load.References;

namespace MaskedVerify.Load.Reports;

/// <summary>A run for people.</summary>
internal static class ReportTable
{
    private const string Unknown = "n/a";

    /// <summary>The whole text.</summary>
    public static string Text(LoadReport report)
    {
        var text = new StringBuilder();
        text.AppendLine().AppendLine($"MaskedVerify load: {report.Target}");
        text.AppendLine($"{report.Connections} connections, {report.Pattern}, {report.Seconds:F1} s measured; {report.Cores} cores, load average before the run {report.LoadAverageBefore}");
        text.AppendLine();
        Line(text, "pairs/s", $"{report.PairsPerSecond:N0}   ({report.Pairs:N0} start+check pairs, {report.Live:N0} verifications open at the end)");
        if (report.PairsPerSecondWithoutInbox is { } without)
            Line(text, "  without inbox", $"{without:N0}   (computed: the inbox alone answers {report.InboxReadsPerSecond:N0} reads/s, and each pair reads it once)");
        text.AppendLine().AppendLine("latency, ms              p50        p99        max");
        LatencyLine(text, "start", report.Start);
        LatencyLine(text, "check", report.Check);
        LatencyLine(text, "pair", report.Pair);
        LatencyLine(text, "(inbox)", report.Inbox);
        Server(text.AppendLine(), report);
        AppendReferences(text, report);
        Errors(text, report);
        return text.ToString();
    }

    private static void Server(StringBuilder text, LoadReport report)
    {
        var use = report.Server;
        Line(text, "server", $"{Number(use.Cores, "F2")} cores, {Number(use.CpuMicrosecondsPerPair, "N0")} µs CPU/pair, {Mebi(use.ResidentBytes)} resident, {Mebi(use.HeapBytes)} heap, {Number(use.Activations, "N0")} activations");
        if (use.DatabaseCores is { } database)
            Line(text, "database", $"{database:F2} cores");
        Line(text, "client", $"{Number(report.ClientCores, "F2")} cores");
        Line(text, "garbage", $"{Number(use.AllocatedBytesPerPair / 1024, "F1")} KiB/pair, collections {(use.Collections is { } all ? string.Join('/', all.Select(c => c.ToString("N0", CultureInfo.InvariantCulture))) : Unknown)} (gen 0/1/2), pauses {Number(use.CollectionPauseSeconds, "F2")} s");
        Line(text, "hot store", $"{Number(use.HotRowsPerPair, "F2")} rows/pair in {Number(use.HotCommitsPerPair, "F2")} commits/pair; {Number(use.HotTransactionsPerSecond, "N0")} transactions/s");
        Line(text, "keys store", $"{Number(use.KeysRowsPerPair, "F2")} rows/pair in {Number(use.KeysCommitsPerPair, "F2")} commits/pair; {Number(use.KeysTransactionsPerSecond, "N0")} transactions/s");
        Line(text, "disk", $"{Number(use.DiskBytesPerPair / 1024, "F1")} KiB written/pair");
    }

    private static void AppendReferences(StringBuilder text, LoadReport report)
    {
        text.AppendLine();
        if (report.Echo is { } echo)
            Line(text, "echo", $"{Reference(echo, "requests")}: {Percent(report.PairsToEcho)} pairs, {Percent(report.PairsToEcho * 2)} requests per echo");
        if (report.Identity is { } identity)
            Line(text, "identity app", $"{Reference(identity, "pairs")}: {Number(report.PairsToIdentity, "F2")} pairs per pair of its");
        if (report.Identities is { } identities)
            Line(text, $"{report.Silos} of it", $"{Reference(identities, "pairs")}: {Percent(report.IdentitiesToIdentity)} of one");
        if (report.FsyncsPerSecond is { } fsyncs)
            Line(text, "write+fsync", $"{fsyncs:N0}/s by one writer: {Number(report.PairsToFsync, "F2")} pairs per fsync");
    }

    private static string Reference(ReferenceFigures figures, string what) =>
        $"{figures.PerSecond:N0} {what}/s (p99 {figures.P99Milliseconds:F2} ms; server {figures.ServerCores:F2}, client {figures.ClientCores:F2} cores)";

    private static void Errors(StringBuilder text, LoadReport report)
    {
        Line(text, "errors", report.Errors.Values.Sum().ToString("N0", CultureInfo.InvariantCulture));
        foreach (var (kind, count) in report.Errors.OrderByDescending(e => e.Value))
        {
            Line(text, "", $"{count,10:N0}  {kind}");
            if (report.ErrorDetails.TryGetValue(kind, out var detail))
                Line(text, "", $"            first: {detail}");
        }
    }

    private static void Line(StringBuilder text, string name, string value) => text.Append(name.PadRight(17)).AppendLine(value);

    private static void LatencyLine(StringBuilder text, string name, Latency latency) =>
        text.Append(name.PadRight(17)).AppendLine($"{latency.P50,11:F2}{latency.P99,11:F2}{latency.Max,11:F2}");

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? Unknown;

    private static string Mebi(double? bytes) => bytes is { } known ? $"{known / 1048576:N0} MiB" : Unknown;

    private static string Percent(double? ratio) => ratio is { } known ? $"{known * 100:F1} %" : Unknown;
}
