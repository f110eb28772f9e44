using Microsoft.Data.Sqlite;

namespace MaskedVerify.Storage.Tests;

/// <summary>Holds the write lock of a database as another process would, until disposed.</summary>
public sealed class DatabaseLock : IDisposable
{
    private readonly SqliteConnection _connection;

    public DatabaseLock(string path, string begin = "BEGIN EXCLUSIVE")
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
        Run(begin);
    }

    public void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteScalar();
    }

    public void Dispose() => _connection.Dispose();
}
