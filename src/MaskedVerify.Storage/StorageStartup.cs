using Microsoft.Extensions.Hosting;

namespace MaskedVerify.Storage;

/// <summary>Brings every database to the right schema before the first service of the host starts, or ends the start with a sentence.</summary>
internal sealed class StorageStartup(SqliteMigrator migrator, SqliteFiles files) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var file in files.All)
        {
            migrator.Ensure(file);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
