using System.Text.Json;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>The dashboards of deploy/grafana.</summary>
internal static class Dashboards
{
    public static IEnumerable<(string Name, JsonElement Root)> All() => Directory.GetFiles(Tool.Deploy("grafana", "dashboards"), "*.json").Order(StringComparer.Ordinal)
        .Select(f => (Path.GetFileName(f), JsonDocument.Parse(File.ReadAllText(f)).RootElement));

    /// <summary>Every query with its panel, Grafana's variables replaced by what they would hold.</summary>
    public static IEnumerable<(string Place, string Query)> Queries() =>
        from dashboard in All()
        from panel in dashboard.Root.GetProperty("panels").EnumerateArray()
        where panel.TryGetProperty("targets", out _)
        from target in panel.GetProperty("targets").EnumerateArray()
        select ($"{dashboard.Name}: {panel.GetProperty("title").GetString()}", Fill(target.GetProperty("expr").GetString()!));

    private static string Fill(string query) => query
        .Replace("$__rate_interval", "1m", StringComparison.Ordinal)
        .Replace("$__range", "1h", StringComparison.Ordinal)
        .Replace("$job", "maskedverify", StringComparison.Ordinal)
        .Replace("$instance", ".+", StringComparison.Ordinal);
}
