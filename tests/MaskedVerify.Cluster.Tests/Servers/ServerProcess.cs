using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>A real server process on ephemeral ports. Whatever happens to the test, it is stopped.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly string? _data;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly TaskCompletionSource _banner = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process, string? data)
    {
        _process = process;
        _data = data;
        _process.OutputDataReceived += (_, e) => Take(e.Data);
        _process.ErrorDataReceived += (_, e) => TakeError(e.Data);
        _process.Exited += (_, _) => _banner.TrySetException(new InvalidOperationException("The server ended while it started:\n" + Output));
        _process.EnableRaisingEvents = true;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What must not be in anything that this server writes; looked for when it is over.</summary>
    public Canaries Leaks { get; } = new();

    public int ProcessId => _process.Id;

    public string Public => Word("public");

    public string Internal => Word("internal");

    public string SandboxKey => Word("sandbox");

    /// <summary>Id of the process.</summary>
    public int Id => _process.Id;

    /// <summary>How it ended, or null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>The three lines that it printed to be tried.</summary>
    public IReadOnlyList<string> CurlLines => [.. Output.Split('\n').Where(l => l.Contains("curl -s", StringComparison.Ordinal))];

    /// <summary>Everything on its standard output and error so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts a server on a data folder and returns when it has printed that it is ready.</summary>
    public static Task<ServerProcess> StartAsync(string data, params string[] switches) => StartUnderAsync([], data, switches);

    /// <summary>As above, by a program that runs the command line which it is given, in its own place.</summary>
    public static Task<ServerProcess> StartUnderAsync(IReadOnlyList<string> runner, string data, params string[] switches) =>
        ReadyAsync(Launch([.. runner, "dotnet", BuiltProgram.Server, "--data", data, "--urls", "http://127.0.0.1:0", "--internal-port", "0", .. switches], data));

    /// <summary>As above, with variables.</summary>
    public static Task<ServerProcess> StartAsync(string data, IReadOnlyDictionary<string, string> environment, params string[] switches) =>
        ReadyAsync(Launch(["dotnet", BuiltProgram.Server, "--data", data, .. switches], data, environment: environment));

    /// <summary>Starts a silo of a cluster, which may lack a public port.</summary>
    public static Task<ServerProcess> StartSiloAsync(string data, IReadOnlyDictionary<string, string> environment, params string[] switches) =>
        ReadyAsync(Launch(["dotnet", BuiltProgram.Server, "--data", data, "--internal-port", "0", .. switches], data, environment: environment));

    /// <summary>A silo that may or may not come up: returns at once.</summary>
    public static ServerProcess LaunchSilo(string data, IReadOnlyDictionary<string, string> environment, params string[] switches) =>
        Launch(["dotnet", BuiltProgram.Server, "--data", data, "--internal-port", "0", .. switches], data, environment: environment);

    /// <summary>Waits until it has printed that it is ready.</summary>
    public Task<ServerProcess> ReadyAsync() => ReadyAsync(this);

    /// <summary>As the README does it, but for the ports: <c>dotnet run</c> in a folder.</summary>
    public static Task<ServerProcess> RunFromSourcesAsync(string workingDirectory) => ReadyAsync(Launch(
        ["dotnet", "run", "--no-build", "-c", BuiltProgram.Configuration, "--project", BuiltProgram.ServerProject, "--", "--urls", "http://127.0.0.1:0", "--internal-port", "0"],
        Path.Combine(workingDirectory, "data"),
        workingDirectory));

    private static async Task<ServerProcess> ReadyAsync(ServerProcess server)
    {
        try
        {
            await server._banner.Task.WaitAsync(StartLimit);
            return server;
        }
        catch (TimeoutException exception)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"The server was not ready in {StartLimit.TotalSeconds} s:\n" + server.Output, exception);
        }
    }

    /// <summary>Starts a server that is expected to end by itself, and returns how it ended: exit code and standard error.</summary>
    public static Task<(int Code, string Error)> RunToEndAsync(params string[] switches) => RunToEndUnderAsync([], switches);

    /// <summary>As above for one that runs for a while before it ends: the framework's lines about that time may hold stacks.</summary>
    public static Task<(int Code, string Error)> RunForAWhileAsync(params string[] switches) => EndAsync([], switches, mayHoldStacks: true);

    /// <summary>As above, by a program that runs the command line which it is given.</summary>
    public static Task<(int Code, string Error)> RunToEndUnderAsync(IReadOnlyList<string> runner, params string[] switches) => EndAsync(runner, switches, mayHoldStacks: false);

    private static async Task<(int Code, string Error)> EndAsync(IReadOnlyList<string> runner, string[] switches, bool mayHoldStacks)
    {
        await using var server = Launch([.. runner, "dotnet", BuiltProgram.Server, .. switches], data: null);
        using var limit = new CancellationTokenSource(StartLimit);
        await server._process.WaitForExitAsync(limit.Token);

        // Nothing but sentences, and those on standard error: no log line with a stack beside them.
        Assert.False(!mayHoldStacks && server.Output.Contains("   at ", StringComparison.Ordinal), server.Output);
        return (server._process.ExitCode, server._error.ToString());
    }

    /// <summary>kill -9: the process gets no say.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends a signal: <c>STOP</c>, <c>CONT</c>, …</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        using var limit = new CancellationTokenSource(StopLimit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();

        // The banner shows the magic number to try.
        Leaks.AssertClean(Output.Split('\n').Except(CurlLines, StringComparer.Ordinal), _data);
    }

    private static ServerProcess Launch(
        IReadOnlyList<string> line, string? data, string? workingDirectory = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(line[0], line.Skip(1))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MASKEDVERIFY_", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ServerProcess(Process.Start(start) ?? throw new InvalidOperationException($"{line[0]} did not start."), data);
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.Append(line).Append('\n');
        }

        if (line == "The silo runs." || (line.Contains("/check ", StringComparison.Ordinal) && line.StartsWith("curl -s", StringComparison.Ordinal)))
        {
            _banner.TrySetResult();
        }
    }

    private void TakeError(string? line)
    {
        if (line is not null)
        {
            _error.Append(line).Append('\n');
        }

        Take(line);
    }

    private string Word(string name) => BannerWord().Matches(Output).First(m => m.Groups["name"].Value == name).Groups["value"].Value;

    [GeneratedRegex(@"^  (?<name>public|internal|sandbox) +(?<value>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BannerWord();
}
