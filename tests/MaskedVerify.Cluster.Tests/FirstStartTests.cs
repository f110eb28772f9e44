using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests;

/// <summary>What somebody sees who has never seen the product.</summary>
[Collection(FirstServer.Name)]
public sealed class FirstStartTests(FirstServer started)
{
    [Fact]
    public async Task FirstStart_PrintsThreeLines_ThatVerifyANumber()
    {
        var server = started.Process;
        Assert.Equal(3, server.CurlLines.Count);
        var (code, output) = await BashAsync(string.Join('\n', server.CurlLines));
        Assert.Equal(0, code);
        var last = JsonSerializer.Deserialize<JsonElement>(output.Trim().Split('\n')[^1]);
        Assert.Equal("approved", last.GetProperty("status").GetString());
        Assert.True(last.GetProperty("valid").GetBoolean());
        Assert.DoesNotContain("2025550100", output, StringComparison.Ordinal);
        server.Leaks.AddNumber("+12025550100");
    }

    [Fact]
    public async Task Run_FromTheSources_MakesItsDataWhereItWasCalled()
    {
        using var folder = new TempFolder();
        await using var server = await ServerProcess.RunFromSourcesAsync(folder.Parent);
        Assert.True(File.Exists(Path.Combine(folder.Data, "sandbox.key")));
        Assert.False(Directory.Exists(Path.Combine(BuiltProgram.ServerProject, "data")));
    }

    [Fact]
    public async Task SecondStart_KeepsTheSandboxKey_AndWhatWasVerified()
    {
        using var folder = new TempFolder();
        string key, id;
        await using (var first = await ServerProcess.StartAsync(folder.Data))
        {
            key = first.SandboxKey;
            using var api = new Api(first, key);
            id = (await api.StartAsync(Numbers.Next())).Id;
            Assert.Equal(0, await first.TerminateAsync());
        }

        await using var second = await ServerProcess.StartAsync(folder.Data);
        Assert.Equal(key, second.SandboxKey);
        using var again = new Api(second, key);
        Assert.Equal("pending", (await again.GetAsync(id)).VerificationStatus);
    }

    [Fact]
    public async Task Ready_AfterTheBanner_OnBothPorts()
    {
        var server = started.Process;
        foreach (var address in new[] { server.Public, server.Internal })
        {
            using var api = new Api(server, server.SandboxKey, address);
            Assert.Equal(200, await api.StatusOfAsync("/health/live"));
            Assert.Equal(200, await api.StatusOfAsync("/health/ready"));
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void DataFolder_IsClosedToOthers()
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(started.Data) & Others);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(started.Data, "operator.key")) & Others);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(started.Data, "sandbox.key")) & Others);
    }

    private static async Task<(int Code, string Output)> BashAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["no_proxy"] = "127.0.0.1";
        using var bash = Process.Start(start)!;
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (bash.ExitCode, output);
    }
}
