using Microsoft.Extensions.Hosting;

namespace MaskedVerify.Storage;

/// <summary>Sees that every database has the right schema before the first service of the host starts, or ends the start with a sentence.</summary>
internal sealed class StorageStartup(IStorageEngine engine, IReadOnlyList<string> databases) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => engine.EnsureAsync(databases, cancellationToken).AsTask();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
