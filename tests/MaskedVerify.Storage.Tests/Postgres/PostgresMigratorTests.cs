using MaskedVerify.Domain;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>Schema scripts on PostgreSQL.</summary>
public sealed class PostgresMigratorTests
{
    [Fact]
    public async Task Migrate_WhenAHundredRunAtOnce_EachScriptIsAppliedOnce()
    {
        var database = await PostgresDatabase.CreateAsync();
        var applied = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(async () =>
        {
            await using var storage = new PostgresStorage(database);
            return (await storage.Migrator.MigrateAsync()).SelectMany(schema => schema.AppliedNow).ToArray();
        })));

        Assert.Equal(SchemaScripts.Of("postgres").Select(script => script.Name), applied.SelectMany(names => names).Order(StringComparer.Ordinal));
        await using var after = new PostgresStorage(database);
        Assert.All(await after.Migrator.InspectAsync(), schema => Assert.Empty(schema.Pending));
        Assert.Equal(20L, await database.ScalarAsync<long>("SELECT count(*) FROM control.orleansquery"));
    }

    [Fact]
    public async Task Inspect_WhenNothingIsThere_SaysSoAndChangesNothing()
    {
        var database = await PostgresDatabase.CreateAsync();
        await using var storage = new PostgresStorage(database);

        Assert.Equal(SchemaScripts.Of("postgres").Count, (await storage.Migrator.InspectAsync()).Sum(schema => schema.Pending.Count));

        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM pg_namespace WHERE nspname IN ('control', 'hot', 'keys')"));
    }

    [Fact]
    public async Task Start_WhenScriptsArePending_IsRefusedUnlessItMayApplyThem()
    {
        var database = await PostgresDatabase.CreateAsync();
        await using (var storage = new PostgresStorage(database))
        {
            var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => StartAsync(storage));
            Assert.Contains("maskedverify migrate --engine postgres", error.Message, StringComparison.Ordinal);
        }

        await using var willing = new PostgresStorage(database, configure: options => options.MigrateAtStart = true);
        await StartAsync(willing);
        await using var later = new PostgresStorage(database);
        await StartAsync(later);
    }

    [Theory]
    [InlineData("UPDATE hot.schema_version SET checksum = 'edited'", "another text")]
    [InlineData("INSERT INTO hot.schema_version VALUES (9001, '9001-hot-future', 'x', now())", "newer")]
    public async Task Start_WhenTheSchemaIsOfAnotherProgram_IsRefused(string sql, string word)
    {
        var database = await PostgresDatabase.CreateAsync();
        await using var storage = new PostgresStorage(database);
        await storage.Migrator.MigrateAsync();
        await database.ExecuteAsync(sql);

        Assert.Contains(word, (await Assert.ThrowsAsync<SchemaMismatchException>(() => StartAsync(storage))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SchemaMismatchException>(async () => await storage.Migrator.MigrateAsync());
    }

    [Fact]
    public async Task Start_WhenTheSchemaIsNewerAndServesThisProgram_GoesOn_AndIsRefusedOnceOneDoesNot()
    {
        var database = await PostgresDatabase.CreateAsync();
        await using var newer = new PostgresStorage(database);
        var serving = SchemaScripts.Parse("0998-hot-later", $"-- serves: {SchemaScripts.Of("postgres").Max(script => script.Version)}\nCREATE TABLE hot.later (id integer);");
        Add(newer, serving);
        await newer.Migrator.MigrateAsync();

        await using var older = new PostgresStorage(database);
        await StartAsync(older);
        await older.Hot.CommitAsync(new HotCommit("sample", "pa-1", 0, [1], []));
        Assert.NotNull(await newer.Hot.ReadAsync("sample", "pa-1"));
        Assert.Empty((await older.Migrator.MigrateAsync()).SelectMany(schema => schema.AppliedNow));

        Add(newer, serving, SchemaScripts.Parse("0999-hot-latest", "-- serves: 998\nCREATE TABLE hot.latest (id integer);"));
        await newer.Migrator.MigrateAsync();
        await using var oldest = new PostgresStorage(database);
        Assert.Contains("is newer (0999-hot-latest)", (await Assert.ThrowsAsync<SchemaMismatchException>(() => StartAsync(oldest))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhenTheDatabaseIsFromBeforeScriptsSaidWhomTheyServe_ReadsAndMigratesIt()
    {
        var database = await PostgresDatabase.CreateAsync();
        await using (var before = new PostgresStorage(database))
        {
            await before.Migrator.MigrateAsync();
        }

        foreach (var schema in new[] { "control", "hot", "keys" })
        {
            await database.ExecuteAsync($"ALTER TABLE {schema}.schema_version DROP COLUMN serves");
        }

        await using var after = new PostgresStorage(database);
        await StartAsync(after);
        Add(after, SchemaScripts.Parse("0999-hot-later", "-- serves: 3\nCREATE TABLE hot.later (id integer);"));
        Assert.Equal(["0999-hot-later"], (await after.Migrator.MigrateAsync()).SelectMany(schema => schema.AppliedNow));
        Assert.Equal(3, await database.ScalarAsync<int>("SELECT serves FROM hot.schema_version WHERE version = 999"));
    }

    [Fact]
    public async Task Migrate_WhenAScriptFails_LeavesNothingOfIt()
    {
        var database = await PostgresDatabase.CreateAsync();
        await using var storage = new PostgresStorage(database);
        await storage.Migrator.MigrateAsync();
        Add(storage, SchemaScripts.Parse("0009-hot-broken", "CREATE TABLE hot.half (id integer); CREATE TABLE hot.half (id integer);"));

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Migrator.MigrateAsync());

        Assert.False(await database.ScalarAsync<bool>("SELECT to_regclass('hot.half') IS NOT NULL"));
        Assert.Equal(SchemaScripts.Of("postgres").LongCount(script => script.Database == "hot"), await database.ScalarAsync<long>("SELECT count(*) FROM hot.schema_version"));
    }

    [Fact]
    public async Task Migrate_WhenKeysLiveElsewhere_MakesEachSchemaWhereItBelongs()
    {
        var (main, keys, cluster) = (await PostgresDatabase.CreateAsync(), await PostgresDatabase.CreateAsync(), await PostgresDatabase.CreateAsync());
        await using var storage = new PostgresStorage(main, configure: options =>
        {
            options.KeysDatabase = keys.ConnectionString;
            options.ClusterDatabase = cluster.ConnectionString;
        });

        Assert.Equal(["control", "hot", "keys", "cluster"], (await storage.Migrator.MigrateAsync()).Select(schema => schema.Database));

        Assert.False(await main.ScalarAsync<bool>("SELECT to_regnamespace('keys') IS NOT NULL"));
        Assert.True(await keys.ScalarAsync<bool>("SELECT to_regclass('keys.named_keys') IS NOT NULL"));
        Assert.True(await cluster.ScalarAsync<bool>("SELECT to_regclass('control.orleansmembershiptable') IS NOT NULL"));
    }

    [Theory]
    [InlineData("Password=wrong", "refuses this user or password")]
    [InlineData("Database=nothing", "does not exist")]
    [InlineData("Port=1", "cannot be reached")]
    public async Task Migrate_WhenTheDatabaseCannotBeUsed_SaysWhy(string change, string sentence)
    {
        var database = await PostgresDatabase.CreateAsync();
        await using var storage = new PostgresStorage(database.ConnectionString + ";" + change);

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Migrator.MigrateAsync());

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgresServer.Password, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Password=wrong", false)]
    [InlineData("Database=nothing", false)]
    [InlineData("Port=1", true)]
    public async Task Start_WhenTheDatabaseCannotBeUsed_WaitsOnlyWhereThatMayHelp(string change, bool waits)
    {
        var database = await PostgresDatabase.CreateAsync();
        await using var storage = new PostgresStorage(
            database.ConnectionString + ";" + change, options => options.StartPatience = TimeSpan.FromSeconds(2), services => services.AddLogging(logging => logging.AddFakeLogging()));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => StartAsync(storage));

        var told = storage.Services.GetFakeLogCollector().GetSnapshot().Where(record => record.Id == EventIds.DatabaseAwaited).ToList();
        Assert.Equal(waits ? 1 : 0, told.Count);
        Assert.All(told, record => Assert.Contains("cannot be reached", record.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Options_WhenSeveralAreWrong_NamesEachWithoutSecrets()
    {
        var services = new ServiceCollection();
        services.AddMaskedVerifyStorage(options =>
        {
            options.Engine = StorageEngine.Postgres;
            options.Database = "Host=localhost;Nonsense=1;Password=secret-of-mine";
            options.KeysDatabase = "Database=x";
            options.Writers = 99;
        });
        using var provider = services.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<StorageOptions>>().Value);

        Assert.Equal(3, error.Failures.Count());
        Assert.Contains(error.Failures, failure => failure.StartsWith("--database cannot be read", StringComparison.Ordinal));
        Assert.Contains(error.Failures, failure => failure.StartsWith("--keys-database must name Host", StringComparison.Ordinal));
        Assert.DoesNotContain("secret-of-mine", error.ToString(), StringComparison.Ordinal);
    }

    private static void Add(PostgresStorage storage, params SchemaScript[] scripts) =>
        ((PostgresMigrator)storage.Migrator).Scripts = [.. SchemaScripts.Of("postgres"), .. scripts];

    private static async Task StartAsync(PostgresStorage storage)
    {
        foreach (var service in storage.Services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(CancellationToken.None);
        }
    }
}
