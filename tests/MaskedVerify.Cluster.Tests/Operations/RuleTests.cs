using System.Text.RegularExpressions;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>The files of deploy/prometheus, through Prometheus' own tool.</summary>
public sealed partial class RuleTests
{
    private const string PodDiscovery = "    kubernetes_sd_configs:\n      - role: pod\n        namespaces:\n          names: [maskedverify]\n";

    [Fact]
    public async Task Configuration_WithACredential_IsAccepted()
    {
        using var folder = new TempFolder();
        await CopyAsync(folder, s => s);
        var (code, output) = await Tool.RunAsync("promtool", ["check", "config", "prometheus.yml"], folder.Parent);
        Assert.True(code == 0, output);
        Assert.Contains("2 rule files", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfigurationInsideKubernetes_IsAccepted_AndNamesTheJobThatTheRulesKnow()
    {
        using var folder = new TempFolder();
        await CopyAsync(folder, s => s);
        var text = await File.ReadAllTextAsync(Tool.Deploy("kubernetes", "prometheus.yml"), TestContext.Current.CancellationToken);

        // Debian's promtool is built without this discovery; the rest of the file is its to judge.
        Assert.Contains(PodDiscovery, text, StringComparison.Ordinal);
        var known = text.Replace(PodDiscovery, "    file_sd_configs:\n      - files: [targets.yml]\n", StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.File("prometheus.yml"), known, TestContext.Current.CancellationToken);
        var (code, output) = await Tool.RunAsync("promtool", ["check", "config", "prometheus.yml"], folder.Parent);
        Assert.True(code == 0, output);
        Assert.Contains("2 rule files", output, StringComparison.Ordinal);
        Assert.Contains("job_name: maskedverify\n", text, StringComparison.Ordinal);

        File.Delete(folder.File("observer.key"));
        Assert.NotEqual(0, (await Tool.RunAsync("promtool", ["check", "config", "prometheus.yml"], folder.Parent)).Code);
    }

    [Fact]
    public async Task Configuration_WithAWrongKey_IsRefused()
    {
        using var folder = new TempFolder();
        await CopyAsync(folder, s => s.Replace("credentials_file", "credential_file", StringComparison.Ordinal));
        var (code, _) = await Tool.RunAsync("promtool", ["check", "config", "prometheus.yml"], folder.Parent);
        Assert.NotEqual(0, code);
    }

    [Theory]
    [InlineData("alerts.test.yml")]
    [InlineData("days.test.yml")]
    public async Task Alerts_InTheirUnitTests_FireAndKeepQuiet(string file)
    {
        var (code, output) = await Tool.RunAsync("promtool", ["test", "rules", Tool.Deploy("prometheus", "tests", file)]);
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task EveryAlert_HasATestThatItFires_AndOneThatItDoesNot()
    {
        var alerts = Alert().Matches(await File.ReadAllTextAsync(Tool.Deploy("prometheus", "rules", "alerts.yml"), TestContext.Current.CancellationToken)).Select(m => m.Groups["name"].Value).ToArray();
        var tests = await File.ReadAllTextAsync(Tool.Deploy("prometheus", "tests", "alerts.test.yml"), TestContext.Current.CancellationToken);
        Assert.NotEmpty(alerts);
        Assert.All(alerts, a =>
        {
            Assert.Contains($"- name: {a} fires\n", tests, StringComparison.Ordinal);
            Assert.Contains($"- name: {a} keeps quiet\n", tests, StringComparison.Ordinal);
        });
    }

    private static async Task CopyAsync(TempFolder folder, Func<string, string> change)
    {
        Directory.CreateDirectory(folder.File("rules"));
        foreach (var file in Directory.GetFiles(Tool.Deploy("prometheus", "rules")))
        {
            File.Copy(file, Path.Combine(folder.File("rules"), Path.GetFileName(file)));
        }

        File.Copy(Tool.Deploy("prometheus", "targets.yml"), folder.File("targets.yml"));
        await File.WriteAllTextAsync(folder.File("observer.key"), "mv_obs_test\n");
        await File.WriteAllTextAsync(folder.File("prometheus.yml"), change(await File.ReadAllTextAsync(Tool.Deploy("prometheus", "prometheus.yml"))));
    }

    [GeneratedRegex("^ +- alert: (?<name>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Alert();
}
