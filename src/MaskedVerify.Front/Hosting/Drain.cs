using MaskedVerify.Front.Configuration;

namespace MaskedVerify.Front.Hosting;

/// <summary>Whether the server is on its way out: part of readiness.</summary>
internal sealed class DrainState
{
    private volatile bool _isDraining;

    /// <summary>True from the signal to stop on.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>From now on.</summary>
    public void Begin() => _isDraining = true;
}

/// <summary>
/// The first step of a stop: readiness says 503 while everything is still served, so that load balancers send their next requests elsewhere. Only then does the HTTP server
/// finish what it has, the pump send what waits, and the silo leave the cluster.
/// </summary>
internal sealed partial class Drain(DrainState state, FrontOptions options, TimeProvider time, ILogger<Drain> logger) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        state.Begin();
        if (options.DrainDelay <= TimeSpan.Zero)
            return;
        LogDraining(options.DrainDelay.TotalSeconds);
        try
        {
            await Task.Delay(options.DrainDelay, time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host has no more time.
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventIds.Draining, LogLevel.Information, "Told to stop: not ready any more, and serving for another {Seconds} s")]
    private partial void LogDraining(double seconds);
}
