using MaskedVerify.Domain;

namespace MaskedVerify.Storage.Tests.HotShards;

/// <summary>Several databases on SQLite.</summary>
public sealed class SqliteShardedTests : ShardedHotStoreContract, IDisposable
{
    private readonly string _folder = StorageFixture.NewFolder();
    private readonly List<StorageFixture> _open = [];

    public SqliteShardedTests() => Open();

    protected override IHotStore Store => _open[0].Hot;

    public void Dispose()
    {
        _open.ForEach(storage => storage.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    protected override IHotStore OpenAgain() => Open().Hot;

    private protected override IHotShard Shard(int n) => _open[0].Hot.Sharded().Shards[n];

    private StorageFixture Open()
    {
        _open.Add(new StorageFixture(_folder, options =>
        {
            options.HotShards = ShardedStores.Count;
            options.BusyTimeout = TimeSpan.FromSeconds(10);
        }));
        return _open[^1];
    }
}
