using System.Diagnostics;
using System.Text;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>The server as a process of its own, as a user starts it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => _process = process;

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

    public string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    /// <summary>Starts it in a folder, with a clean environment apart from what .NET needs.</summary>
    public static ServerProcess Start(string folder, params string[] args)
    {
        var info = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        info.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "MaskedVerify.Front.dll"));
        foreach (var arg in args)
            info.ArgumentList.Add(arg);
        foreach (var name in info.Environment.Keys.Where(k => k.StartsWith("MASKEDVERIFY_", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        var server = new ServerProcess(new Process { StartInfo = info });
        server._process.OutputDataReceived += (_, e) => server.Take(server._output, e.Data);
        server._process.ErrorDataReceived += (_, e) => server.Take(server._error, e.Data);
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Until the three lines are printed.</summary>
    public async Task WaitUntilReadyAsync()
    {
        var first = await Task.WhenAny(_ready.Task, _process.WaitForExitAsync());
        Assert.True(first == _ready.Task, "The server ended: " + Output + Error);
    }

    /// <summary>Until it ends by itself.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop (SIGTERM) and waits.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        return await WaitForExitAsync();
    }

    /// <summary>Ends it without a word (SIGKILL).</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Take(StringBuilder target, string? line)
    {
        if (line is null)
            return;
        lock (target)
        {
            target.Append(line).Append('\n');
        }

        if (line.StartsWith("curl ", StringComparison.Ordinal))
            _ready.TrySetResult();
    }
}
