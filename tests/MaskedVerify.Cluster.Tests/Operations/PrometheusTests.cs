using System.Text.Json;
using System.Text.RegularExpressions;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>What deploy/prometheus and deploy/grafana say, against a real Prometheus that watches a real server.</summary>
public sealed partial class PrometheusTests(ObservedServer observed) : IClassFixture<ObservedServer>
{
    /// <summary>Series that a server has only after a fault: the instrument in the code, and the labels that it gives.</summary>
    private static readonly Dictionary<string, (string Instrument, string[] Labels)> AfterFaults = new(StringComparer.Ordinal)
    {
        ["maskedverify_audit_failures_total"] = ("maskedverify.audit.failures", ["database"]),
        ["maskedverify_grain_faults_total"] = ("maskedverify.grain.faults", ["type"]),
        ["maskedverify_reports_lost_total"] = ("maskedverify.reports.lost", []),
        ["maskedverify_vault_retries_total"] = ("maskedverify.vault.retries", []),
    };

    /// <summary>Values that a label has only after a fault, or in a cluster.</summary>
    private static readonly (string Label, string Value)[] RareValues = [("result", "unavailable"), ("result", "unknown"), ("error", "throttled"), ("item", "clock"), ("alertstate", "firing")];

    /// <summary>Everything that may tell our series apart; each has few values, whatever callers do.</summary>
    private static readonly string[] OurLabels =
    [
        "carrier", "command", "database", "error", "item", "kind", "le", "matched", "outcome", "reason", "result", "sink", "slug", "state", "status", "type", "why", "otel_scope_name", "otel_scope_version",
    ];

    [Fact]
    public async Task Target_WithTheOperatorsCredential_IsUp_AndWithoutItIsRefused()
    {
        var target = Assert.Single((await observed.AskAsync("api/v1/targets"))!.Value.GetProperty("activeTargets").EnumerateArray());
        Assert.Equal("up", target.GetProperty("health").GetString());
        Assert.Equal("maskedverify", target.GetProperty("labels").GetProperty("job").GetString());
        Assert.Equal("Unauthorized", await observed.ScrapeAsync("mv_ops_wrong"));
    }

    [Theory]
    [InlineData("maskedverify_ready", 1)]
    [InlineData("min(maskedverify_ready_item{item=~\"silo|keys|tenants|hot-store|carrier:sandbox|carrier:smpp\"})", 1)]
    [InlineData("count(maskedverify_ready_item)", 7)]
    [InlineData("maskedverify_verifications_started_total > bool 10", 1)]
    [InlineData("sum(maskedverify_checks_total{outcome=\"right\"})", 6)]
    [InlineData("sum(maskedverify_leaks_total)", 0)]
    [InlineData("maskedverify:leakage:ratio", 0)]
    [InlineData("count(maskedverify_storage_commit_duration_seconds_bucket{database=\"hot\",le=\"0.005\"})", 1)]
    [InlineData("count(maskedverify_storage_batch_size_bucket{database=\"hot\",le=~\"(2|512)(.0)?\"})", 2)]
    [InlineData("maskedverify_audit_waiting{database=\"hot\"}", 0)]
    [InlineData("maskedverify_audit_oldest_age_seconds{database=\"hot\"}", 0)]
    [InlineData("sum(maskedverify_audit_moved_total{database=\"hot\"}) > bool 10", 1)]
    [InlineData("maskedverify_carrier_bound{carrier=\"smpp\"}", 1)]
    [InlineData("maskedverify_verification_duration_seconds_count", 6)]
    [InlineData("sum(maskedverify_receipts_applied_total{state=\"delivered\"}) > bool 10", 1)]
    [InlineData("abs(time() - maskedverify_start_time_seconds) < bool 600", 1)]
    public async Task Series_OfAServerThatWorked_HaveTheirValues(string query, double expected)
    {
        double? last = null;
        for (var attempt = 0; attempt < 100 && last != expected; attempt++)
        {
            await Task.Delay(attempt == 0 ? 0 : 100, TestContext.Current.CancellationToken);
            var found = await observed.QueryAsync(query);
            last = found.Length == 1 ? double.Parse(found[0].GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture) : null;
        }

        Assert.Equal(expected, last);
    }

    [Fact]
    public async Task Rules_Load_AndEvaluateWithoutAnError()
    {
        var rules = await RulesAsync();
        Assert.True(rules.Count(r => r.GetProperty("type").GetString() == "alerting") >= 25);
        var broken = rules.Where(r => r.TryGetProperty("lastError", out var e) && e.GetString() is { Length: > 0 }).Select(r => $"{r.GetProperty("name")}: {r.GetProperty("lastError")}").ToArray();
        Assert.Empty(broken);
        var firing = rules.Where(r => r.TryGetProperty("state", out var s) && s.GetString() == "firing").Select(r => r.GetProperty("name").GetString()).ToArray();
        Assert.Empty(firing);
    }

    [Fact]
    public async Task Alerts_SayWhatToDo_AndNameARunbookThatExists()
    {
        foreach (var rule in (await RulesAsync()).Where(r => r.GetProperty("type").GetString() == "alerting"))
        {
            var name = rule.GetProperty("name").GetString()!;
            var notes = rule.GetProperty("annotations");
            Assert.Contains(rule.GetProperty("labels").GetProperty("severity").GetString(), new[] { "critical", "warning", "info" });
            Assert.True(notes.GetProperty("summary").GetString() is { Length: > 10 }, name);
            Assert.True(notes.GetProperty("description").GetString() is { Length: > 40 }, name);
            var runbook = notes.GetProperty("runbook").GetString()!.Split('#');
            var text = await File.ReadAllTextAsync(Tool.Deploy(runbook[0].Split('/')[1..]), TestContext.Current.CancellationToken);
            if (runbook.Length > 1)
                Assert.Contains(runbook[1], Heading().Matches(text).Select(m => Anchor(m.Groups["title"].Value)));
        }
    }

    [Fact]
    public async Task Queries_OfDashboardsAndRules_ReadSeriesAndLabelsThatExist()
    {
        var known = await KnownAsync();
        List<string> faults = [];
        var expressions = Dashboards.Queries().Concat((await RulesAsync()).Select(r => (r.GetProperty("name").GetString()!, r.GetProperty("query").GetString()!))).ToArray();
        Assert.True(expressions.Length > 100);
        foreach (var (place, query) in expressions)
        {
            if (await observed.AskAsync("api/v1/query?query=" + Uri.EscapeDataString(query)) is null)
                faults.Add($"{place}: not PromQL: {query}");
            faults.AddRange(Judge(known, query).Select(f => $"{place}: {f}"));
        }

        Assert.Empty(faults);
    }

    [Fact]
    public async Task Judge_OfWrongNamesLabelsAndValues_FindsThem()
    {
        var known = await KnownAsync();
        Assert.Empty(Judge(known, "sum by (carrier) (rate(maskedverify_submits_total{error=\"none\"}[5m]))"));
        Assert.NotEmpty(Judge(known, "maskedverify_submit_total"));
        Assert.NotEmpty(Judge(known, "maskedverify_submits_total{outcome=\"none\"}"));
        Assert.NotEmpty(Judge(known, "maskedverify_submits_total{error=\"None\"}"));
        Assert.NotEmpty(Judge(known, "sum by (tenant) (maskedverify_submits_total)"));
        Assert.NotEmpty(Judge(known, "histogram_quantile(0.9, rate(maskedverify_commit_duration_seconds_bucket[5m]))"));
    }

    [Fact]
    public void SeriesAfterFaults_HaveTheirInstrumentsInTheCode()
    {
        var code = string.Concat(Directory.GetFiles(Tool.Deploy("..", "src"), "*Metrics.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.All(AfterFaults.Values, v => Assert.Contains($"\"{v.Instrument}\"", code, StringComparison.Ordinal));
    }

    [Fact]
    public void Labels_OfOurSeries_AreTheFewThatAreAgreed()
    {
        var labels = OurSeries().Matches(observed.Page).SelectMany(m => Label().Matches(m.Groups["labels"].Value).Select(l => l.Groups["name"].Value)).Distinct(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(labels);
        Assert.Empty(labels.Except(OurLabels, StringComparer.Ordinal));
        Assert.DoesNotMatch("\"(tn|pa|vf)-|\"[^\"]*[0-9]{7,}[^\"]*\"} ", string.Join('\n', observed.Page.Split('\n').Where(l => l.StartsWith("maskedverify_", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Page_ForPromtool_HasNoFaultOfOurs()
    {
        var (_, output) = await Tool.RunAsync("promtool", ["check", "metrics"], input: observed.Page);
        Assert.DoesNotContain("error while", output, StringComparison.Ordinal);
        var ours = output.Split('\n').Where(l => l.StartsWith("maskedverify_", StringComparison.Ordinal)).ToArray();
        Assert.Empty(ours);
    }

    private static IEnumerable<string> Judge(Known known, string query)
    {
        foreach (var selector in PromExpression.Selectors(query))
        {
            if (selector.Name is "ALERTS")
                continue;
            var labels = known.Of(selector.Name);
            if (labels is null)
            {
                yield return $"there is no series {selector.Name}";
                continue;
            }

            foreach (var label in selector.Matchers.Select(m => m.Label).Where(l => !labels.Contains(l, StringComparer.Ordinal)))
                yield return $"{selector.Name} has no label {label}";
            foreach (var (label, _, value) in selector.Matchers.Where(m => m.Operator == "=" && m.Label is not ("job" or "instance") && !known.Values.Contains((selector.Name, m.Label, m.Value)) && !RareValues.Contains((m.Label, m.Value))))
                yield return $"{selector.Name} has no {label}=\"{value}\"";
        }

        // What an expression groups by, one of its series has.
        var all = PromExpression.Selectors(query);
        foreach (var label in all.SelectMany(s => s.Grouped).Distinct(StringComparer.Ordinal))
        {
            if (!all.Any(s => s.Name == "ALERTS" || known.Of(s.Name)?.Contains(label) == true))
                yield return $"no series has the label {label} that is grouped by";
        }
    }

    private async Task<Known> KnownAsync()
    {
        var series = (await observed.AskAsync("api/v1/series?match[]=" + Uri.EscapeDataString("{job=\"maskedverify\"}")))!.Value.EnumerateArray()
            .Select(s => s.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal)).ToArray();
        return new Known(
            series.GroupBy(s => s["__name__"], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.SelectMany(s => s.Keys).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal),
            [.. series.SelectMany(s => s.Select(l => (s["__name__"], l.Key, l.Value)))]);
    }

    private async Task<JsonElement[]> RulesAsync() =>
        [.. (await observed.AskAsync("api/v1/rules"))!.Value.GetProperty("groups").EnumerateArray().SelectMany(g => g.GetProperty("rules").EnumerateArray())];

    // As forges make them from headings.
    private static string Anchor(string title) => NoAnchor().Replace(title.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private sealed record Known(Dictionary<string, string[]> Labels, HashSet<(string Name, string Label, string Value)> Values)
    {
        public string[]? Of(string series) => AfterFaults.TryGetValue(series, out var rare) ? [.. rare.Labels, "job", "instance"] : Labels.GetValueOrDefault(series);
    }

    [GeneratedRegex("^#+ (?<title>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 _-]", RegexOptions.None, 1000)]
    private static partial Regex NoAnchor();

    [GeneratedRegex("^maskedverify_[a-z_]+\\{(?<labels>[^}]*)\\}", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OurSeries();

    [GeneratedRegex("(?<name>[a-z_]+)=\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();
}
