using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage;

/// <summary>
/// Connections for the Orleans ADO.NET provider: it opens one per operation, so they come from the provider's pool, and each is set to flush with
/// every commit. A write waits for another's lock instead of failing at once.
/// </summary>
internal sealed class ControlDataSource(IOptions<StorageOptions> options, SqliteFiles files, SqliteMigrator migrator) : DbDataSource
{
    /// <summary>By this name the provider knows SQLite; it loads Microsoft.Data.Sqlite for it.</summary>
    public const string Invariant = "System.Data.SQLite";

    public override string ConnectionString { get; } = new SqliteConnectionStringBuilder
    {
        DataSource = files.Control.Path,
        Mode = SqliteOpenMode.ReadWriteCreate,
        Pooling = true,
        DefaultTimeout = Math.Max(1, (int)Math.Ceiling(options.Value.BusyTimeout.TotalSeconds)),
    }.ToString();

    protected override DbConnection CreateDbConnection() => new SqliteConnection(ConnectionString);

    protected override DbConnection OpenDbConnection()
    {
        migrator.Ensure(files.Control);
        var connection = new SqliteConnection(ConnectionString);
        try
        {
            connection.Open();
            SqliteOpening.Run(connection, "PRAGMA synchronous = FULL;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // SQLite has nothing asynchronous; the base class would call the method above as well.
    protected override ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(OpenDbConnection());

    protected override void Dispose(bool disposing)
    {
        // Pooled connections outlive their users and would keep the file open.
        using var pool = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(pool);
        base.Dispose(disposing);
    }
}
