using Npgsql;

namespace MaskedVerify.Testing;

/// <summary>A database of its own on a <see cref="PostgresServer"/>.</summary>
/// <param name="Server">Its server.</param>
/// <param name="Name">Its name.</param>
public sealed record PostgresDatabase(PostgresServer Server, string Name) : ITestDatabase
{
    private static int s_last;

    /// <summary>The superuser's connection string.</summary>
    public string ConnectionString => Server.ConnectionString(Name);

    /// <summary>An empty database without any schema, on the shared server unless another is named.</summary>
    public static async Task<PostgresDatabase> CreateAsync(PostgresServer? server = null)
    {
        server ??= await PostgresServer.Shared;
        var name = $"mv_{Interlocked.Increment(ref s_last)}";
        await new PostgresDatabase(server, "postgres").ExecuteAsync($"CREATE DATABASE {name}");
        return new PostgresDatabase(server, name);
    }

    /// <summary>Runs statements.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first value that a query returns.</summary>
    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <inheritdoc/>
    Task<object?> ITestDatabase.RunAsync(string sql) => ScalarAsync<object>(sql);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(LoggedAudit.Select("hot.audit_log"), connection);
        await using var reader = await command.ExecuteReaderAsync();
        return await LoggedAudit.ReadAllAsync(reader);
    }

    /// <summary>Empties every table of the hot and keys schemas, the append-only one too.</summary>
    public Task TruncateAsync() => ExecuteAsync("""
        ALTER TABLE hot.audit_log DISABLE TRIGGER USER;
        TRUNCATE hot.hot_state, hot.unique_keys, hot.outcomes, hot.guard_counts, hot.receipts, hot.due, hot.audit_outbox, hot.audit_log,
          keys.alias_index, keys.subject_keys, keys.named_keys;
        ALTER TABLE hot.audit_log ENABLE TRIGGER USER;
        UPDATE hot.audit_heads SET newest = 0;
        """);
}
