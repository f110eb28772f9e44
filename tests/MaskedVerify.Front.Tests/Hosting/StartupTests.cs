using System.Net;
using System.Net.Sockets;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Testing;

namespace MaskedVerify.Front.Tests.Hosting;

/// <summary>Tests that look at the whole process, so nothing else may run beside them.</summary>
[CollectionDefinition(nameof(ProcessWide), DisableParallelization = true)]
public sealed class ProcessWide;

/// <summary>How the server starts and fails to: exit codes, sentences on stderr, never a stack. One process for each kind of end; the others are the same program in this one.</summary>
[Collection(nameof(ProcessWide))]
public sealed class StartupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mv-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task Program_WhenAskedToTeach_PrintsAndStops()
    {
        await using var server = ServerProcess.Start(_folder, "--help");

        Assert.Equal(ExitCodes.Ok, await server.WaitForExitAsync());
        Assert.Contains("MaskedVerify.Front [options]", server.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("-h", "--carrier <NAME>")]
    [InlineData("--version", "MaskedVerify 0.")]
    public async Task Start_WhenAskedToTeach_PrintsAndStops(string arg, string expected)
    {
        var ended = await EndedStart.OfAsync(arg, "--data", Data);

        Assert.Equal(ExitCodes.Ok, ended.Code);
        Assert.Contains(expected, ended.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Start_WhenMisconfigured_TellsEveryMistakeAndExits2()
    {
        await using var server = ServerProcess.Start(_folder, "--carrier", "smpp", "--prot", "1", "--internal-port", "x");

        Assert.Equal(ExitCodes.Misconfigured, await server.WaitForExitAsync());
        AssertSentences(server, "--prot is not a switch", "--smpp-host HOST", "--smpp-port PORT", "--smpp-system-id ID", "--smpp-password TEXT", "--allow-local-keys", "--internal-port: expected");
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Start_WhenAnOptionOfAPartIsWrong_Exits2()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "c.json"), """{ "MaskedVerify": { "Privacy": { "Region": "NOT OK" }, "Sandbox": { "InboxPerAlias": 0 } } }""");
        var ended = await EndedStart.OfAsync("--config", Path.Combine(_folder, "c.json"), "--data", Data, "--urls", "http://127.0.0.1:0", "--internal-port", "0");

        Assert.Equal(ExitCodes.Misconfigured, ended.Code);
        AssertSentences(ended.Error, "Region", "InboxPerAlias");
    }

    [Theory]
    [InlineData("Storage", "QueueLenght")]
    [InlineData("Grains", "SendQueue")]
    [InlineData("Sandbox", "InboxPerAliases")]
    public async Task Start_WhenAnOptionOfAPartIsUnknown_NamesItAndExits2(string part, string member)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "c.json"), $$"""{ "MaskedVerify": { "{{part}}": { "{{member}}": 1 } } }""");
        var ended = await EndedStart.OfAsync("--config", Path.Combine(_folder, "c.json"), "--data", Data, "--urls", "http://127.0.0.1:0", "--internal-port", "0");

        Assert.Equal(ExitCodes.Misconfigured, ended.Code);
        AssertSentences(ended.Error, member);
    }

    [Fact]
    public async Task Start_WhenPortsAreTaken_NamesThemAndExits3()
    {
        using var one = Listen();
        using var two = Listen();
        await using var server = ServerProcess.Start(_folder, "--urls", $"http://127.0.0.1:{Port(one)}", "--internal-port", $"{Port(two)}");

        Assert.Equal(ExitCodes.PortInUse, await server.WaitForExitAsync());
        AssertSentences(server, $"127.0.0.1:{Port(one)} is in use", "--urls", $"127.0.0.1:{Port(two)} is in use", "--internal-port");
    }

    [Fact]
    public async Task Start_WhenDataFolderIsAFile_Exits4()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "data"), "");
        await using var server = ServerProcess.Start(_folder, "--urls", "http://127.0.0.1:0", "--internal-port", "0");

        Assert.Equal(ExitCodes.DataUnusable, await server.WaitForExitAsync());
        AssertSentences(server, "data", "--data DIR");
    }

    [Fact]
    public async Task Start_WhenAnotherServerHasTheFolder_Exits4()
    {
        await using var first = await RunningFront.StartAsync(folder: _folder);
        var ended = await EndedStart.OfAsync("--data", Data, "--urls", "http://127.0.0.1:0", "--internal-port", "0");

        Assert.Equal(ExitCodes.DataUnusable, ended.Code);
        AssertSentences(ended.Error, "in use by another server");
    }

    [Fact]
    public async Task Start_WhenTheRootKeyIsBroken_Exits4()
    {
        await using (await RunningFront.StartAsync(folder: _folder))
        {
        }

        await File.WriteAllBytesAsync(Path.Combine(_folder, "data", "keys", "root.key"), new byte[32]);
        var ended = await EndedStart.OfAsync("--data", Data, "--urls", "http://127.0.0.1:0", "--internal-port", "0");

        Assert.Equal(ExitCodes.DataUnusable, ended.Code);
        AssertSentences(ended.Error, "key");
    }

    [Fact]
    public async Task Start_WhenDataFolderIsNew_ClosesItToOthersAndKeepsTheKeys()
    {
        string first;
        await using (var front = await RunningFront.StartAsync(folder: _folder))
        {
            first = front.Info.SandboxKey;
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_folder, "data")));
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "data", "sandbox.key")));
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "data", "operator.key")));
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "data", "observer.key")));
            }

        }

        await using var again = await RunningFront.StartAsync(folder: _folder);
        Assert.Equal(first, again.Info.SandboxKey);
        Assert.Equal(401, (await again.SendAsync("GET", "/v1/aliases/x", key: "")).Status);
        Assert.Equal(404, (await again.SendAsync("GET", "/v1/aliases/x")).Status);
    }

    [Fact]
    public async Task Start_WhenTheEnvironmentGivesTheSandboxKey_UsesIt()
    {
        var key = Domain.ApiKeyText.Create(live: false).Reveal();
        await using var front = await RunningFront.StartAsync(environment: new System.Collections.Hashtable { ["MASKEDVERIFY_SANDBOX_KEY"] = key }, folder: _folder);

        Assert.Equal(key, front.Info.SandboxKey);
        Assert.Equal(404, (await front.SendAsync("GET", "/v1/aliases/x", key: key)).Status);
        Assert.False(File.Exists(Path.Combine(_folder, "data", "sandbox.key")));
    }

    [Fact]
    public async Task Gateway_WhenNotAskedFor_DoesNotListen()
    {
        var before = Listeners();
        await using var without = await RunningFront.StartAsync();
        var afterOne = Listeners();
        using var port = HeldPort.Take();
        await using var with = await RunningFront.StartAsync(["--gateway", $"{port.Number}"]);

        Assert.Equal(3, afterOne.Except(before).Count());
        Assert.Equal(4, Listeners().Except(afterOne).Count());
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port.Number);
    }

    // TCP ports on which this process listens, from the kernel's own table.
    private static HashSet<string> Listeners()
    {
        var mine = Directory.GetFiles("/proc/self/fd").Select(f => new FileInfo(f).LinkTarget).OfType<string>().Where(t => t.StartsWith("socket:[", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        return File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6")).Skip(1)
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(p => p.Length > 9 && p[3] == "0A" && mine.Contains($"socket:[{p[9]}]"))
            .Select(p => p[1]).ToHashSet(StringComparer.Ordinal);
    }

    private static void AssertSentences(ServerProcess server, params string[] texts) => AssertSentences(server.Error, texts);

    private static void AssertSentences(string error, params string[] texts)
    {
        Assert.All(texts, text => Assert.Contains(text, error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", error, StringComparison.Ordinal);
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
