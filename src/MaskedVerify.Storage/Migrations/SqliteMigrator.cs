using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SQLitePCL;

namespace MaskedVerify.Storage;

/// <summary>Schema of the embedded engine. Two processes that start at once are put in order by SQLite's write lock.</summary>
internal sealed partial class SqliteMigrator(
    IOptions<StorageOptions> options, SqliteFiles files, TimeProvider time, ILogger<SqliteMigrator> logger) : IDatabaseMigrator
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _fitting = new(StringComparer.Ordinal);

    /// <summary>The scripts of this program; a test may put others in their place.</summary>
    public IReadOnlyList<SchemaScript> Scripts { get; set; } = SchemaScripts.Of("sqlite");

    public ValueTask<IReadOnlyList<DatabaseSchema>> InspectAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<DatabaseSchema> schemas = [.. files.All.Select(file => Guarded(file, Inspect))];
        return ValueTask.FromResult(schemas);
    }

    public ValueTask<IReadOnlyList<DatabaseSchema>> MigrateAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<DatabaseSchema> schemas = [.. files.All.Select(file =>
        {
            Close(file);
            return Guarded(file, Migrate);
        })];
        return ValueTask.FromResult(schemas);
    }

    /// <summary>Returns once a file has the right schema; applies pending scripts unless the operator keeps that for himself.</summary>
    /// <exception cref="SchemaMismatchException">It does not fit.</exception>
    /// <exception cref="StorageUnavailableException">It cannot be read or written.</exception>
    public void Ensure(SqliteFile file)
    {
        lock (_gate)
        {
            if (!_fitting.Contains(file.Name))
            {
                EnsureSchema(file);
                _fitting.Add(file.Name);
            }
        }
    }

    private void EnsureSchema(SqliteFile file)
    {
        Close(file);
        var schema = Guarded(file, Inspect);
        if (schema.Pending.Count > 0 && !options.Value.AppliesAtStart)
        {
            throw new SchemaMismatchException(
                $"The schema of {file.Path} lacks {string.Join(", ", schema.Pending)}. Run `maskedverify migrate`, or set MigrateAtStart.");
        }

        if (schema.Pending.Count > 0)
        {
            Guarded(file, Migrate);
        }

        Guarded(file, RequireWritable);
    }

    /// <summary>Takes from others what they may do with the folder, the file, and what SQLite keeps beside it.</summary>
    /// <exception cref="StorageUnavailableException">That cannot be.</exception>
    private void Close(SqliteFile file)
    {
        try
        {
            string[] paths = [file.Path, file.Path + "-wal", file.Path + "-shm", file.Path + "-journal"];
            var folder = Directory.Exists(files.Directory) ? OwnerOnly.CloseFolder(files.Directory, files.All.Select(known => Path.GetFileName(known.Path))) : null;
            foreach (var mended in paths.Where(File.Exists).Select(OwnerOnly.Close).Prepend(folder).OfType<string>())
            {
                LogClosed(mended);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException(error.Message, error);
        }
    }

    private DatabaseSchema Inspect(SqliteFile file)
    {
        if (!File.Exists(file.Path))
        {
            return Describe(file, [], []);
        }

        using var connection = SqliteOpening.Open(file, options.Value.BusyTimeout);
        return Describe(file, ReadApplied(connection), []);
    }

    // SQLite opens a file that it may not write for reading only, and says nothing before the first write.
    private DatabaseSchema RequireWritable(SqliteFile file)
    {
        using var connection = SqliteOpening.Open(file, options.Value.BusyTimeout);
        return raw.sqlite3_db_readonly(connection.Handle, "main") == 0
            ? Describe(file, [], [])
            : throw new SqliteException("The database is read-only.", raw.SQLITE_READONLY);
    }

    private DatabaseSchema Migrate(SqliteFile file)
    {
        using var connection = SqliteOpening.Open(file, options.Value.BusyTimeout);
        SqliteOpening.Run(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        using var transaction = connection.BeginTransaction();
        var applied = ReadApplied(connection);
        var pending = Pending(file, applied);
        if (pending.Count > 0)
        {
            MakeVersionTable(connection);
        }

        foreach (var script in pending)
        {
            SqliteOpening.Run(connection, script.Text);
            Remember(connection, script);
        }

        transaction.Commit();
        foreach (var script in pending)
        {
            LogApplied(script.Name, file.Path);
        }

        return Describe(file, [.. applied, .. pending.Select(script => script.Applied)], [.. pending.Select(script => script.Name)]);
    }

    private DatabaseSchema Describe(SqliteFile file, List<AppliedScript> applied, List<string> appliedNow)
    {
        var pending = Pending(file, applied);
        return new DatabaseSchema(
            file.Name,
            file.Path,
            applied.Count == 0 ? 0 : applied.Max(script => script.Version),
            [.. applied.Select(script => script.Name)],
            appliedNow,
            [.. pending.Select(script => script.Name)],
            SchemaPlan.Serves([.. applied, .. pending.Select(script => script.Applied)]));
    }

    private IReadOnlyList<SchemaScript> Pending(SqliteFile file, List<AppliedScript> applied) =>
        SchemaPlan.Pending(file.Path, file.Name, Scripts, applied);

    // Tables of before scripts said whom they serve lack the column; whoever only looks leaves them so.
    private static void MakeVersionTable(SqliteConnection connection)
    {
        SqliteOpening.Run(connection, """
            CREATE TABLE IF NOT EXISTS schema_version
            (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL, serves INTEGER) STRICT;
            """);
        if (!HasServes(connection))
        {
            SqliteOpening.Run(connection, "ALTER TABLE schema_version ADD COLUMN serves INTEGER;");
        }
    }

    private static bool HasServes(SqliteConnection connection) => Count(connection, "SELECT count(*) FROM pragma_table_info('schema_version') WHERE name = 'serves'") > 0;

    private static long Count(SqliteConnection connection, string query)
    {
        using var count = connection.CreateCommand();
        count.CommandText = query;
        return (long)(count.ExecuteScalar() ?? 0L);
    }

    private static List<AppliedScript> ReadApplied(SqliteConnection connection)
    {
        if (Count(connection, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'") == 0)
        {
            return [];
        }

        using var select = connection.CreateCommand();
        select.CommandText = $"SELECT version, name, checksum, {(HasServes(connection) ? "serves" : "NULL")} FROM schema_version ORDER BY version";
        using var reader = select.ExecuteReader();
        var applied = new List<AppliedScript>();
        while (reader.Read())
        {
            applied.Add(new AppliedScript(reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetInt32(3)));
        }

        return applied;
    }

    private void Remember(SqliteConnection connection, SchemaScript script)
    {
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO schema_version (version, name, checksum, applied_at, serves) VALUES ($version, $name, $checksum, $at, $serves)";
        insert.Parameters.AddWithValue("$version", script.Version);
        insert.Parameters.AddWithValue("$name", script.Name);
        insert.Parameters.AddWithValue("$checksum", script.Checksum);
        insert.Parameters.AddWithValue("$at", time.GetUtcNow().ToString("O"));
        insert.Parameters.AddWithValue("$serves", (object?)script.Serves ?? DBNull.Value);
        insert.ExecuteNonQuery();
    }

    private static T Guarded<T>(SqliteFile file, Func<SqliteFile, T> action)
    {
        try
        {
            return action(file);
        }
        catch (SqliteException error)
        {
            throw error.Unavailable(file);
        }
    }

    [LoggerMessage(EventIds.DatabaseWasOpenToOthers, LogLevel.Warning, "{Mended} Who had an account on this machine may have read it.")]
    private partial void LogClosed(string mended);

    [LoggerMessage(EventIds.SchemaApplied, LogLevel.Information, "Schema script {Script} was applied to {Location}")]
    private partial void LogApplied(string script, string location);
}
