using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests.Chaos.Running;

/// <summary>A place for one silo process: it may be killed, stopped and started again on the same data folder.</summary>
internal sealed class ChaosSilo(string name, string data, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> switches) : IAsyncDisposable
{
    private readonly System.Text.StringBuilder _earlier = new();
    private ServerProcess? _process;
    private string? _public;

    public string Name => name;

    /// <summary>Its process.</summary>
    public ServerProcess Process => _process ?? throw new InvalidOperationException($"{name} was never started.");

    /// <summary>Everything that its processes have printed, the ended ones included.</summary>
    public string Output
    {
        get
        {
            lock (_earlier)
                return _earlier + (_process?.Output ?? "");
        }
    }

    /// <summary>Its public address while it can be called, or null.</summary>
    public string? Public => Volatile.Read(ref _public) is { } address && Process.ExitCode is null ? address : null;

    /// <summary>Starts it and returns when it is ready.</summary>
    public async Task StartAsync()
    {
        Volatile.Write(ref _public, null);

        // Its folder is looked through, which cannot be done while the next one holds its lock.
        if (_process is { } last)
            await last.DisposeAsync();
        var next = ServerProcess.LaunchSilo(data, environment, [.. switches]);
        lock (_earlier)
        {
            _earlier.Append(_process?.Output);
            _process = next;
        }

        await _process.ReadyAsync();
        await WaitReadyAsync();
        Volatile.Write(ref _public, _process.Public);
    }

    /// <summary>kill -9; the fronts know at once.</summary>
    public async Task KillAsync()
    {
        Volatile.Write(ref _public, null);
        await Process.KillAsync();
    }

    /// <summary>Takes it out of what clients call, or puts it back.</summary>
    public void Hide(bool hidden) => Volatile.Write(ref _public, hidden ? null : Process.Public);

    /// <summary>Waits until it says that it is ready.</summary>
    public async Task WaitReadyAsync()
    {
        using var health = new Api(Process, "x", Process.Internal);
        var limit = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync(health))
        {
            if (TimeProvider.System.GetElapsedTime(limit) > TimeSpan.FromSeconds(120) || Process.ExitCode is not null)
                throw new InvalidOperationException($"{name} is not ready (exit code {Process.ExitCode}):\n{Process.Output}");
            await Task.Delay(100);
        }
    }

    /// <summary>Waits until it is ready or has ended: a silo that was given up by the others ends itself a little later.</summary>
    public async Task<bool> IsReadyOrEndedAsync()
    {
        try
        {
            if (Process.ExitCode is null)
                await WaitReadyAsync();
            return Process.ExitCode is null;
        }
        catch (InvalidOperationException) when (Process.ExitCode is not null)
        {
            return false;
        }
    }

    /// <summary>Its operator.</summary>
    public Administration Administration => new(Process, data);

    /// <summary>Resident memory in MiB.</summary>
    public double MemoryMiB =>
        double.Parse(
            File.ReadLines($"/proc/{Process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            System.Globalization.CultureInfo.InvariantCulture) / 1024;

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;

        await _process.DisposeAsync();
    }

    private static async Task<bool> IsReadyAsync(Api health)
    {
        try
        {
            return await health.StatusOfAsync("/health/ready") == 200;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
