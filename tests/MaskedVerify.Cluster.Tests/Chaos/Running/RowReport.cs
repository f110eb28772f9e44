using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace MaskedVerify.Cluster.Tests.Chaos.Running;

/// <summary>What one row did and saw.</summary>
internal sealed class RowReport(int row, string title, int seed)
{
    private const int MostText = 6_000;
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<TimeSpan> _recoveries = [];

    public int Row => row;

    public string Title => title;

    /// <summary>How long it took in all.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Everything that must not be.</summary>
    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>Counts by name.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Violate(string text) => _violations.Enqueue(text.Length > MostText ? text[..MostText] + " …" : text);

    /// <summary>Keeps a sentence unless it is so.</summary>
    public void Require(bool isSo, string otherwise)
    {
        if (!isSo)
            Violate(otherwise);
    }

    public void Count(string what, long by = 1) => _counts.AddOrUpdate(what, by, (_, old) => old + by);

    public void Recovered(TimeSpan time) => _recoveries.Add(time);

    /// <summary>A share of all interrupted commands was answered within this time.</summary>
    public TimeSpan Recovery(double share)
    {
        var sorted = _recoveries.Order().ToArray();
        return sorted.Length == 0 ? TimeSpan.Zero : sorted[(int)Math.Min(sorted.Length - 1, Math.Floor(share * sorted.Length))];
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"row {row}: {title}: {(_violations.IsEmpty ? "good" : $"{_violations.Count} VIOLATIONS")} (seed {seed}, {Elapsed.TotalSeconds:F0} s)").AppendLine();
        foreach (var (name, count) in _counts.OrderBy(c => c.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"  {count,8} {name}").AppendLine();
        if (!_recoveries.IsEmpty)
            text.Append(CultureInfo.InvariantCulture, $"  interrupted commands: {_recoveries.Count}, answered after p50 {Recovery(0.5).TotalSeconds:F1} s, p99 {Recovery(0.99).TotalSeconds:F1} s, at most {Recovery(1).TotalSeconds:F1} s").AppendLine();
        foreach (var violation in _violations.Take(20))
            text.Append("  ! ").Append(violation.ReplaceLineEndings("\n    ")).AppendLine();
        return text.ToString();
    }
}
