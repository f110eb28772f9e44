using System.Globalization;
using System.Text.RegularExpressions;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>The settings that stand in deploy/ are settings of the program, and a server runs with them.</summary>
public sealed partial class SettingsTests
{
    /// <summary>Of other programs: the command, the database's container.</summary>
    private static readonly string[] OfOthers = ["SQLSERVER_PASSWORD", "SERVER", "OPERATOR_KEY", "OBSERVER_KEY"];

    [Fact]
    public async Task Variables_OfImageComposeManifestsAndUnit_AreSettingsOfTheProgram()
    {
        var (code, help) = await Tool.RunAsync("dotnet", [BuiltProgram.Server, "--help"]);
        Assert.Equal(0, code);
        var known = Switch().Matches(help).Select(m => m.Groups["name"].Value.Replace('-', '_').ToUpperInvariant()).Concat(OfOthers).ToHashSet(StringComparer.Ordinal);
        string[] files =
        [
            Tool.Deploy("Dockerfile"), .. Directory.GetFiles(Tool.Deploy(), "compose.*.yaml"), .. Directory.GetFiles(Tool.Deploy("kubernetes")), Tool.Deploy("systemd", "maskedverify.env"),
        ];
        var used = files.SelectMany(f => Variable().Matches(File.ReadAllText(f)).Select(m => m.Groups["name"].Value)).ToHashSet(StringComparer.Ordinal);
        Assert.True(used.Count > 15);
        Assert.Empty(used.Except(known, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Server_WithTheUnitsEnvironment_Runs_AndHealthTellsItFromOneThatDoesNot()
    {
        using var folder = new TempFolder();
        using var port = HeldPort.Take();
        string[] own = ["--data", folder.Data, "--urls", "http://127.0.0.1:0", "--internal-port", port.Number.ToString(CultureInfo.InvariantCulture)];
        var environment = (await File.ReadAllLinesAsync(Tool.Deploy("systemd", "maskedverify.env"), TestContext.Current.CancellationToken))
            .Where(l => l.Contains('=', StringComparison.Ordinal) && !l.StartsWith('#')).Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal);
        Assert.Contains("MASKEDVERIFY_INTERNAL_PORT", environment.Keys);

        Assert.Equal(1, (await HealthAsync(own, environment)).Code);
        await using (await ServerProcess.StartAsync(folder.Data, environment, own))
        {
            Assert.Equal((0, "ready\n"), await HealthAsync(own, environment));
        }

        var gone = await HealthAsync(own, environment);
        Assert.Equal(1, gone.Code);
        Assert.Contains($"127.0.0.1:{port.Number}/health/ready", gone.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await HealthAsync(["--internal-port", "0"], environment)).Code);
        Assert.Equal(2, (await HealthAsync(["--internal-prt", "1"], environment)).Code);
    }

    private static Task<(int Code, string Output)> HealthAsync(string[] switches, IReadOnlyDictionary<string, string> environment) =>
        Tool.RunAsync("dotnet", [BuiltProgram.Server, .. switches, "--health"], environment: environment);

    [GeneratedRegex("MASKEDVERIFY_(?<name>[A-Z_]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("^  --(?<name>[a-z-]+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Switch();
}
