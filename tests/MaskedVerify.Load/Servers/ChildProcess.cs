using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace MaskedVerify.Load.Servers;

/// <summary>A process that this one started, and that ends with it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int LinesKept = 40;

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Queue<string> _last = new();
    private volatile bool _banner = true;

    private ChildProcess(Process process) => _process = process;

    /// <summary>Its id.</summary>
    public int Id => _process.Id;

    /// <summary>Its last lines of output.</summary>
    public string LastLines
    {
        get
        {
            lock (_last)
                return string.Join('\n', _last);
        }
    }

    /// <summary>Starts a program with arguments and variables besides the inherited ones.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables, string workingDirectory)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory,
        };
        foreach (var (name, value) in variables)
            info.Environment[name] = value;
        var process = Process.Start(info) ?? throw new LoadSetupException($"{program} could not be started.");
        var child = new ChildProcess(process);
        process.OutputDataReceived += (_, e) => child.Keep(e.Data, isOutput: true);
        process.ErrorDataReceived += (_, e) => child.Keep(e.Data, isOutput: false);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += child.Kill;
        return child;
    }

    /// <summary>Lines of its standard output, until it ends or the reader stops.</summary>
    public async IAsyncEnumerable<string> ReadLinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(cancellationToken))
                yield return line;
        }
        finally
        {
            _banner = false;
        }
    }

    /// <summary>Asks it to stop with SIGTERM; kills it when it does not within <paramref name="timeout"/>.</summary>
    public async Task StopAsync(TimeSpan timeout)
    {
        if (_process.HasExited)
            return;
        if (OperatingSystem.IsWindows())
        {
            _process.Kill();
            return;
        }

        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"process {_process.Id} did not stop within {timeout.TotalSeconds:F0} s and was killed; its last lines:\n{LastLines}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Kill(object? sender, EventArgs e)
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
    }

    private void Keep(string? line, bool isOutput)
    {
        if (line is null)
        {
            if (isOutput)
                _lines.Writer.TryComplete();
            return;
        }

        lock (_last)
        {
            if (_last.Count == LinesKept)
                _last.Dequeue();
            _last.Enqueue(line);
        }

        if (isOutput && _banner)
            _lines.Writer.TryWrite(line);
    }
}
