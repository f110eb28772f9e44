using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MaskedVerify.Storage;

/// <summary>What the databases of a server engine remember about their part in the hot store. The texts are the same for both products.</summary>
internal static class ServerStamps
{
    /// <summary>Null for a database that was never a part of a hot store.</summary>
    /// <param name="connection">Over which to ask.</param>
    /// <param name="hasTable">A query that returns one row if the table <c>hot.&lt;name&gt;</c> is there.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    public static async Task<HotShardStamp?> ReadAsync(DbConnection connection, Func<string, string> hasTable, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(connection, hasTable("hot_shard"), cancellationToken))
        {
            await using var select = Command(connection, "SELECT shard, shards, store, complete FROM hot.hot_shard");
            await using var row = await select.ExecuteReaderAsync(cancellationToken);
            return await row.ReadAsync(cancellationToken) ? new HotShardStamp(row.GetInt32(0), row.GetInt32(1), row.Bytes(2), row.GetInt32(3) == 1) : null;
        }

        // Made by a program that knew one hot database only.
        return await ExistsAsync(connection, hasTable("hot_tables"), cancellationToken) && await ExistsAsync(connection, "SELECT 1 FROM hot.hot_tables", cancellationToken)
            ? new HotShardStamp(0, 1, [], IsComplete: true)
            : null;
    }

    /// <summary>Writes a step, unless another process did.</summary>
    public static async Task WriteAsync(DbConnection connection, HotShardStep step, CancellationToken cancellationToken)
    {
        try
        {
            await using var write = Command(connection, step.IsChange
                ? "UPDATE hot.hot_shard SET complete = @complete WHERE store = @store"
                : "INSERT INTO hot.hot_shard (one, shard, shards, store, complete) SELECT 1, @shard, @shards, @store, @complete WHERE NOT EXISTS (SELECT 1 FROM hot.hot_shard)");
            Add(write, "@store", step.Stamp.Store);
            Add(write, "@complete", step.Stamp.IsComplete ? 1 : 0);
            if (!step.IsChange)
            {
                Add(write, "@shard", step.Stamp.Shard);
                Add(write, "@shards", step.Stamp.Shards);
            }

            await write.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (DbException) when (!step.IsChange)
        {
            // Perhaps another process was faster: its row is judged with the next look.
            if (!await ExistsAsync(connection, "SELECT 1 FROM hot.hot_shard", cancellationToken))
            {
                throw;
            }
        }
    }

    private static async Task<bool> ExistsAsync(DbConnection connection, string query, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, query);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken);
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    [SuppressMessage("Security", "CA2100", Justification = "The texts are constants of this assembly.")]
    private static DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
