using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Hosting;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace MaskedVerify.Storage;

/// <summary>Composition of this project.</summary>
public static class StorageServices
{
    /// <summary>Grain storage of control state.</summary>
    public const string ControlStorage = "control";

    /// <summary>Grain storage over the hot store.</summary>
    public const string HotStorage = "hot";

    /// <summary>Registers <see cref="IHotStore"/>, <see cref="IKeysStore"/> and <see cref="IDatabaseMigrator"/> on the embedded engine.</summary>
    public static IServiceCollection AddMaskedVerifyStorage(this IServiceCollection services, Action<StorageOptions> configure)
    {
        services.AddOptions<StorageOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>());
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<StorageMetrics>();
        services.TryAddSingleton(provider => new SqliteFiles(provider.GetRequiredService<IOptions<StorageOptions>>().Value));
        services.TryAddSingleton<SqliteMigrator>();
        services.TryAddSingleton<IDatabaseMigrator>(provider => provider.GetRequiredService<SqliteMigrator>());
        services.TryAddSingleton<SqliteConnections>();
        services.TryAddSingleton<ControlDataSource>();
        services.TryAddSingleton<IHotStore, SqliteHotStore>();
        services.TryAddSingleton<IKeysStore, SqliteKeysStore>();
        services.AddHostedService<StorageStartup>();
        return services;
    }

    /// <summary>
    /// Registers the grain storages <see cref="ControlStorage"/> (Orleans ADO.NET on the control database) and <see cref="HotStorage"/> (over
    /// <see cref="IHotStore"/>). Needs <see cref="AddMaskedVerifyStorage"/>.
    /// </summary>
    public static ISiloBuilder AddMaskedVerifyGrainStorage(this ISiloBuilder silo)
    {
        silo.AddAdoNetGrainStorage(ControlStorage, options => options.Configure<IServiceProvider>((storage, provider) =>
        {
            storage.Invariant = ControlDataSource.Invariant;
            storage.DataSource = provider.GetRequiredService<ControlDataSource>();
            storage.GrainStorageSerializer = provider.GetRequiredService<OrleansGrainStorageSerializer>();
            storage.DeleteStateOnClear = true;
        }));
        return silo.AddMaskedVerifyHotGrainStorage();
    }

    /// <summary>Registers only the grain storage <see cref="HotStorage"/>, over whatever <see cref="IHotStore"/> is registered: for tests of grains.</summary>
    public static ISiloBuilder AddMaskedVerifyHotGrainStorage(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton<OrleansGrainStorageSerializer>();
        silo.Services.AddGrainStorage(HotStorage, static (provider, _) => new HotGrainStorage(
            provider.GetRequiredService<IHotStore>(),
            provider.GetRequiredService<OrleansGrainStorageSerializer>(),
            provider.GetRequiredService<IActivatorProvider>()));
        return silo;
    }
}
