using MaskedVerify.Domain;
using MaskedVerify.Storage.Tests.HotShards;
using MaskedVerify.Testing;
using static MaskedVerify.Storage.Tests.HotShards.ShardedStores;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>The contract on three databases of a real SQL Server.</summary>
[Trait(SqlServerSuite.Trait, SqlServerSuite.Name)]
public sealed class SqlServerShardedHotStoreTests(SqlServerShardsFixture fixture) : HotStoreContract, IClassFixture<SqlServerShardsFixture>, IAsyncLifetime
{
    private SqlServerStorage? _storage;
    private IReadOnlyList<(ServerDatabase Database, RefusingSource Source)> _parts = [];
    private IHotStore? _store;

    protected override IHotStore Store => _store!;

    protected override int Cases => 4;

    protected override bool IsOneDatabase => false;

    public async ValueTask InitializeAsync()
    {
        await fixture.EmptyAsync();
        _storage = fixture.Over(fixture.Names, options => options.LookUpTimeout = TimeSpan.FromMilliseconds(200));
        _store = _storage.ShardedHotStore(out _parts);
    }

    public async ValueTask DisposeAsync()
    {
        await _store!.Sharded().DisposeAsync();
        await _storage!.DisposeAsync();
    }

    protected override IHotStore NewStore()
    {
        fixture.EmptyAsync().GetAwaiter().GetResult();
        return Store;
    }

    protected override Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync() => fixture.ReadAuditLogAsync();

    protected override bool LoseNextAnswer(bool written)
    {
        Task Fail()
        {
            foreach (var (database, source) in _parts)
            {
                database.CommitStarting = database.CommitEnded = null;
                source.Refuses = true;
            }

            throw new IOException("The connection is gone.");
        }

        foreach (var (database, _) in _parts)
        {
            database.CommitStarting = written ? null : Fail;
            database.CommitEnded = written ? Fail : null;
            database.LookedUp = () =>
            {
                foreach (var (_, source) in _parts)
                {
                    source.Refuses = false;
                }
            };
        }

        return true;
    }
}

/// <summary>Several databases on a real SQL Server, as two silos hold them.</summary>
[Trait(SqlServerSuite.Trait, SqlServerSuite.Name)]
public sealed class SqlServerShardedTests(SqlServerShardsFixture fixture) : ServerShardedContract(fixture), IClassFixture<SqlServerShardsFixture>
{
    [Fact]
    public async Task Store_WhenOneDatabaseIsGone_IsUnavailableForItsAliasesOnly()
    {
        await using var storage = fixture.Over(fixture.Names);
        var store = storage.ShardedHotStore(out var parts);
        for (var shard = 0; shard < Count; shard++)
        {
            await store.CommitAsync(Commit(Pa(AliasIn(shard)), 0, "a", Guard("number", $"{shard}"), Due(AliasIn(shard), 1)));
        }

        // What was open is closed at the next commit, and none can be opened.
        parts[1].Source.Refuses = true;
        parts[1].Database.CommitStarting = () => throw new IOException("The connection is gone.");
        await Assert.ThrowsAnyAsync<Exception>(async () => await RequireAsync(store.CommitAsync(Commit(Pa(AliasIn(1)), 1, "b"))));

        Assert.Equal(CommitStatus.Committed, (await store.CommitAsync(Commit(Pa(AliasIn(0)), 1, "b"))).Status);
        Assert.Equal(CommitStatus.Committed, (await store.CommitAsync(Commit(Pa(AliasIn(2)), 1, "b"))).Status);
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await store.ReadGuardAsync(Key("number"), Noon, Noon));
        Assert.Equal(2, (await store.ClaimDueAsync(Noon, Noon.AddMinutes(1), 10)).Count);

        parts[1].Source.Refuses = false;
        parts[1].Database.CommitStarting = null;
        Assert.Equal(CommitStatus.Committed, (await store.CommitAsync(Commit(Pa(AliasIn(1)), 1, "b"))).Status);
        Assert.Equal(3, (await store.ReadGuardAsync(Key("number"), Noon, Noon)).LastDay);
        await store.Sharded().DisposeAsync();
    }

    private static async Task RequireAsync(ValueTask<CommitResult> commit)
    {
        if ((await commit).Status != CommitStatus.Committed)
        {
            throw new InvalidOperationException("It was not written, or nobody can tell.");
        }
    }
}
