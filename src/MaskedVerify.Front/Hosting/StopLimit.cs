namespace MaskedVerify.Front.Hosting;

/// <summary>
/// Whether the host gave up waiting while it stopped: services that were cut short do not say so, they just end. Asked of the host's own token, because a
/// clock beside it would be a few milliseconds off.
/// </summary>
internal sealed class StopLimit : IHostedLifecycleService
{
    private CancellationToken _stopping;

    /// <summary>True from the moment on when the host gave up waiting.</summary>
    public bool IsOver => _stopping.IsCancellationRequested;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = cancellationToken;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
