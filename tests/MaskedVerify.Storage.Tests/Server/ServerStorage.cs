using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Storage.Tests.Server;

/// <summary>A server engine on a database, as one silo would hold it.</summary>
public abstract class ServerStorage : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    protected ServerStorage(StorageEngine engine, string connectionString, Action<StorageOptions>? configure, Action<IServiceCollection>? register = null)
    {
        var services = new ServiceCollection();
        register?.Invoke(services);
        services.AddMaskedVerifyStorage(options =>
        {
            options.Engine = engine;
            options.Database = connectionString;
            configure?.Invoke(options);
        });
        _services = services.BuildServiceProvider();
    }

    public IServiceProvider Services => _services;

    public IHotStore Hot => _services.GetRequiredService<IHotStore>();

    public IKeysStore Keys => _services.GetRequiredService<IKeysStore>();

    public IDatabaseMigrator Migrator => _services.GetRequiredService<IDatabaseMigrator>();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _services.DisposeAsync();
    }
}
