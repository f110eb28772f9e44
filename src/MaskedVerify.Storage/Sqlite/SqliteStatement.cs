using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace MaskedVerify.Storage;

/// <summary>
/// A prepared statement for the life of its connection, without the parameter look-ups and reader objects of an ADO.NET command.
/// Not thread-safe. Columns and parameters count as SQLite counts them: columns from 0, parameters from 1.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(sqlite3_prepare_v3(database, sql, SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public SqliteStatement Bind(int index, long value)
    {
        Check(sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        // An empty span is a null pointer, which SQLite would bind as NULL.
        Check(value.IsEmpty ? sqlite3_bind_zeroblob(_statement, index, 0) : sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        if (value.Length is 0 or > 128)
        {
            Check(sqlite3_bind_text(_statement, index, value));
            return this;
        }

        Span<byte> utf8 = stackalloc byte[value.Length * 3];
        Check(sqlite3_bind_text(_statement, index, utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
        return this;
    }

    /// <summary>Binds a text that is UTF-8 already, such as a column of another statement.</summary>
    public SqliteStatement BindText(int index, ReadOnlySpan<byte> utf8)
    {
        Check(sqlite3_bind_text(_statement, index, utf8));
        return this;
    }

    public SqliteStatement BindNull(int index)
    {
        Check(sqlite3_bind_null(_statement, index));
        return this;
    }

    /// <summary>Runs a statement that returns no rows. How many rows it wrote.</summary>
    public int Run()
    {
        var code = sqlite3_step(_statement);
        if (code != SQLITE_DONE)
        {
            Throw(code);
        }

        sqlite3_reset(_statement);
        return sqlite3_changes(_database);
    }

    /// <summary>The next row; after the last one the statement is ready to run again.</summary>
    public bool Read()
    {
        var code = sqlite3_step(_statement);
        if (code == SQLITE_ROW)
        {
            return true;
        }

        if (code != SQLITE_DONE)
        {
            Throw(code);
        }

        sqlite3_reset(_statement);
        return false;
    }

    /// <summary>Ends reading before the last row.</summary>
    public void Reset() => sqlite3_reset(_statement);

    public bool IsNull(int column) => sqlite3_column_type(_statement, column) == SQLITE_NULL;

    public long Int64(int column) => sqlite3_column_int64(_statement, column);

    public int Int32(int column) => sqlite3_column_int(_statement, column);

    public byte[] Bytes(int column) => sqlite3_column_blob(_statement, column).ToArray();

    /// <summary>Valid until the next call on this statement.</summary>
    public ReadOnlySpan<byte> Span(int column) => sqlite3_column_blob(_statement, column);

    public string Text(int column) => sqlite3_column_text(_statement, column).utf8_to_string();

    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code != SQLITE_OK)
        {
            Throw(code);
        }
    }

    private void Throw(int code)
    {
        // SQLite's messages name tables and columns, never values.
        var error = new SqliteException(sqlite3_errmsg(_database).utf8_to_string(), code & 0xff, sqlite3_extended_errcode(_database));
        if (_statement is { IsInvalid: false })
        {
            sqlite3_reset(_statement);
        }

        throw error;
    }
}
