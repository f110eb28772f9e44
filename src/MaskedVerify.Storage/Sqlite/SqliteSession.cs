using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace MaskedVerify.Storage;

/// <summary>A connection and its prepared statements. Used by one thread at a time.</summary>
internal abstract class SqliteSession(SqliteConnection connection) : IDisposable
{
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
