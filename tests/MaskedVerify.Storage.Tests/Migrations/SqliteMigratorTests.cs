using MaskedVerify.Domain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage.Tests.Migrations;

public sealed class SqliteMigratorTests : IDisposable
{
    private static readonly SchemaScript Later = SchemaScripts.Parse("0999-hot-later", "CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT;");

    private readonly string _folder = StorageFixture.NewFolder();

    private static int Newest => SchemaScripts.Of("sqlite").Max(script => script.Version);

    private static SchemaScript ServingLater => SchemaScripts.Parse(Later.Name, $"-- serves: {Newest}\n{Later.Text}");

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
    public async Task Start_WhenTheSchemaIsNewerAndServesThisProgram_WritesBesideTheNewerOne()
    {
        using var newer = new StorageFixture(_folder);
        AddScript(newer, ServingLater);
        await newer.Migrator.MigrateAsync();

        using var older = new StorageFixture(_folder, options => options.MigrateAtStart = false);
        await Start(older);
        await older.Hot.CommitAsync(new HotCommit("sample", "pa-1", 0, [1], []));

        Assert.NotNull(await newer.Hot.ReadAsync("sample", "pa-1"));
        Assert.Empty((await older.Migrator.MigrateAsync()).SelectMany(schema => schema.AppliedNow));
        Assert.Equal((999, Newest), ((await older.Migrator.InspectAsync())[1].Version, (await older.Migrator.InspectAsync())[1].Serves));
    }

    [Fact]
    public async Task Start_WhenOneOfTheNewerScriptsServesOnlyANewerProgram_Refuses()
    {
        using (var newer = new StorageFixture(_folder))
        {
            AddScript(newer, ServingLater, SchemaScripts.Parse("1000-hot-latest", "-- serves: 999\nCREATE TABLE latest (id INTEGER PRIMARY KEY) STRICT;"));
            await newer.Migrator.MigrateAsync();
        }

        using var older = new StorageFixture(_folder);

        Assert.Contains("is newer (1000-hot-latest)", (await Assert.ThrowsAsync<SchemaMismatchException>(() => Start(older))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhenTheDatabaseIsFromBeforeScriptsSaidWhomTheyServe_ReadsAndMigratesIt()
    {
        using (var before = new StorageFixture(_folder))
        {
            await before.Migrator.MigrateAsync();
        }

        foreach (var database in new[] { "control", "hot", "keys" })
        {
            using var old = new DatabaseLock(Path.Combine(_folder, database + ".db"), "ALTER TABLE schema_version DROP COLUMN serves");
        }

        using var after = new StorageFixture(_folder, options => options.MigrateAtStart = false);
        await Start(after);
        Assert.Equal(SchemaScripts.Of("sqlite").Last(script => script.Database == "hot").Version, (await after.Migrator.InspectAsync())[1].Serves);
        AddScript(after, ServingLater);
        Assert.Equal(["0999-hot-later"], (await after.Migrator.MigrateAsync()).SelectMany(schema => schema.AppliedNow));
        Assert.Equal(999, (await after.Migrator.InspectAsync())[1].Version);
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

        AddScript(storage);
        Assert.Equal(SchemaScripts.Of("sqlite").Last(script => script.Database == "hot").Version, (await storage.Migrator.InspectAsync())[1].Version);
        using var look = new DatabaseLock(Path.Combine(_folder, "hot.db"), "SELECT 1");
        Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => look.Run("SELECT * FROM half"));
    }

    [Fact]
    public void Pending_WhenAnEarlierScriptIsMissing_Refuses()
    {
        SchemaScript[] scripts = [SchemaScripts.Parse("0001-hot-a", "a"), SchemaScripts.Parse("0002-hot-b", "b")];

        Assert.Throws<SchemaMismatchException>(() => SchemaPlan.Pending("hot.db", "hot", scripts, [scripts[1].Applied]));
        Assert.Equal([scripts[1]], SchemaPlan.Pending("hot.db", "hot", scripts, [scripts[0].Applied]));
    }

    [Theory]
    [InlineData("-- Why.\n-- serves: 6\nCREATE TABLE a (id INTEGER);", 6)]
    [InlineData("-- serves: 0\r\nCREATE TABLE a (id INTEGER);", 0)]
    [InlineData("CREATE TABLE a (id INTEGER);\n-- serves: 6", null)]
    [InlineData("-- Nobody knows whom it serves.", null)]
    public void Parse_WhenTheHeadSaysWhomTheScriptServes_RemembersIt(string text, int? serves) =>
        Assert.Equal(serves, SchemaScripts.Parse("0009-hot-a", text).Serves);

    [Theory]
    [InlineData("-- serves: 9")]
    [InlineData("-- serves: all")]
    [InlineData("-- serves:")]
    [InlineData("-- serves: -1")]
    public void Parse_WhenTheHeadPromisesNonsense_Refuses(string text) => Assert.Throws<FormatException>(() => SchemaScripts.Parse("0009-hot-a", text));

    [Theory]
    [InlineData(0)]
    [InlineData(4, 4, null)]
    [InlineData(3, 3, null, 4, 3, 9, 1)]
    [InlineData(4, 3, null, 4, null, 9, 3)]
    [InlineData(9, 4, 3, 9, null)]
    [InlineData(6, 3, null, 7, 2, 9, 6)]
    public void Serves_OfAChainOfScripts_IsTheOldestProgramThatAllOfThemServe(int oldest, params int?[] chain)
    {
        AppliedScript[] scripts = [.. chain.Chunk(2).Select(pair => new AppliedScript(pair[0] ?? 0, "x", "x", pair[1]))];

        Assert.Equal(oldest, SchemaPlan.Serves(scripts));
    }

    [Fact]
    public void Checksum_WhenLineEndsDiffer_IsTheSame() =>
        Assert.Equal(SchemaScripts.Parse("0001-hot-a", "x\ny\n").Checksum, SchemaScripts.Parse("0001-hot-a", "x\r\ny\r\n").Checksum);

    // A released script never changes: databases in the field remember these sums.
    [Theory]
    [InlineData("0001-control-storage", "01671fa8be8cfdf726aedf3bdfcf8ceae30533a1aa718f83b90b6a9b4fabe101")]
    [InlineData("0002-hot-tables", "8df2a960ff7494cb758eee1df5ebd5b1b03bc89168d45e7d8e249dc5777a4549")]
    [InlineData("0003-keys-tables", "a909007e91820b1d684c847c8b3abf894dc533ed72052b35ba310fbaf0a85b5d")]
    public void Scripts_WhenReleased_KeepTheirChecksums(string name, string checksum) =>
        Assert.Equal(checksum, SchemaScripts.Of("sqlite").Single(script => script.Name == name).Checksum);

    [Fact]
    public void Options_WhenSeveralAreWrong_AreReportedTogether()
    {
        using var storage = new StorageFixture(" ", options =>
        {
            options.BatchItems = 0;
            options.QueueLength = 0;
        });

        var error = Assert.Throws<OptionsValidationException>(() => storage.Services.GetRequiredService<IOptions<StorageOptions>>().Value);

        Assert.Equal(3, error.Failures.Count());
    }

    private static IEnumerable<string> InOrder() => SchemaScripts.Of("sqlite").OrderBy(script => script.Database, StringComparer.Ordinal).Select(script => script.Name);

    private static void AddScript(StorageFixture storage, params SchemaScript[] scripts) =>
        storage.Services.GetRequiredService<SqliteMigrator>().Scripts = [.. SchemaScripts.Of("sqlite"), .. scripts];

    private static Task Start(StorageFixture storage) =>
        storage.Services.GetServices<IHostedService>().OfType<StorageStartup>().Single().StartingAsync(CancellationToken.None);
}
