using System.Text.RegularExpressions;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>The publish lines of the Dockerfile, run with what the tests have built already: what the image starts and asks is there.</summary>
public sealed partial class PublishTests
{
    [Fact]
    public async Task PublishLines_OfTheDockerfile_MakeTheProgramsThatItStarts()
    {
        using var folder = new TempFolder();
        var text = await File.ReadAllTextAsync(Tool.Deploy("Dockerfile"), TestContext.Current.CancellationToken);
        var lines = Publish().Matches(text).Select(m => m.Groups["arguments"].Value).ToArray();
        Assert.Equal(2, lines.Length);
        foreach (var line in lines)
        {
            var here = line.Replace("-c Release", $"-c {BuiltProgram.Configuration} --no-build", StringComparison.Ordinal).Replace("/out/", folder.Parent + "/", StringComparison.Ordinal);
            var (code, output) = await Tool.RunAsync("dotnet", here.Split(' '), Tool.Deploy(".."));
            Assert.True(code == 0, output);
        }

        var server = Program(text, "ENTRYPOINT");
        Assert.Equal(server, Program(text, "HEALTHCHECK .* CMD"));
        Assert.StartsWith("MaskedVerify ", (await Tool.RunAsync(Here(server), ["--version"])).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await Tool.RunAsync(Here(server), ["--health", "--internal-port", "1"])).Code);

        var compose = await File.ReadAllTextAsync(Tool.Deploy("compose.postgres.yaml"), TestContext.Current.CancellationToken);
        var command = Program(compose, " +entrypoint:");
        Assert.Contains("--dry-run", (await Tool.RunAsync(Here(command), ["migrate", "--help"])).Output, StringComparison.Ordinal);

        string Here(string path) => folder.Parent + path;
    }

    private static string Program(string text, string before) =>
        Regex.Match(text, $"^{before} *\\[\"(?<path>[^\"]+)\"", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["path"].Value;

    [GeneratedRegex("^RUN dotnet (?<arguments>publish .+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Publish();
}
