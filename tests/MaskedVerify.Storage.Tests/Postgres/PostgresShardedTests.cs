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
        _proxy = new CutProxy(fixture.At(0).Server.Port);
        _storage = fixture.OpenThrough(_proxy, options => options.LookUpTimeout = TimeSpan.FromMilliseconds(200));
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
public sealed class PostgresShardedTests(PostgresShardsFixture fixture) : ServerShardedContract(fixture), IClassFixture<PostgresShardsFixture>
{
    [Fact]
    public async Task Store_WhenOneDatabaseIsGone_IsUnavailableForItsAliasesOnly()
    {
        await using var storage = fixture.Open();
        for (var shard = 0; shard < Count; shard++)
        {
            await storage.Hot.CommitAsync(Commit(Pa(AliasIn(shard)), 0, "a", Guard("number", $"{shard}"), Due(AliasIn(shard), 1)));
        }

        var gone = fixture.At(1);
        var server = new PostgresDatabase(gone.Server, "postgres");
        await server.ExecuteAsync($"ALTER DATABASE {gone.Name} ALLOW_CONNECTIONS false");
        try
        {
            await server.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{gone.Name}'");

            await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Hot.CommitAsync(Commit(Pa(AliasIn(1)), 1, "b")));
            Assert.Equal(CommitStatus.Committed, (await storage.Hot.CommitAsync(Commit(Pa(AliasIn(0)), 1, "b"))).Status);
            Assert.Equal(CommitStatus.Committed, (await storage.Hot.CommitAsync(Commit(Pa(AliasIn(2)), 1, "b"))).Status);
            await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Hot.ReadGuardAsync(Key("number"), Noon, Noon));
            Assert.Equal(2, (await storage.Hot.ClaimDueAsync(Noon, Noon.AddMinutes(1), 10)).Count);
        }
        finally
        {
            await server.ExecuteAsync($"ALTER DATABASE {gone.Name} ALLOW_CONNECTIONS true");
        }

        Assert.Equal(CommitStatus.Committed, (await storage.Hot.CommitAsync(Commit(Pa(AliasIn(1)), 1, "b"))).Status);
        Assert.Equal(3, (await storage.Hot.ReadGuardAsync(Key("number"), Noon, Noon)).LastDay);
    }
}
