using System.Globalization;
using System.Text.RegularExpressions;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>Blocks of the pages of deploy/ that are run with other names than those that stand there.</summary>
internal static partial class Page
{
    /// <summary>The only block of a page that holds a text.</summary>
    public static string Block(string page, string text) =>
        Blocks().Matches(File.ReadAllText(Tool.Deploy(page.Split('/')))).Select(m => m.Groups["script"].Value).Single(s => s.Contains(text, StringComparison.Ordinal));

    /// <summary>Runs a block as the administrator of a database server.</summary>
    public static async Task RunAsync(string script, string directory, PostgresDatabase database, params (string Name, string Value)[] variables)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PGHOST"] = "127.0.0.1",
            ["PGPORT"] = database.Server.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = "postgres",
            ["PGPASSWORD"] = PostgresServer.Password,
            ["DATABASE_URL"] = "dbname=" + database.Name,
        };
        foreach (var (name, value) in variables)
            environment[name] = value;
        var (code, output) = await Tool.RunAsync("bash", ["-euo", "pipefail", "-c", script], directory, environment: environment);
        Assert.True(code == 0, output);
    }

    [GeneratedRegex("^```bash( run)?\n(?<script>.*?)^```", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex Blocks();
}
