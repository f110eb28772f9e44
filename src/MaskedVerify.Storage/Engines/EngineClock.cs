using System.Data.Common;
using MaskedVerify.Domain;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage;

/// <summary>The clock of the database server, read over the cluster's connection, which every silo has. The embedded engine has none of its own.</summary>
internal sealed class EngineClock(IStorageEngine engine, IOptions<StorageOptions> options) : IDatabaseClock
{
    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (options.Value.Engine == StorageEngine.Sqlite)
            return null;

        try
        {
            await using var connection = await engine.Cluster.OpenConnectionAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = options.Value.Engine == StorageEngine.Postgres ? "SELECT clock_timestamp()" : "SELECT SYSUTCDATETIME()";
            return await command.ExecuteScalarAsync(cancellationToken) is DateTime now
                ? new DateTimeOffset(DateTime.SpecifyKind(now, DateTimeKind.Utc), TimeSpan.Zero)
                : throw new StorageUnavailableException("The database did not say what time it is.");
        }
        catch (DbException e)
        {
            throw new StorageUnavailableException("The database's clock cannot be read.", e);
        }
    }
}
