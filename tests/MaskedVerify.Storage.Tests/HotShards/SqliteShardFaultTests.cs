using MaskedVerify.Domain;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SQLitePCL;
using static MaskedVerify.Storage.Tests.HotShards.ShardedStores;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.HotShards;

/// <summary>One database away, full, missing, swapped, or one too many.</summary>
public sealed class SqliteShardFaultTests : IDisposable
{
    private readonly FakeLoggerProvider _logs = new();
    private readonly string _folder = StorageFixture.NewFolder();

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _logs.Dispose();
    }

    [Fact]
    public async Task Store_WhenOneDatabaseFails_IsUnavailableForItsAliasesOnly()
    {
        using var storage = Open();
        var store = storage.Hot;
        for (var shard = 0; shard < Count; shard++)
        {
            await store.CommitAsync(Commit(
                Pa(AliasIn(shard)), 0, "before", Outcome(AliasIn(shard), 1), Guard("number", $"{shard}"), Due(AliasIn(shard), 1), Map($"known {shard}", AliasIn(shard), 2)));
        }

        const int away = 1;
        storage.Files.HotShards[away].CommitStarting = () => throw new SqliteException("database or disk is full", raw.SQLITE_FULL);
        var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await store.CommitAsync(Commit(Pa(AliasIn(away)), 1, "after")));
        Assert.Contains("The database hot-1 cannot grow because the disk is full", error.Message, StringComparison.Ordinal);
        storage.Files.HotShards[away].CommitStarting = null;

        var hold = new DatabaseLock(PathOf("hot-1"));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await store.CommitAsync(Commit(Pa(AliasIn(away)), 1, "after")));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await store.RecordReceiptAsync(Receipt($"known {away}", AttemptStatus.Sent)));
        foreach (var shard in new[] { 0, 2 })
        {
            Assert.Equal(CommitStatus.Committed, (await store.CommitAsync(Commit(Pa(AliasIn(shard)), 1, "after", Unique($"{shard}") with { Key = Key(KeyIn(2, shard)) }))).Status);
            Assert.NotNull(await store.RecordReceiptAsync(Receipt($"known {shard}", AttemptStatus.Sent)));
        }

        Assert.Equal(2, (await store.ClaimDueAsync(Noon, Noon.AddMinutes(1), 10)).Count);
        Assert.Equal(2, (await store.FindUnappliedReceiptsAsync(10)).Count);
        Assert.Contains(_logs.Collector.GetSnapshot(), record => record.Id.Id == EventIds.HotShardAway && record.Message.Contains("hot-1", StringComparison.Ordinal));

        hold.Dispose();
        Assert.Equal(CommitStatus.Committed, (await store.CommitAsync(Commit(Pa(AliasIn(away)), 1, "after"))).Status);
        await Task.Delay(HotShardGroup.Pause, TestContext.Current.CancellationToken);
        Assert.Equal(Alias(AliasIn(away)), Assert.Single(await store.ClaimDueAsync(Noon, Noon.AddMinutes(1), 10)).Alias);
        Assert.Contains(_logs.Collector.GetSnapshot(), record => record.Id.Id == EventIds.HotShardBack);
    }

    [Fact]
    public async Task Store_WhenOneDatabaseCannotBeRead_PollsTheOthersAndNeitherCountsNorParks()
    {
        using (var before = Open())
        {
            for (var shard = 0; shard < Count; shard++)
            {
                await before.Hot.CommitAsync(Commit(Pa(AliasIn(shard)), 0, "a", Guard("number", $"{shard}"), Map($"known {shard}", AliasIn(shard), 1)));
            }
        }

        using var storage = Open();
        await storage.Hot.ReadAsync("sample", Pa(AliasIn(0)));
        var bytes = await File.ReadAllBytesAsync(PathOf("hot-1"), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(PathOf("hot-1"), new byte[4096], TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Hot.ReadAsync("sample", Pa(AliasIn(1))));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Hot.ReadGuardAsync(Key("number"), Noon, Noon));
        Assert.Empty(await storage.Hot.FindUnappliedReceiptsAsync(10));
        Assert.NotNull(await storage.Hot.RecordReceiptAsync(Receipt("known 2", AttemptStatus.Sent)));

        // It may be the missing one's: the carrier has to bring it again.
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Hot.RecordReceiptAsync(Receipt("known 1", AttemptStatus.Sent)));
        var health = storage.Services.GetRequiredService<IHotStoreHealth>();
        Assert.Equal(["hot-1"], await health.FindAbsentAsync(TestContext.Current.CancellationToken));
        await File.WriteAllBytesAsync(PathOf("hot-1"), bytes, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ReadGuard_WhenADatabaseCouldNotWriteJustNow_CountsItAllTheSame()
    {
        using var storage = Open();
        for (var shard = 0; shard < Count; shard++)
        {
            await storage.Hot.CommitAsync(Commit(Pa(AliasIn(shard)), 0, "a", Guard("number", $"{shard}")));
        }

        using var hold = new DatabaseLock(PathOf("hot-1"));
        await storage.Hot.SweepAsync(Noon, 10, TestContext.Current.CancellationToken);

        Assert.Contains(_logs.Collector.GetSnapshot(), record => record.Id.Id == EventIds.HotShardAway);
        Assert.Equal(3, (await storage.Hot.ReadGuardAsync(Key("number"), Noon, Noon)).LastDay);
    }

    [Fact]
    public async Task Start_WhenTheNumberChanged_RefusesAndLeavesNoFile()
    {
        using (var one = Open(shards: 1))
        {
            await StartAsync(one);
        }

        using (var three = Open())
        {
            var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => StartAsync(three));
            Assert.Contains("hot.db belongs to a hot store of 1 database, but 3 databases are configured", error.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<SchemaMismatchException>(async () => await three.Migrator.MigrateAsync());
            await Assert.ThrowsAsync<SchemaMismatchException>(async () => await three.Migrator.InspectAsync());
        }

        Assert.False(File.Exists(PathOf("hot-1")));
    }

    [Fact]
    public async Task Start_WhenThereAreFewerThanBefore_Refuses()
    {
        await MakeAsync();

        using var two = Open(shards: 2);
        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => StartAsync(two));
        Assert.Contains("--hot-shards 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhenTheOnlyDatabaseIsOlderThanThePlaces_IsTheOnlyOneOfItsStore()
    {
        using (var old = Open(shards: 1))
        {
            var migrator = old.Services.GetRequiredService<SqliteMigrator>();
            migrator.Scripts = [.. SchemaScripts.Of("sqlite").Where(script => script.Version < 4)];
            foreach (var file in old.Files.All)
            {
                Run(file.Path, string.Empty);
            }

            Run(PathOf("hot"), string.Concat(migrator.Scripts.Where(script => script.Database == "hot").Select(script => script.Text)));
            Run(PathOf("hot"), "CREATE TABLE schema_version (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT; INSERT INTO hot_tables (name) VALUES ('sample')");
            foreach (var script in migrator.Scripts.Where(script => script.Database == "hot"))
            {
                Run(PathOf("hot"), $"INSERT INTO schema_version VALUES ({script.Version}, '{script.Name}', '{script.Checksum}', '2030')");
            }
        }

        using (var three = Open())
        {
            await Assert.ThrowsAsync<SchemaMismatchException>(() => StartAsync(three));
        }

        using var one = Open(shards: 1);
        await StartAsync(one);
        Assert.Equal(CommitStatus.Committed, (await one.Hot.CommitAsync(Commit("pa-1", 0, "a"))).Status);
    }

    [Fact]
    public async Task Start_WhenADatabaseIsMissing_RefusesAndMakesNoNewOne()
    {
        await MakeAsync();
        File.Delete(PathOf("hot-2"));

        using var storage = Open();
        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => StartAsync(storage));

        Assert.Contains("hot-2.db should be one of the 3 databases of the hot store but is empty", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("hot-2")));
    }

    [Fact]
    public async Task Start_WhenTwoDatabasesAreSwapped_Refuses()
    {
        await MakeAsync();
        File.Move(PathOf("hot-1"), PathOf("aside"));
        File.Move(PathOf("hot-2"), PathOf("hot-1"));
        File.Move(PathOf("aside"), PathOf("hot-2"));

        using var storage = Open();
        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => StartAsync(storage));

        Assert.Contains("hot-1.db is database hot-2 of the hot store, but is configured as hot-1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhenItMayNotMigrate_NamesTheCommandUntilItRan()
    {
        using var storage = Open(migrateAtStart: false);
        await Assert.ThrowsAsync<SchemaMismatchException>(() => StartAsync(storage));

        var schemas = await storage.Migrator.MigrateAsync();

        Assert.Equal(["control", "hot", "hot-1", "hot-2", "keys"], schemas.Select(schema => schema.Database));
        await StartAsync(storage);
        Run(PathOf("hot"), "UPDATE hot_shard SET complete = 0");
        using var again = Open(migrateAtStart: false);
        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => StartAsync(again));
        Assert.Contains("maskedverify migrate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_WhenThereAreSeveral_CopiesEachAndTheCopyStarts()
    {
        using (var storage = Open())
        {
            await StartAsync(storage);
            for (var shard = 0; shard < Count; shard++)
            {
                await storage.Hot.CommitAsync(Commit(Pa(AliasIn(shard)), 0, $"{shard}"));
            }

            var copies = DataFolderBackup.Run(_folder, PathOf("copy"));
            Assert.Equal(["hot", "hot-1", "hot-2", "keys", "control"], copies.Select(copy => copy.Database));
        }

        using var restored = new StorageFixture(PathOf("copy"), options => options.HotShards = Count);
        await StartAsync(restored);
        for (var shard = 0; shard < Count; shard++)
        {
            Assert.Equal($"{shard}", Text(await restored.Hot.ReadAsync("sample", Pa(AliasIn(shard)))));
        }
    }

    [Fact]
    public async Task Backup_WhenADatabaseIsMissing_Refuses()
    {
        await MakeAsync();
        File.Delete(PathOf("hot-2"));

        var error = Assert.Throws<BackupException>(() => DataFolderBackup.Run(_folder, PathOf("copy")));

        Assert.Contains("hot-2.db", error.Message, StringComparison.Ordinal);
    }

    private async Task MakeAsync()
    {
        using var storage = Open();
        await StartAsync(storage);
    }

    private StorageFixture Open(int shards = Count, bool? migrateAtStart = null) => new(
        _folder,
        options =>
        {
            options.HotShards = shards;
            options.MigrateAtStart = migrateAtStart;
            options.BusyTimeout = TimeSpan.FromMilliseconds(40);
        },
        services => services.AddLogging(logging => logging.AddProvider(_logs)));

    private string PathOf(string name) => Path.Combine(_folder, name == "copy" ? name : name + ".db");

    private static void Run(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static Task StartAsync(StorageFixture storage) =>
        storage.Services.GetServices<IHostedService>().OfType<StorageStartup>().Single().StartingAsync(CancellationToken.None);
}
