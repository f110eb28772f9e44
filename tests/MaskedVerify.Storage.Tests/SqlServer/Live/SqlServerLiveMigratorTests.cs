using MaskedVerify.Domain;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>Migrations on a real SQL Server.</summary>
[Trait(SqlServerSuite.Trait, SqlServerSuite.Name)]
public sealed class SqlServerLiveMigratorTests(SqlServerFixture fixture) : IClassFixture<SqlServerFixture>
{
    private static readonly SchemaScript Later = SchemaScripts.Parse("0999-hot-later", "CREATE TABLE hot.later (id integer NOT NULL PRIMARY KEY);");

    [Fact]
    public async Task Migrate_WhenManyStartAtOnce_AppliesEachScriptOnce()
    {
        var storages = Enumerable.Range(0, 6).Select(_ => new SqlServerStorage(fixture.ConnectionString)).ToArray();
        Array.ForEach(storages, storage => Add(storage, Later));

        var results = await Task.WhenAll(storages.Select(storage => Task.Run(async () => await storage.Migrator.MigrateAsync())));

        Assert.Equal("0999-hot-later", Assert.Single(results.SelectMany(schemas => schemas).SelectMany(schema => schema.AppliedNow)));
        await fixture.RunAsync("DROP TABLE hot.later; DELETE FROM hot.schema_version WHERE version = 999;");
        foreach (var storage in storages)
        {
            await storage.DisposeAsync();
        }
    }

    [Fact]
    public async Task Migrate_WhenAScriptFails_LeavesNothingOfIt()
    {
        await using var storage = new SqlServerStorage(fixture.ConnectionString);
        Add(storage, SchemaScripts.Parse("0999-hot-broken", "CREATE TABLE hot.broken (id integer NOT NULL PRIMARY KEY); INSERT INTO hot.broken (id) VALUES (1), (1);"));

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Migrator.MigrateAsync());

        Assert.Equal(DBNull.Value, await fixture.RunAsync("SELECT OBJECT_ID(N'hot.broken')"));
    }

    [Fact]
    public async Task Ensure_WhenDelayedDurabilityIsForced_Refuses()
    {
        await fixture.RunAsync("ALTER DATABASE CURRENT SET DELAYED_DURABILITY = FORCED");
        try
        {
            await using var storage = new SqlServerStorage(fixture.ConnectionString);
            var error = await Assert.ThrowsAsync<SchemaMismatchException>(async () => await storage.Engine.EnsureAsync(["control", "hot", "keys"], CancellationToken.None));
            Assert.Contains("DELAYED_DURABILITY = DISABLED", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.RunAsync("ALTER DATABASE CURRENT SET DELAYED_DURABILITY = DISABLED");
        }
    }

    private static void Add(SqlServerStorage storage, SchemaScript script)
    {
        var migrator = (SqlServerMigrator)storage.Engine.Migrator;
        migrator.Scripts = [.. migrator.Scripts, script];
    }
}
