using MaskedVerify.Domain;
using MaskedVerify.Storage.Tests.Server;
using MaskedVerify.Testing;

namespace MaskedVerify.Storage.Tests.HotShards;

/// <summary>Several databases of a server, as two silos hold them: the contract, and how migrations make them one store.</summary>
public abstract class ServerShardedContract(ServerShardsFixture fixture) : ShardedHotStoreContract, IAsyncLifetime
{
    private readonly List<ServerStorage> _open = [];

    protected override IHotStore Store => _open[0].Hot;

    public async ValueTask InitializeAsync()
    {
        await fixture.EmptyAsync();
        _open.Add(fixture.Open());
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
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
        Assert.Equal("1 hot", await fixture.Databases[1].RunAsync(
            "SELECT CONCAT(COUNT(*), ' ', MIN(SCHEMA_NAME)) FROM INFORMATION_SCHEMA.SCHEMATA WHERE SCHEMA_NAME IN ('control', 'hot', 'keys')"));
        Assert.Equal("2 of 3", await fixture.Databases[2].RunAsync("SELECT CONCAT(shard, ' of ', shards) FROM hot.hot_shard"));
    }

    [Fact]
    public async Task Migrate_WhenDatabasesAreSwappedFewerMoreOrForeign_RefusesAndChangesNothing()
    {
        var names = fixture.Names;
        var fresh = await fixture.CreateAsync();
        Assert.Contains("is database hot-2 of the hot store, but is configured as hot-1", await RefusalAsync(names[0], names[2], names[1]), StringComparison.Ordinal);
        Assert.Contains("belongs to a hot store of 3 databases, but 2 databases are configured", await RefusalAsync(names[0], names[1]), StringComparison.Ordinal);
        Assert.Contains("belongs to a hot store of 3 databases, but 1 database is configured", await RefusalAsync(names[0]), StringComparison.Ordinal);
        Assert.Contains("should be one of the 3 databases of the hot store but is empty", await RefusalAsync(names[0], names[1], fresh.ConnectionString), StringComparison.Ordinal);
        Assert.Contains("should be one of the 3 databases of the hot store but is empty", await RefusalAsync(fresh.ConnectionString, names[1], names[2]), StringComparison.Ordinal);
        Assert.Equal("0", await fresh.RunAsync("SELECT CONCAT(COUNT(*), '') FROM INFORMATION_SCHEMA.SCHEMATA WHERE SCHEMA_NAME = 'hot'"));
    }

    [Fact]
    public async Task Migrate_WhenManySilosMakeTheStoreAtOnce_ItIsOne()
    {
        ITestDatabase[] databases = [await fixture.CreateAsync(), await fixture.CreateAsync(), await fixture.CreateAsync()];

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            await using var storage = fixture.Over([.. databases.Select(database => database.ConnectionString)]);
            await storage.Migrator.MigrateAsync();
        })));

        List<object?> stores = [];
        List<object?> stamps = [];
        foreach (var database in databases)
        {
            stores.Add(await database.RunAsync("SELECT store FROM hot.hot_shard"));
            stamps.Add(await database.RunAsync("SELECT CONCAT(shard, ' of ', shards, ' complete ', complete) FROM hot.hot_shard"));
        }

        Assert.All(stores, store => Assert.Equal(stores[0], store));
        Assert.Equal(["0 of 3 complete 1", "1 of 3 complete 0", "2 of 3 complete 0"], stamps);
    }

    protected override IHotStore OpenAgain()
    {
        _open.Add(fixture.Open());
        return _open[^1].Hot;
    }

    private protected override IHotShard Shard(int n) => Store.Sharded().Shards[n];

    private async Task<string> RefusalAsync(params string[] names)
    {
        await using var storage = fixture.Over(names);
        return (await Assert.ThrowsAsync<SchemaMismatchException>(async () => await storage.Migrator.MigrateAsync())).Message;
    }
}
