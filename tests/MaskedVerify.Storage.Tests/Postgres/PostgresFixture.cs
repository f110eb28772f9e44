using MaskedVerify.Domain;
using MaskedVerify.Privacy;
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
public sealed class PostgresStorage : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public PostgresStorage(PostgresDatabase database, int? port = null, Action<StorageOptions>? configure = null, Action<IServiceCollection>? register = null)
        : this(database.Server.ConnectionString(database.Name, port), configure, register)
    {
    }

    public PostgresStorage(string connectionString, Action<StorageOptions>? configure = null, Action<IServiceCollection>? register = null)
    {
        var services = new ServiceCollection();
        register?.Invoke(services);
        services.AddMaskedVerifyStorage(options =>
        {
            options.Engine = StorageEngine.Postgres;
            options.Database = connectionString;
            configure?.Invoke(options);
        });
        _services = services.BuildServiceProvider();
    }

    public IServiceProvider Services => _services;

    public IHotStore Hot => _services.GetRequiredService<IHotStore>();

    public IKeysStore Keys => _services.GetRequiredService<IKeysStore>();

    public IDatabaseMigrator Migrator => _services.GetRequiredService<IDatabaseMigrator>();

    internal PostgresEngine Engine => _services.GetRequiredService<PostgresEngine>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
