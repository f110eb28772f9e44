namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>The series that a Prometheus has, and whether queries name others.</summary>
internal sealed class SeriesJudge
{
    /// <summary>Series that a server has only after a fault: the instrument in the code, and the labels that it gives.</summary>
    internal static readonly Dictionary<string, (string Instrument, string[] Labels)> AfterFaults = new(StringComparer.Ordinal)
    {
        ["maskedverify_audit_failures_total"] = ("maskedverify.audit.failures", ["database"]),
        ["maskedverify_audit_refused_total"] = ("maskedverify.audit.refused", ["reason"]),
        ["maskedverify_grain_faults_total"] = ("maskedverify.grain.faults", ["type"]),
        ["maskedverify_peer_refusals_total"] = ("maskedverify.peer.refusals", ["what"]),
        ["maskedverify_reports_lost_total"] = ("maskedverify.reports.lost", []),
        ["maskedverify_vault_retries_total"] = ("maskedverify.vault.retries", []),
    };

    /// <summary>Values that a label has only after a fault.</summary>
    private static readonly (string Label, string Value)[] RareValues = [("result", "unavailable"), ("result", "unknown"), ("error", "throttled"), ("alertstate", "firing")];

    private readonly Dictionary<string, string[]> _labels;
    private readonly HashSet<(string Name, string Label, string Value)> _values;
    private readonly string[] _elsewhere;

    private SeriesJudge(Dictionary<string, string>[] series, string[] elsewhere)
    {
        _labels = series.GroupBy(s => s["__name__"], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.SelectMany(s => s.Keys).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
        _values = [.. series.SelectMany(s => s.Select(l => (s["__name__"], l.Key, l.Value)))];
        _elsewhere = elsewhere;
    }

    /// <summary>Asks for everything of our job.</summary>
    /// <param name="prometheus">Whom.</param>
    /// <param name="elsewhere">Series that this installation cannot have; another test asks for them where they are.</param>
    public static async Task<SeriesJudge> OfAsync(PrometheusProcess prometheus, params string[] elsewhere) => new(
        [
            .. (await prometheus.AskAsync("api/v1/series?match[]=" + Uri.EscapeDataString("{job=\"maskedverify\"}")))!.Value.EnumerateArray()
                .Select(s => s.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal)),
        ],
        elsewhere);

    /// <summary>
    /// The faults that stay: groups of rules are evaluated one by one, some seconds apart, and a rate needs two scrapes, so a series may come later than another.
    /// </summary>
    public static async Task<string> FaultsAsync(PrometheusProcess prometheus, params string[] elsewhere)
    {
        var faults = await (await OfAsync(prometheus, elsewhere)).JudgeAllAsync(prometheus);
        for (var i = 0; i < 20 && faults.Count > 0; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            faults = await (await OfAsync(prometheus, elsewhere)).JudgeAllAsync(prometheus);
        }

        return string.Join('\n', faults);
    }

    /// <summary>Judges every query of the dashboards and of the rules, and lets Prometheus say whether it is PromQL.</summary>
    private async Task<IReadOnlyList<string>> JudgeAllAsync(PrometheusProcess prometheus)
    {
        List<string> faults = [];
        var expressions = Dashboards.Queries().Concat((await prometheus.RulesAsync()).Select(r => (r.GetProperty("name").GetString()!, r.GetProperty("query").GetString()!))).ToArray();
        Assert.True(expressions.Length > 100);
        foreach (var (place, query) in expressions)
        {
            if (await prometheus.AskAsync("api/v1/query?query=" + Uri.EscapeDataString(query)) is null)
                faults.Add($"{place}: not PromQL: {query}");
            faults.AddRange(Judge(query).Select(f => $"{place}: {f}"));
        }

        return faults;
    }

    /// <summary>What a query names that is not there.</summary>
    public IEnumerable<string> Judge(string query)
    {
        foreach (var selector in PromExpression.Selectors(query))
        {
            if (selector.Name is "ALERTS")
                continue;
            var labels = Of(selector.Name);
            if (labels is null)
            {
                yield return $"there is no series {selector.Name}";
                continue;
            }

            foreach (var label in selector.Matchers.Select(m => m.Label).Where(l => !labels.Contains(l, StringComparer.Ordinal)))
                yield return $"{selector.Name} has no label {label}";
            foreach (var (label, _, value) in selector.Matchers.Where(m => m.Operator == "=" && m.Label is not ("job" or "instance") && !_values.Contains((selector.Name, m.Label, m.Value)) && !RareValues.Contains((m.Label, m.Value))))
                yield return $"{selector.Name} has no {label}=\"{value}\"";
        }

        // What an expression groups by, one of its series has.
        var all = PromExpression.Selectors(query);
        foreach (var label in all.SelectMany(s => s.Grouped).Distinct(StringComparer.Ordinal))
        {
            if (!all.Any(s => s.Name == "ALERTS" || Of(s.Name)?.Contains(label) == true))
                yield return $"no series has the label {label} that is grouped by";
        }
    }

    private string[]? Of(string series) => AfterFaults.TryGetValue(series, out var rare) ? [.. rare.Labels, "job", "instance"]
        : _elsewhere.Contains(series, StringComparer.Ordinal) ? ["job", "instance"]
        : _labels.GetValueOrDefault(series);
}
