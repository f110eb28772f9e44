using System.Text.RegularExpressions;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>What deploy/prometheus and deploy/grafana say, against a real Prometheus that watches a real server.</summary>
public sealed partial class PrometheusTests(ObservedServer observed) : IClassFixture<ObservedServer>
{
    /// <summary>Everything that may tell our series apart; each has few values, whatever callers do.</summary>
    private static readonly string[] OurLabels =
    [
        "carrier", "command", "database", "error", "item", "kind", "le", "matched", "outcome", "reason", "result", "sink", "slug", "state", "status", "type", "why", "otel_scope_name", "otel_scope_version",
    ];

    [Fact]
    public async Task Target_WithTheObserversCredential_IsUp_AndWithoutItIsRefused()
    {
        var target = Assert.Single((await observed.Prometheus.AskAsync("api/v1/targets"))!.Value.GetProperty("activeTargets").EnumerateArray());
        Assert.Equal("up", target.GetProperty("health").GetString());
        Assert.Equal("maskedverify", target.GetProperty("labels").GetProperty("job").GetString());
        Assert.Equal("Unauthorized", await observed.ScrapeAsync("mv_obs_wrong"));
    }

    [Theory]
    [InlineData("maskedverify_ready", 1)]
    [InlineData("min(maskedverify_ready_item{item=~\"silo|keys|tenants|hot-store|audit|carrier:sandbox|carrier:smpp|carriers\"})", 1)]
    [InlineData("count(maskedverify_ready_item)", 11)]
    [InlineData("maskedverify_verifications_started_total > bool 10", 1)]
    [InlineData("sum(maskedverify_checks_total{outcome=\"right\"})", 6)]
    [InlineData("sum(maskedverify_leaks_total)", 0)]
    [InlineData("maskedverify:leakage:ratio", 0)]
    [InlineData("count(maskedverify_storage_commit_duration_seconds_bucket{database=\"hot\",le=\"0.005\"})", 1)]
    [InlineData("count(maskedverify_storage_batch_size_bucket{database=\"hot\",le=~\"(2|512)(.0)?\"})", 2)]
    [InlineData("maskedverify_audit_waiting{database=\"hot\"}", 0)]
    [InlineData("maskedverify_audit_oldest_age_seconds{database=\"hot\"}", 0)]
    [InlineData("sum(maskedverify_audit_moved_total{database=\"hot\"}) > bool 10", 1)]
    [InlineData("max(maskedverify_audit_refusing{database=\"hot\",reason=~\"events|age\"})", 0)]
    [InlineData("maskedverify_carrier_bound{carrier=\"smpp\"}", 1)]
    [InlineData("maskedverify_verification_duration_seconds_count", 6)]
    [InlineData("sum(maskedverify_receipts_applied_total{state=\"delivered\"}) > bool 10", 1)]
    [InlineData("maskedverify_clock_offset_seconds", 0)]
    [InlineData("maskedverify_storage_queue_limit{database=\"hot\"}", 4096)]
    [InlineData("maskedverify_send_queue_limit", 2000)]
    [InlineData("abs(time() - maskedverify_start_time_seconds) < bool 600", 1)]
    public async Task Series_OfAServerThatWorked_HaveTheirValues(string query, double expected) => await observed.Prometheus.AssertValueAsync(query, expected);

    [Fact]
    public async Task Rules_Load_AndEvaluateWithoutAnError()
    {
        var rules = await observed.Prometheus.RulesAsync();
        Assert.True(rules.Count(r => r.GetProperty("type").GetString() == "alerting") >= 25);
        var broken = rules.Where(r => r.TryGetProperty("lastError", out var e) && e.GetString() is { Length: > 0 }).Select(r => $"{r.GetProperty("name")}: {r.GetProperty("lastError")}").ToArray();
        Assert.Empty(broken);
        Assert.Empty(await observed.Prometheus.LoudAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Alerts_SayWhatToDo_AndNameARunbookThatExists()
    {
        foreach (var rule in (await observed.Prometheus.RulesAsync()).Where(r => r.GetProperty("type").GetString() == "alerting"))
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
    public async Task Queries_OfDashboardsAndRules_ReadSeriesAndLabelsThatExist() =>
        Assert.Equal(string.Empty, await SeriesJudge.FaultsAsync(observed.Prometheus, "maskedverify_cluster_certificate_end_timestamp_seconds", "maskedverify_public_certificate_end_timestamp_seconds"));

    [Fact]
    public async Task Judge_OfWrongNamesLabelsAndValues_FindsThem()
    {
        var judge = await SeriesJudge.OfAsync(observed.Prometheus);
        Assert.Empty(judge.Judge("sum by (carrier) (rate(maskedverify_submits_total{error=\"none\"}[5m]))"));
        Assert.NotEmpty(judge.Judge("maskedverify_submit_total"));
        Assert.NotEmpty(judge.Judge("maskedverify_submits_total{outcome=\"none\"}"));
        Assert.NotEmpty(judge.Judge("maskedverify_submits_total{error=\"None\"}"));
        Assert.NotEmpty(judge.Judge("sum by (tenant) (maskedverify_submits_total)"));
        Assert.NotEmpty(judge.Judge("histogram_quantile(0.9, rate(maskedverify_commit_duration_seconds_bucket[5m]))"));
    }

    [Fact]
    public void SeriesAfterFaults_HaveTheirInstrumentsInTheCode()
    {
        var code = string.Concat(Directory.GetFiles(Tool.Deploy("..", "src"), "*Metrics.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.All(SeriesJudge.AfterFaults.Values, v => Assert.Contains($"\"{v.Instrument}\"", code, StringComparison.Ordinal));
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

    // As forges make them from headings.
    private static string Anchor(string title) => NoAnchor().Replace(title.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex("^#+ (?<title>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 _-]", RegexOptions.None, 1000)]
    private static partial Regex NoAnchor();

    [GeneratedRegex("^maskedverify_[a-z_]+\\{(?<labels>[^}]*)\\}", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OurSeries();

    [GeneratedRegex("(?<name>[a-z_]+)=\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();
}
