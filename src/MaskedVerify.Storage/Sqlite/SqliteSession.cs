using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace MaskedVerify.Storage;

/// <summary>A connection and its prepared statements. Used by one thread at a time.</summary>
internal abstract class SqliteSession(SqliteConnection connection) : IDisposable
{
    // SQLITE_DBSTATUS_CACHE_WRITE: the wrapper has no name for it.
    private const int CacheWrite = 9;

    private readonly List<SqliteStatement> _statements = [];
    private SqliteStatement? _begin;
    private SqliteStatement? _commit;

    protected sqlite3 Handle { get; } = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");

    /// <summary>Rows written since <see cref="Begin"/>.</summary>
    public long Rows { get; private set; }

    private bool InTransaction => sqlite3_get_autocommit(Handle) == 0;

    /// <summary>Takes the write lock at once: a transaction that would have to upgrade from a read could fail half-way.</summary>
    public void Begin()
    {
        Rows = 0;
        (_begin ??= Prepare("BEGIN IMMEDIATE")).Run();
    }

    public void Commit() => (_commit ??= Prepare("COMMIT")).Run();

    /// <summary>Undoes the open transaction, if SQLite has not done so itself.</summary>
    public void Rollback()
    {
        if (InTransaction)
        {
            using var rollback = new SqliteStatement(Handle, "ROLLBACK");
            rollback.Run();
        }
    }

    /// <summary>Runs a statement and counts its rows.</summary>
    public int Write(SqliteStatement statement)
    {
        var changes = statement.Run();
        Rows += changes;
        return changes;
    }

    /// <summary>Pages that this connection wrote to the log since the last question.</summary>
    public int TakePagesWritten() => sqlite3_db_status(Handle, CacheWrite, out var pages, out _, 1) == SQLITE_OK ? pages : 0;

    /// <summary>Copies what can be copied of the log now, without waiting for readers.</summary>
    /// <returns>0 or SQLite's extended code; pages in the log; how many of them are copied.</returns>
    public (int Error, int Log, int Copied) Checkpoint() => Checkpoint(Handle);

    /// <inheritdoc cref="Checkpoint()"/>
    public static (int Error, int Log, int Copied) Checkpoint(sqlite3 handle)
    {
        var code = sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_PASSIVE, out var log, out var copied);
        return (code, log, copied);
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }

        connection.Dispose();
        GC.SuppressFinalize(this);
    }

    protected SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(Handle, sql);
        _statements.Add(statement);
        return statement;
    }
}
