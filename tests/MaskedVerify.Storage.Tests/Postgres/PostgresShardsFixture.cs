using MaskedVerify.Testing;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>Three migrated databases that make one hot store, for the tests of one class.</summary>
public sealed class PostgresShardsFixture : IAsyncLifetime
{
    private PostgresDatabase[] _databases = [];

    public IReadOnlyList<PostgresDatabase> Databases => _databases;

    public async ValueTask InitializeAsync()
    {
        _databases = [await PostgresDatabase.CreateAsync(), await PostgresDatabase.CreateAsync(), await PostgresDatabase.CreateAsync()];
        await using var storage = Open();
        await storage.Migrator.MigrateAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The engine on these databases, perhaps through a proxy.</summary>
    public PostgresStorage Open(int? port = null, Action<StorageOptions>? configure = null) => new(_databases[0], port, options =>
    {
        foreach (var further in _databases.Skip(1))
        {
            options.HotDatabases.Add(further.Server.ConnectionString(further.Name, port));
        }

        configure?.Invoke(options);
    });

    /// <summary>Empties the hot tables of all. The tables are small: deleting is faster than making new files.</summary>
    public Task EmptyAsync() => Task.WhenAll(_databases.Select(database => database.ExecuteAsync("""
        SET synchronous_commit = off; DELETE FROM hot.hot_state; DELETE FROM hot.unique_keys; DELETE FROM hot.outcomes; DELETE FROM hot.guard_counts;
        DELETE FROM hot.receipts; DELETE FROM hot.due; DELETE FROM hot.audit_outbox;
        ALTER TABLE hot.audit_log DISABLE TRIGGER USER; DELETE FROM hot.audit_log; ALTER TABLE hot.audit_log ENABLE TRIGGER USER; UPDATE hot.audit_heads SET newest = 0
        """)));

    /// <summary>The audit log by database, shard and number.</summary>
    public async Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync()
    {
        List<LoggedAudit> log = [];
        for (var database = 0; database < _databases.Length; database++)
        {
            log.AddRange((await _databases[database].ReadAuditLogAsync()).Select(row => row with { Database = database }));
        }

        return log;
    }
}
