using MaskedVerify.Domain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage.Tests.Migrations;

public sealed class SqliteMigratorTests : IDisposable
{
    private static readonly SchemaScript Later = SchemaScripts.Parse("0999-hot-later", "CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT;");

    private readonly string _folder = StorageFixture.NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Inspect_WhenThereIsNothing_ListsEverythingAsPendingAndCreatesNothing()
    {
        using var storage = new StorageFixture(_folder);

        var schemas = await storage.Migrator.InspectAsync();

        Assert.Equal(["control", "hot", "keys"], schemas.Select(schema => schema.Database));
        Assert.All(schemas, schema => Assert.Equal((0, 0), (schema.Version, schema.Applied.Count)));
        Assert.Equal(InOrder(), schemas.SelectMany(schema => schema.Pending));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Migrate_WhenRepeated_AppliesOnce()
    {
        using var storage = new StorageFixture(_folder);

        var first = await storage.Migrator.MigrateAsync();
        var second = await storage.Migrator.MigrateAsync();

        Assert.Equal(InOrder(), first.SelectMany(schema => schema.AppliedNow));
        Assert.Empty(second.SelectMany(schema => schema.AppliedNow));
        Assert.Equal(second.Select(schema => SchemaScripts.Of("sqlite").Last(script => script.Database == schema.Database).Version), second.Select(schema => schema.Version));
        Assert.Equal(Path.Combine(_folder, "hot.db"), second[1].Location);
        Assert.Empty(second.SelectMany(schema => schema.Pending));
    }

    [Fact]
    public async Task Migrate_WhenManyStartAtOnce_AppliesEachScriptOnce()
    {
        var storages = Enumerable.Range(0, 8).Select(_ => new StorageFixture(_folder, options => options.BusyTimeout = TimeSpan.FromSeconds(30))).ToArray();

        var results = await Task.WhenAll(storages.Select(storage => Task.Run(async () => await storage.Migrator.MigrateAsync())));

        Assert.Equal(SchemaScripts.Of("sqlite").Count, results.SelectMany(schemas => schemas).Sum(schema => schema.AppliedNow.Count));
        Array.ForEach(storages, storage => storage.Dispose());
    }

    [Fact]
    public async Task Start_WhenAScriptIsPending_AppliesItBesideOldRows()
    {
        using (var old = new StorageFixture(_folder))
        {
            await old.Hot.CommitAsync(new HotCommit("sample", "pa-1", 0, [1], []));
        }

        using var newer = new StorageFixture(_folder);
        AddScript(newer, Later);

        Assert.NotNull(await newer.Hot.ReadAsync("sample", "pa-1"));
        Assert.Equal(999, (await newer.Migrator.InspectAsync())[1].Version);
    }

    [Fact]
    public async Task Start_WhenTheOperatorMigrates_RefusesPendingScriptsAndNamesThem()
    {
        using var storage = new StorageFixture(_folder, options => options.MigrateAtStart = false);

        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => Start(storage));

        Assert.Contains("0001-control-storage", error.Message, StringComparison.Ordinal);
        Assert.Contains("maskedverify migrate", error.Message, StringComparison.Ordinal);
        await storage.Migrator.MigrateAsync();
        await Start(storage);
    }

    [Fact]
    public async Task Start_WhenTheSchemaIsNewer_Refuses()
    {
        using (var newer = new StorageFixture(_folder))
        {
            AddScript(newer, Later);
            await newer.Migrator.MigrateAsync();
        }

        using var older = new StorageFixture(_folder);

        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => Start(older));
        Assert.Contains("is newer (0999-hot-later)", error.Message, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await older.Hot.CommitAsync(new HotCommit("sample", "pa-1", 0, [1], [])));
        Assert.Contains("is newer", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await older.Hot.ReadAsync("sample", "pa-1"));
    }

    [Fact]
    public async Task Start_WhenAScriptWasEdited_Refuses()
    {
        using (var before = new StorageFixture(_folder))
        {
            await before.Migrator.MigrateAsync();
        }

        using var after = new StorageFixture(_folder);
        var migrator = after.Services.GetRequiredService<SqliteMigrator>();
        migrator.Scripts = [.. migrator.Scripts.Select(script => SchemaScripts.Parse(script.Name, script.Text + "-- edited"))];

        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => Start(after));

        Assert.Contains("another text of the script 0001-control-storage", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_WhenAScriptFails_LeavesTheDatabaseAsItWas()
    {
        using var storage = new StorageFixture(_folder);
        await storage.Migrator.MigrateAsync();
        AddScript(storage, SchemaScripts.Parse("0998-hot-broken", "CREATE TABLE half (id INTEGER) STRICT; CREATE TABLE half (id INTEGER) STRICT;"));

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Migrator.MigrateAsync());

        AddScript(storage, null);
        Assert.Equal(SchemaScripts.Of("sqlite").Last(script => script.Database == "hot").Version, (await storage.Migrator.InspectAsync())[1].Version);
        using var look = new DatabaseLock(Path.Combine(_folder, "hot.db"), "SELECT 1");
        Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => look.Run("SELECT * FROM half"));
    }

    [Fact]
    public void Pending_WhenAnEarlierScriptIsMissing_Refuses()
    {
        SchemaScript[] scripts = [SchemaScripts.Parse("0001-hot-a", "a"), SchemaScripts.Parse("0002-hot-b", "b")];

        Assert.Throws<SchemaMismatchException>(() => SchemaPlan.Pending("hot.db", scripts, [new(2, "0002-hot-b", scripts[1].Checksum)]));
        Assert.Equal([scripts[1]], SchemaPlan.Pending("hot.db", scripts, [new(1, "0001-hot-a", scripts[0].Checksum)]));
    }

    [Fact]
    public void Checksum_WhenLineEndsDiffer_IsTheSame() =>
        Assert.Equal(SchemaScripts.Parse("0001-hot-a", "x\ny\n").Checksum, SchemaScripts.Parse("0001-hot-a", "x\r\ny\r\n").Checksum);

    // A released script never changes: databases in the field remember these sums.
    [Theory]
    [InlineData("0001-control-storage", "01671fa8be8cfdf726aedf3bdfcf8ceae30533a1aa718f83b90b6a9b4fabe101")]
    [InlineData("0002-hot-tables", "00d3d1c4d19ec91fb8bf3c34ce4e895d6bac9d7db5fefa49dd6d5d168d354fed")]
    [InlineData("0003-keys-tables", "3775c6649a479a222471f081374f6c0ea625ef4233d221242df41efe81c46295")]
    [InlineData("0004-hot-audit-log", "4d982e84038613237ee791ad1aee35bd623436029b2cfbfae5d2adcb45e12819")]
    public void Scripts_WhenReleased_KeepTheirChecksums(string name, string checksum) =>
        Assert.Equal(checksum, SchemaScripts.Of("sqlite").Single(script => script.Name == name).Checksum);

    [Fact]
    public void Options_WhenSeveralAreWrong_AreReportedTogether()
    {
        using var storage = new StorageFixture(" ", options =>
        {
            options.HotShards = 17;
            options.QueueLength = 0;
        });

        var error = Assert.Throws<OptionsValidationException>(() => storage.Services.GetRequiredService<IOptions<StorageOptions>>().Value);

        Assert.Equal(3, error.Failures.Count());
    }

    private static IEnumerable<string> InOrder() => SchemaScripts.Of("sqlite").OrderBy(script => script.Database, StringComparer.Ordinal).Select(script => script.Name);

    private static void AddScript(StorageFixture storage, SchemaScript? script)
    {
        var migrator = storage.Services.GetRequiredService<SqliteMigrator>();
        migrator.Scripts = script is null ? SchemaScripts.Of("sqlite") : [.. SchemaScripts.Of("sqlite"), script];
    }

    private static Task Start(StorageFixture storage) =>
        storage.Services.GetServices<IHostedService>().OfType<StorageStartup>().Single().StartingAsync(CancellationToken.None);
}
