using MaskedVerify.Domain;
using MaskedVerify.Storage.Tests.HotShards;
using MaskedVerify.Testing;
using static MaskedVerify.Storage.Tests.HotShards.ShardedStores;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>The contract on three databases of PostgreSQL, with a proxy before the server that can lose an answer.</summary>
public sealed class PostgresShardedHotStoreTests(PostgresShardsFixture fixture) : HotStoreContract, IClassFixture<PostgresShardsFixture>, IAsyncLifetime
{
    private CutProxy? _proxy;
    private PostgresStorage? _storage;

    protected override IHotStore Store => _storage!.Hot;

    protected override int Cases => 4;

    protected override bool IsOneDatabase => false;

    public async ValueTask InitializeAsync()
    {
        await fixture.EmptyAsync();
        _proxy = new CutProxy(fixture.Databases[0].Server.Port);
        _storage = fixture.Open(_proxy.Port, options => options.LookUpTimeout = TimeSpan.FromMilliseconds(200));
    }

    public async ValueTask DisposeAsync()
    {
        await _storage!.DisposeAsync();
        await _proxy!.DisposeAsync();
    }

    protected override IHotStore NewStore()
    {
        fixture.EmptyAsync().GetAwaiter().GetResult();
        return Store;
    }

    protected override Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync() => fixture.ReadAuditLogAsync();

    protected override bool LoseNextAnswer(bool written)
    {
        _proxy!.CutNext(written ? CutPoint.After : CutPoint.Before, thenRefuse: true);
        foreach (var database in _storage!.Engine.HotShards)
        {
            database.LookedUp = () => _proxy.Refuses = false;
        }

        return true;
    }
}

/// <summary>Several databases on PostgreSQL, as two silos hold them.</summary>
public sealed class PostgresShardedTests(PostgresShardsFixture fixture) : ShardedHotStoreContract, IClassFixture<PostgresShardsFixture>, IAsyncLifetime
{
    private readonly List<PostgresStorage> _open = [];

    protected override IHotStore Store => _open[0].Hot;

    public async ValueTask InitializeAsync()
    {
        await fixture.EmptyAsync();
        _open.Add(fixture.Open());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var storage in _open)
        {
            await storage.DisposeAsync();
        }
    }

    [Fact]
    public async Task Migrate_WhenThereAreThree_AppliesTheHotScriptsToEachAndNoOther()
    {
        var schemas = await _open[0].Migrator.InspectAsync();

        Assert.Equal(["control", "hot", "hot-1", "hot-2", "keys"], schemas.Select(schema => schema.Database));
        Assert.All(schemas, schema => Assert.Empty(schema.Pending));
        Assert.Equal("hot", await fixture.Databases[1].ScalarAsync<string>("SELECT string_agg(schema_name, ' ') FROM information_schema.schemata WHERE schema_name IN ('control', 'hot', 'keys')"));
        Assert.Equal("2 of 3", await fixture.Databases[2].ScalarAsync<string>("SELECT shard || ' of ' || shards FROM hot.hot_shard"));
    }

    [Fact]
    public async Task Migrate_WhenDatabasesAreSwappedFewerMoreOrForeign_RefusesAndChangesNothing()
    {
        var names = fixture.Databases.Select(database => database.ConnectionString).ToArray();
        var fresh = await PostgresDatabase.CreateAsync();
        Assert.Contains("is database hot-2 of the hot store, but is configured as hot-1", await RefusalAsync(names[0], names[2], names[1]), StringComparison.Ordinal);
        Assert.Contains("belongs to a hot store of 3 databases, but 2 databases are configured", await RefusalAsync(names[0], names[1]), StringComparison.Ordinal);
        Assert.Contains("belongs to a hot store of 3 databases, but 1 database is configured", await RefusalAsync(names[0]), StringComparison.Ordinal);
        Assert.Contains("should be one of the 3 databases of the hot store but is empty", await RefusalAsync(names[0], names[1], fresh.ConnectionString), StringComparison.Ordinal);
        Assert.Contains("should be one of the 3 databases of the hot store but is empty", await RefusalAsync(fresh.ConnectionString, names[1], names[2]), StringComparison.Ordinal);
        Assert.Null(await fresh.ScalarAsync<string>("SELECT to_regnamespace('hot')::text"));
    }

    [Fact]
    public async Task Migrate_WhenManySilosMakeTheStoreAtOnce_ItIsOne()
    {
        PostgresDatabase[] databases = [await PostgresDatabase.CreateAsync(), await PostgresDatabase.CreateAsync(), await PostgresDatabase.CreateAsync()];
        var names = databases.Select(database => database.ConnectionString).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            await using var storage = Over(names);
            await storage.Migrator.MigrateAsync();
        })));

        List<string?> stamps = [];
        foreach (var database in databases)
        {
            stamps.Add(await database.ScalarAsync<string>("SELECT concat_ws(' ', encode(store, 'hex'), shards, complete) FROM hot.hot_shard"));
        }

        Assert.Equal($"{stamps[1]![..^1]}1", stamps[0]);
        Assert.Equal(stamps[1], stamps[2]);
    }

    [Fact]
    public async Task Store_WhenOneDatabaseIsGone_IsUnavailableForItsAliasesOnly()
    {
        var databases = fixture.Databases;
        await using var storage = fixture.Open();
        for (var shard = 0; shard < Count; shard++)
        {
            await storage.Hot.CommitAsync(Commit(Pa(AliasIn(shard)), 0, "a", Guard("number", $"{shard}"), Due(AliasIn(shard), 1)));
        }

        var server = new PostgresDatabase(databases[0].Server, "postgres");
        await server.ExecuteAsync($"ALTER DATABASE {databases[1].Name} ALLOW_CONNECTIONS false");
        try
        {
            await server.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{databases[1].Name}'");

            await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Hot.CommitAsync(Commit(Pa(AliasIn(1)), 1, "b")));
            Assert.Equal(CommitStatus.Committed, (await storage.Hot.CommitAsync(Commit(Pa(AliasIn(0)), 1, "b"))).Status);
            Assert.Equal(CommitStatus.Committed, (await storage.Hot.CommitAsync(Commit(Pa(AliasIn(2)), 1, "b"))).Status);
            Assert.Equal(2, (await storage.Hot.ReadGuardAsync(Key("number"), Noon, Noon)).LastDay);
            Assert.Equal(2, (await storage.Hot.ClaimDueAsync(Noon, Noon.AddMinutes(1), 10)).Count);
        }
        finally
        {
            await server.ExecuteAsync($"ALTER DATABASE {databases[1].Name} ALLOW_CONNECTIONS true");
        }

        Assert.Equal(CommitStatus.Committed, (await storage.Hot.CommitAsync(Commit(Pa(AliasIn(1)), 1, "b"))).Status);
    }

    protected override IHotStore OpenAgain()
    {
        _open.Add(fixture.Open());
        return _open[^1].Hot;
    }

    private protected override IHotShard Shard(int n) => Store.Sharded().Shards[n];

    private static async Task<string> RefusalAsync(params string[] names)
    {
        await using var storage = Over(names);
        return (await Assert.ThrowsAsync<SchemaMismatchException>(async () => await storage.Migrator.MigrateAsync())).Message;
    }

    private static PostgresStorage Over(string[] names) => new(names[0], options =>
    {
        foreach (var further in names.Skip(1))
        {
            options.HotDatabases.Add(further);
        }
    });
}
