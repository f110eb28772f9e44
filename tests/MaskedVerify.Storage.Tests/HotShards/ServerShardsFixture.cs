using MaskedVerify.Storage.Tests.Server;
using MaskedVerify.Testing;

namespace MaskedVerify.Storage.Tests.HotShards;

/// <summary>Three migrated databases of a server that make one hot store, for the tests of one class.</summary>
public abstract class ServerShardsFixture : IAsyncLifetime
{
    private readonly List<ITestDatabase> _made = [];

    /// <summary>The three in their order.</summary>
    public IReadOnlyList<ITestDatabase> Databases { get; private set; } = [];

    /// <summary>Their connection strings.</summary>
    public IReadOnlyList<string> Names => [.. Databases.Select(database => database.ConnectionString)];

    /// <summary>Empties the hot tables. They are small: deleting is faster than making new files.</summary>
    protected abstract string EmptyHot { get; }

    public async ValueTask InitializeAsync()
    {
        Databases = [await CreateAsync(), await CreateAsync(), await CreateAsync()];
        await using var storage = Open();
        await storage.Migrator.MigrateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var database in _made.OfType<IAsyncDisposable>())
        {
            await database.DisposeAsync();
        }
    }

    /// <summary>A further database, without a schema; it goes away with the fixture.</summary>
    public async Task<ITestDatabase> CreateAsync()
    {
        _made.Add(await MakeAsync());
        return _made[^1];
    }

    /// <summary>The engine on the three.</summary>
    public ServerStorage Open() => Over(Names);

    /// <summary>The engine on databases in this order.</summary>
    public abstract ServerStorage Over(IReadOnlyList<string> names, Action<StorageOptions>? configure = null);

    /// <summary>Empties the hot tables of all.</summary>
    public Task EmptyAsync() => Task.WhenAll(Databases.Select(database => database.RunAsync(EmptyHot)));

    /// <summary>The audit log by database, shard and number.</summary>
    public async Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync()
    {
        List<LoggedAudit> log = [];
        for (var database = 0; database < Databases.Count; database++)
        {
            log.AddRange((await Databases[database].ReadAuditLogAsync()).Select(row => row with { Database = database }));
        }

        return log;
    }

    protected abstract Task<ITestDatabase> MakeAsync();

    /// <summary>Names the databases after the first.</summary>
    protected static Action<StorageOptions> Further(IReadOnlyList<string> names, Action<StorageOptions>? configure) => options =>
    {
        foreach (var further in names.Skip(1))
        {
            options.HotDatabases.Add(further);
        }

        configure?.Invoke(options);
    };
}
