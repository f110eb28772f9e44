using System.Globalization;

namespace MaskedVerify.Load.Servers;

/// <summary>Values of a page in Prometheus' text format.</summary>
internal sealed class MetricsPage
{
    private readonly List<(string Name, string Labels, double Value)> _samples = [];

    /// <summary>Reads a page; lines that are not samples are skipped.</summary>
    public static MetricsPage Parse(string text)
    {
        var page = new MetricsPage();
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var end = line.IndexOf('{', StringComparison.Ordinal);
            var close = line.LastIndexOf('}');
            var name = end < 0 ? line.Split(' ')[0] : line[..end];
            var labels = end < 0 ? "" : line[(end + 1)..close];
            var rest = (end < 0 ? line[name.Length..] : line[(close + 1)..]).Trim().Split(' ');
            if (double.TryParse(rest[0], CultureInfo.InvariantCulture, out var value))
                page._samples.Add((name, labels, value));
        }

        return page;
    }

    /// <summary>Sum of all samples of a name whose labels contain <paramref name="label"/> (such as <c>database="hot"</c>); null when there is none.</summary>
    public double? Sum(string name, string label = "")
    {
        double? sum = null;
        foreach (var sample in _samples)
        {
            if (sample.Name == name && sample.Labels.Contains(label, StringComparison.Ordinal))
                sum = (sum ?? 0) + sample.Value;
        }

        return sum;
    }
}
