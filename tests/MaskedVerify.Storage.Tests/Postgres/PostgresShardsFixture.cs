using MaskedVerify.Storage.Tests.HotShards;
using MaskedVerify.Testing;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <inheritdoc/>
public sealed class PostgresShardsFixture : ServerShardsFixture
{
    protected override string EmptyHot => """
        SET synchronous_commit = off; DELETE FROM hot.hot_state; DELETE FROM hot.unique_keys; DELETE FROM hot.outcomes; DELETE FROM hot.guard_counts;
        DELETE FROM hot.receipts; DELETE FROM hot.due; DELETE FROM hot.audit_outbox;
        ALTER TABLE hot.audit_log DISABLE TRIGGER USER; DELETE FROM hot.audit_log; ALTER TABLE hot.audit_log ENABLE TRIGGER USER; UPDATE hot.audit_heads SET newest = 0
        """;

    /// <summary>One of the three.</summary>
    public PostgresDatabase At(int shard) => (PostgresDatabase)Databases[shard];

    /// <summary>The engine on the three through a proxy before their server.</summary>
    public PostgresStorage OpenThrough(CutProxy proxy, Action<StorageOptions> configure) =>
        Over([.. Enumerable.Range(0, Databases.Count).Select(shard => At(shard).Server.ConnectionString(At(shard).Name, proxy.Port))], configure);

    public override PostgresStorage Over(IReadOnlyList<string> names, Action<StorageOptions>? configure = null) => new(names[0], Further(names, configure));

    protected override async Task<ITestDatabase> MakeAsync() => await PostgresDatabase.CreateAsync();
}
