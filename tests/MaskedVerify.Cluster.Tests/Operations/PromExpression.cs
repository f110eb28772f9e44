using System.Text.RegularExpressions;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>The series that a PromQL expression reads. Not a parser: Prometheus itself says whether the text is PromQL.</summary>
internal static partial class PromExpression
{
    private static readonly HashSet<string> Words = ["and", "or", "unless", "offset", "bool", "by", "without", "on", "ignoring", "group_left", "group_right", "Inf", "NaN"];

    /// <summary>Each selector: name, labels that are matched or grouped by, and the values that are matched exactly.</summary>
    public static IReadOnlyList<Selector> Selectors(string expression)
    {
        List<string> texts = [];
        var bare = Text().Replace(expression, m =>
        {
            texts.Add(m.Value[1..^1]);
            return $"\"{texts.Count - 1}\"";
        });
        string[] grouped = [.. Grouping().Matches(bare).SelectMany(m => m.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        var rest = Duration().Replace(Grouping().Replace(bare, " "), " ");
        return
        [
            .. Name().Matches(rest)
                .Where(m => !Words.Contains(m.Groups["name"].Value) && !rest.AsSpan(m.Index + m.Length).TrimStart().StartsWith("("))
                .Select(m => new Selector(
                    m.Groups["name"].Value,
                    [.. Matcher().Matches(m.Groups["matchers"].Value).Select(x => (x.Groups["label"].Value, x.Groups["op"].Value, texts[int.Parse(x.Groups["text"].Value, System.Globalization.CultureInfo.InvariantCulture)]))],
                    grouped)),
        ];
    }

    /// <param name="Name">Of the metric.</param>
    /// <param name="Matchers">Label, operator, value.</param>
    /// <param name="Grouped">Labels that the whole expression groups or joins by.</param>
    internal sealed record Selector(string Name, IReadOnlyList<(string Label, string Operator, string Value)> Matchers, IReadOnlyList<string> Grouped);

    [GeneratedRegex("\"(\\\\.|[^\"\\\\])*\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Text();

    [GeneratedRegex("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\((?<labels>[^)]*)\\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Grouping();

    [GeneratedRegex("\\[[^\\]]*\\]|\\b[0-9]+(ms|[smhdwy])\\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Duration();

    [GeneratedRegex("(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(\\{(?<matchers>[^}]*)\\})?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();

    [GeneratedRegex("(?<label>[a-zA-Z_]+)\\s*(?<op>=~|!~|!=|=)\\s*\"(?<text>[0-9]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Matcher();
}
