using Microsoft.Data.Sqlite;

namespace MaskedVerify.Storage;

/// <summary>What hot database files remember about their part in the hot store.</summary>
internal static class SqliteStamps
{
    /// <summary>Null for a file that is not there or was never used.</summary>
    public static HotShardStamp? Read(SqliteFile file, TimeSpan busyTimeout)
    {
        if (!File.Exists(file.Path))
        {
            return null;
        }

        using var connection = SqliteOpening.Open(file, busyTimeout);
        if (!HasTable(connection, "hot_shard"))
        {
            // Made by a program that knew one hot database only.
            return HasTable(connection, "hot_tables") && Exists(connection, "SELECT 1 FROM hot_tables") ? new HotShardStamp(0, 1, [], IsComplete: true) : null;
        }

        using var select = connection.CreateCommand();
        select.CommandText = "SELECT shard, shards, store, complete FROM hot_shard";
        using var row = select.ExecuteReader();
        return row.Read() ? new HotShardStamp(row.GetInt32(0), row.GetInt32(1), row.GetFieldValue<byte[]>(2), row.GetInt32(3) == 1) : null;
    }

    /// <summary>Writes a step, unless another process did.</summary>
    public static void Write(SqliteFile file, HotShardStep step, TimeSpan busyTimeout)
    {
        using var connection = SqliteOpening.Open(file, busyTimeout);
        SqliteOpening.Run(connection, "PRAGMA synchronous = FULL;");
        using var write = connection.CreateCommand();
        write.CommandText = step.IsChange
            ? "UPDATE hot_shard SET complete = $complete WHERE store = $store"
            : "INSERT INTO hot_shard (one, shard, shards, store, complete) VALUES (1, $shard, $shards, $store, $complete) ON CONFLICT DO NOTHING";
        write.Parameters.AddWithValue("$shard", step.Stamp.Shard);
        write.Parameters.AddWithValue("$shards", step.Stamp.Shards);
        write.Parameters.AddWithValue("$store", step.Stamp.Store);
        write.Parameters.AddWithValue("$complete", step.Stamp.IsComplete ? 1 : 0);
        write.ExecuteNonQuery();
    }

    private static bool HasTable(SqliteConnection connection, string name) => Exists(connection, $"SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '{name}'");

    private static bool Exists(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT EXISTS ({query})";
        return command.ExecuteScalar() is 1L;
    }
}
