using System.Text.RegularExpressions;
using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>The commands of the runbooks, run as they stand there against a real server; a backup made under load is restored, and has what it should.</summary>
public sealed partial class RunbookTests
{
    private static readonly string[] Pages = ["start", "scale", "upgrade", "carrier-outage", "database-outage", "leak-found", "peer-refused", "clock-off", "audit-log", "backup"];

    [Fact]
    public async Task Commands_AgainstARealServer_Work_AndTheRestoredBackupGoesOn()
    {
        using var folder = new TempFolder();
        (string Id, string Code) open;
        string approved;
        await using (var server = await ServerProcess.StartAsync(folder.Data))
        {
            using var api = new Api(server);
            approved = (await StartedAsync(api)).Id;
            var started = await StartedAsync(api);
            open = (started.Id, started.Code);
            var first = await StartedAsync(api);
            Assert.Equal("approved", (await api.CheckAsync(first.Id, first.Code)).VerificationStatus);
            approved = first.Id;

            using var stop = new CancellationTokenSource();
            var load = Task.Run(() => LoadAsync(api, stop.Token), TestContext.Current.CancellationToken);
            foreach (var page in Pages)
            {
                await RunAsync(folder, server, page);
            }

            await stop.CancelAsync();
            Assert.True(await load > 0);
        }

        await using var restored = await ServerProcess.StartAsync(folder.File("restored"));
        using var again = new Api(restored);
        Assert.Equal("approved", (await again.GetAsync(approved)).VerificationStatus);
        Assert.Equal("approved", (await again.CheckAsync(open.Id, open.Code)).VerificationStatus);
    }

    [Fact]
    public async Task Backup_IntoAFolderThatHoldsSomething_OrOfNoDataFolder_IsRefused()
    {
        using var folder = new TempFolder();
        var (code, output) = await Tool.RunAsync("dotnet", [BuiltProgram.Cli, "backup", folder.File("copy"), "--data", folder.Parent]);
        Assert.Equal(1, code);
        Assert.Contains("name the data folder of a server", output, StringComparison.Ordinal);

        await using (await ServerProcess.StartAsync(folder.Data))
        {
        }

        await File.WriteAllTextAsync(folder.File("something"), "", TestContext.Current.CancellationToken);
        (code, output) = await Tool.RunAsync("dotnet", [BuiltProgram.Cli, "backup", folder.Parent, "--data", folder.Data]);
        Assert.Equal(1, code);
        Assert.Contains("is not empty", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_AreAllInTheTable_AndHaveCommands()
    {
        var table = File.ReadAllText(Tool.Deploy("runbooks", "README.md"));
        var pages = Directory.GetFiles(Tool.Deploy("runbooks"), "*.md").Select(f => Path.GetFileNameWithoutExtension(f)).Where(p => p != "README").ToArray();
        Assert.Equal(Pages.Order(StringComparer.Ordinal), pages.Order(StringComparer.Ordinal));
        Assert.All(pages, p => Assert.Contains($"({p}.md)", table, StringComparison.Ordinal));
        Assert.All(pages, p => Assert.NotEqual("", Script(p)));
    }

    private static async Task RunAsync(TempFolder folder, ServerProcess server, string page)
    {
        var bin = Directory.CreateDirectory(folder.File("bin")).FullName;
        var shim = Path.Combine(bin, "maskedverify");
        if (!File.Exists(shim))
        {
            await File.WriteAllTextAsync(shim, $"#!/bin/sh\nexec dotnet '{BuiltProgram.Cli}' \"$@\"\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(shim, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var (code, output) = await Tool.RunAsync(
            "bash",
            ["-euo", "pipefail", "-c", Script(page)],
            folder.Parent,
            environment: new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["PATH"] = bin + ":" + Environment.GetEnvironmentVariable("PATH"),
                ["DATA"] = folder.Data,
                ["MASKEDVERIFY_SERVER"] = server.Internal,
                ["INTERNAL"] = server.Internal,
                ["SECRETS"] = folder.File("secrets"),
                ["BACKUP"] = folder.File("backup"),
                ["SAFE"] = folder.File("safe"),
                ["RESTORED"] = folder.File("restored"),
            });
        Assert.True(code == 0, $"{page}: {output}");
    }

    private static string Script(string page) =>
        string.Concat(Block().Matches(File.ReadAllText(Tool.Deploy("runbooks", page + ".md"))).Select(m => m.Groups["script"].Value));

    private static async Task<(string Id, string Code)> StartedAsync(Api api)
    {
        var started = await api.StartAsync(Numbers.Next());
        Assert.Equal(201, started.Status);
        return (started.Id, (await api.CodeAsync(started.Alias))!);
    }

    private static async Task<int> LoadAsync(Api api, CancellationToken stop)
    {
        var count = 0;
        for (; !stop.IsCancellationRequested; count++)
        {
            await StartedAsync(api);
            await Task.Delay(20, CancellationToken.None);
        }

        return count;
    }

    [GeneratedRegex("^```bash run\n(?<script>.*?)^```", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex Block();
}
