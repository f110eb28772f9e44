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

    private static readonly string[] s_all = ["control", "hot", "keys"];

    private static readonly string[] s_cluster = ["cluster"];

    /// <summary>Registers <see cref="IHotStore"/>, <see cref="IKeysStore"/>, <see cref="IDatabaseMigrator"/> and <see cref="StorageDoubts"/> on the engine of <see cref="StorageOptions.Engine"/>.</summary>
    public static IServiceCollection AddMaskedVerifyStorage(this IServiceCollection services, Action<StorageOptions> configure)
    {
        services.AddEngine(configure, s_all);
        services.TryAddSingleton(provider => provider.GetRequiredService<IStorageEngine>().Migrator);
        services.TryAddSingleton(provider => provider.GetRequiredService<IStorageEngine>().OpenHotStore());
        services.TryAddSingleton(provider => provider.GetRequiredService<IStorageEngine>().OpenKeysStore());
        return services;
    }

    /// <summary>
    /// Registers the engine alone, for a silo that only takes part in a cluster: it sees membership (<see cref="StorageOptions.ClusterDatabase"/>) and no state.
    /// </summary>
    public static IServiceCollection AddMaskedVerifyClusterDatabase(this IServiceCollection services, Action<StorageOptions> configure) =>
        services.AddEngine(configure, s_cluster);

    /// <summary>Membership in the database of a server engine. Needs one of the registrations above.</summary>
    public static ISiloBuilder AddMaskedVerifyClustering(this ISiloBuilder silo) =>
        silo.UseAdoNetClustering(options => options.Configure<IStorageEngine>((clustering, engine) =>
        {
            clustering.Invariant = engine.Invariant;
            clustering.DataSource = engine.Cluster;
        }));

    /// <summary>Reminders in the database of a server engine. Not for a silo that hosts no grain of ours.</summary>
    public static ISiloBuilder AddMaskedVerifyReminders(this ISiloBuilder silo) =>
        silo.UseAdoNetReminderService(options => options.Configure<IStorageEngine>((reminders, engine) =>
        {
            reminders.Invariant = engine.Invariant;
            reminders.DataSource = engine.Cluster;
        }));

    /// <summary>
    /// Registers the grain storages <see cref="ControlStorage"/> (Orleans ADO.NET on the control database) and <see cref="HotStorage"/> (over
    /// <see cref="IHotStore"/>). Needs <see cref="AddMaskedVerifyStorage"/>.
    /// </summary>
    public static ISiloBuilder AddMaskedVerifyGrainStorage(this ISiloBuilder silo) => silo.AddMaskedVerifyControlStorage().AddMaskedVerifyHotGrainStorage();

    /// <summary>Registers only the grain storage <see cref="ControlStorage"/>, for a silo whose grains have control state alone. Needs one of the registrations above.</summary>
    public static ISiloBuilder AddMaskedVerifyControlStorage(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton<OrleansGrainStorageSerializer>();
        silo.AddAdoNetGrainStorage(ControlStorage, options => options.Configure<IServiceProvider>((storage, provider) =>
        {
            var engine = provider.GetRequiredService<IStorageEngine>();
            storage.Invariant = engine.Invariant;
            storage.DataSource = engine.Control;
            storage.GrainStorageSerializer = provider.GetRequiredService<OrleansGrainStorageSerializer>();
            storage.DeleteStateOnClear = true;
        }));
        return silo;
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

    private static IServiceCollection AddEngine(this IServiceCollection services, Action<StorageOptions> configure, string[] databases)
    {
        services.AddOptions<StorageOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageOptions>, StoragePlaceValidator>());
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<StorageMetrics>();
        services.TryAddSingleton(provider => new SqliteFiles(provider.GetRequiredService<IOptions<StorageOptions>>().Value));
        services.TryAddSingleton<SqliteMigrator>();
        services.TryAddSingleton<SqliteConnections>();
        services.TryAddSingleton<ControlDataSource>();
        services.TryAddSingleton<SqliteEngine>();
        services.TryAddSingleton<PostgresEngine>();
        services.TryAddSingleton<SqlServerEngine>();
        services.TryAddSingleton<IStorageEngine>(provider => provider.GetRequiredService<IOptions<StorageOptions>>().Value.Engine switch
        {
            StorageEngine.Postgres => provider.GetRequiredService<PostgresEngine>(),
            StorageEngine.SqlServer => provider.GetRequiredService<SqlServerEngine>(),
            StorageEngine.Sqlite => provider.GetRequiredService<SqliteEngine>(),
            var other => throw new NotSupportedException($"There is no engine {other}."),
        });
        services.TryAddSingleton<IDatabaseClock, EngineClock>();
        services.TryAddSingleton(provider => new StorageDoubts(provider.GetRequiredService<IStorageEngine>() is ServerEngine server ? server.Migrator.Doubts(databases) : []));
        services.AddHostedService(provider => new StorageStartup(provider.GetRequiredService<IStorageEngine>(), databases));
        return services;
    }
}
