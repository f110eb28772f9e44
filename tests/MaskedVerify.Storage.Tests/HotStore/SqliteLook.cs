using MaskedVerify.Testing;
using Microsoft.Data.Sqlite;

namespace MaskedVerify.Storage.Tests.HotStore;

/// <summary>Looks into a hot database beside its store.</summary>
internal static class SqliteLook
{
    /// <summary>The audit log by shard and number.</summary>
    public static async Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync(StorageFixture storage)
    {
        await using var connection = Open(storage);
        await using var command = connection.CreateCommand();
        command.CommandText = LoggedAudit.Select("audit_log");
        await using var reader = await command.ExecuteReaderAsync();
        return await LoggedAudit.ReadAllAsync(reader);
    }

    /// <summary>The first value of a query.</summary>
    public static long Scalar(StorageFixture storage, string sql)
    {
        using var connection = Open(storage);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Runs a statement with a connection that may write.</summary>
    public static void Run(StorageFixture storage, string sql)
    {
        using var connection = Open(storage);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(StorageFixture storage)
    {
        var connection = new SqliteConnection($"Data Source={storage.Files.Hot.Path};Pooling=False");
        connection.Open();
        return connection;
    }
}
