using MaskedVerify.Storage.Tests.Server;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>A migrated database for the tests of one class.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresDatabase? _database;

    public PostgresDatabase Database => _database!;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresDatabase.CreateAsync();
        await using var storage = new PostgresStorage(Database);
        await storage.Migrator.MigrateAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>The PostgreSQL engine on a database, as one silo would hold it.</summary>
public sealed class PostgresStorage(string connectionString, Action<StorageOptions>? configure = null, Action<IServiceCollection>? register = null)
    : ServerStorage(StorageEngine.Postgres, connectionString, configure, register)
{
    public PostgresStorage(PostgresDatabase database, int? port = null, Action<StorageOptions>? configure = null, Action<IServiceCollection>? register = null)
        : this(database.Server.ConnectionString(database.Name, port), configure, register)
    {
    }

    internal PostgresEngine Engine => Services.GetRequiredService<PostgresEngine>();
}
