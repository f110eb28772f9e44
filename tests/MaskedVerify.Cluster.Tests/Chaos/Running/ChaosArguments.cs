using System.Globalization;
using System.Security.Cryptography;
using MaskedVerify.Cluster.Tests.Chaos.Rows;

namespace MaskedVerify.Cluster.Tests.Chaos.Running;

/// <summary>Command line of the long run.</summary>
/// <param name="Minutes">For all rows together.</param>
/// <param name="Rows">Which.</param>
/// <param name="Seed">Of all choices.</param>
/// <param name="Report">File to write.</param>
internal sealed record ChaosArguments(double Minutes, IReadOnlyList<IChaosRow> Rows, int Seed, string Report)
{
    public const string Help = """
        Kills, stops and starves a real cluster on this machine, and judges every verification.

          tests/chaos.sh [--minutes N] [--rows 1,2,3] [--seed S] [--report FILE]

          --minutes N    How long faults go on in all, shared by the rows: 0.1 to 1440. Default: 10.
          --rows LIST    Numbers of rows, separated by commas. Default: all of them:
        {0}
          --seed S       Seed of all random choices, 0 to 999999. Default: a new one, shown in the report.
          --report FILE  Where the report goes. Default: TestResults/chaos-<date>.txt.

        Everything runs on 127.0.0.1 and stops by itself. Needs PostgreSQL (Debian: postgresql); row 6 needs faketime.
        Exit code: 0 when every row is good, 1 when one is not, 2 for a mistake in the command line.
        """;

    public static string FullHelp { get; } = Help.Replace(
        "{0}", string.Join('\n', ChaosRows.All.Select(r => $"                   {r.Number,2}  {r.Title}")), StringComparison.Ordinal);

    /// <summary>Reads a command line; every mistake is a sentence in <paramref name="mistakes"/>.</summary>
    public static ChaosArguments Parse(IReadOnlyList<string> args, List<string> mistakes)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i += 2)
        {
            if (args[i] is not ("--minutes" or "--rows" or "--seed" or "--report"))
                mistakes.Add($"There is no switch {args[i]}. Try --help.");
            else if (i + 1 == args.Count)
                mistakes.Add($"{args[i]} needs a value. Try --help.");
            else
                values[args[i]] = args[i + 1];
        }

        var (minutes, seed) = (10.0, RandomNumberGenerator.GetInt32(1_000_000));
        if (values.TryGetValue("--minutes", out var text) && !(double.TryParse(text, CultureInfo.InvariantCulture, out minutes) && minutes is >= 0.1 and <= 1440))
            mistakes.Add($"--minutes must be 0.1 to 1440; it is {text}.");
        if (values.TryGetValue("--seed", out text) && !(int.TryParse(text, CultureInfo.InvariantCulture, out seed) && seed is >= 0 and <= 999_999))
            mistakes.Add($"--seed must be 0 to 999999; it is {text}.");
        var report = values.GetValueOrDefault("--report") ?? Path.Combine("TestResults", $"chaos-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}.txt");
        return new ChaosArguments(minutes, RowsOf(values.GetValueOrDefault("--rows"), mistakes), seed, report);
    }

    private static IReadOnlyList<IChaosRow> RowsOf(string? text, List<string> mistakes)
    {
        if (text is null)
            return ChaosRows.All;

        var rows = new List<IChaosRow>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (ChaosRows.All.FirstOrDefault(r => r.Number.ToString(CultureInfo.InvariantCulture) == word) is { } row)
                rows.Add(row);
            else
                mistakes.Add($"--rows has no row {word}. Rows: {string.Join(", ", ChaosRows.All.Select(r => r.Number))}.");
        }

        return rows;
    }
}
