using System.Diagnostics.CodeAnalysis;
using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage;

/// <summary>Opens connections of the embedded engine, each after its file's schema has been seen to fit.</summary>
internal sealed class SqliteConnections(IOptions<StorageOptions> options, SqliteFiles files, SqliteMigrator migrator)
{
    /// <summary>The one connection that writes.</summary>
    public SqliteConnection OpenWriter(SqliteFile file)
    {
        migrator.Ensure(file);
        var connection = SqliteOpening.Open(file, options.Value.BusyTimeout);
        try
        {
            // Durable before acknowledged: FULL flushes the write-ahead log with every commit. The log is copied beside this connection
            // (SqliteCheckpointer). No memory-mapped reads: a failing disk would then kill the process instead of returning an error.
            SqliteOpening.Run(connection, $"""
                PRAGMA synchronous = FULL;
                PRAGMA secure_delete = {(file.SecureDelete ? "ON" : "OFF")};
                PRAGMA wal_autocheckpoint = 0;
                PRAGMA journal_size_limit = 67108864;
                PRAGMA cache_size = -{options.Value.WriterCacheMegabytes * 1024};
                PRAGMA temp_store = MEMORY;
                """);
            file.WriterOpened?.Invoke(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A connection that cannot write. Its cache is small, for it is dropped with every commit of the writer.</summary>
    public SqliteConnection OpenReader(SqliteFile file)
    {
        migrator.Ensure(file);
        var connection = SqliteOpening.Open(file, options.Value.BusyTimeout);
        try
        {
            SqliteOpening.Run(connection, "PRAGMA query_only = ON; PRAGMA cache_size = -2048;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>What copies the log of a file whose writer this process is.</summary>
    public SqliteCheckpointer Checkpointer(SqliteFile file, ILogger logger) => new(file, options.Value.BusyTimeout, logger);

    public SqliteFiles Files => files;
}

/// <summary>Opens database files without asking for their schema.</summary>
internal static class SqliteOpening
{
    /// <exception cref="StorageUnavailableException">The folder cannot be made or used.</exception>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public static SqliteConnection Open(SqliteFile file, TimeSpan busyTimeout)
    {
        Make(file);
        var text = new SqliteConnectionStringBuilder { DataSource = file.Path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            Run(connection, $"PRAGMA busy_timeout = {(long)busyTimeout.TotalMilliseconds};");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "The texts are constants of this assembly.")]
    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    // SQLite would make the file as the process' umask says; what it makes beside it later gets the mode of this one.
    private static void Make(SqliteFile file)
    {
        var folder = Path.GetDirectoryName(file.Path) ?? file.Path;
        try
        {
            if (!Directory.Exists(folder))
            {
                OwnerOnly.MakeFolder(folder);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new StorageUnavailableException($"The data directory {folder} cannot be made or used: {error.Message}", error);
        }

        try
        {
            if (!File.Exists(file.Path))
            {
                OwnerOnly.OpenFile(file.Path, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // SQLite says in its own words what is wrong with the place.
        }
    }
}
