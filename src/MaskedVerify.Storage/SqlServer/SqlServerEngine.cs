using System.Data.Common;
using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage;

/// <summary>SQL Server: the schemas <c>control</c>, <c>hot</c> and <c>keys</c> in one database or in several.</summary>
internal sealed class SqlServerEngine : IStorageEngine, IAsyncDisposable, IDisposable
{
    private readonly StorageOptions _options;
    private readonly StorageMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly SqlServerMigrator _migrator;
    private readonly Lazy<ServerDatabase> _control;
    private readonly Lazy<ServerDatabase> _cluster;
    private readonly Lazy<ServerDatabase>[] _hot;
    private readonly Lazy<ServerDatabase> _keys;

    public SqlServerEngine(IOptions<StorageOptions> options, StorageMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options.Value;
        _metrics = metrics;
        _time = time;
        _loggers = loggers;
        var places = new ServerPlaces(_options, SqlServerSources.DefaultDatabase);
        _migrator = new SqlServerMigrator(_options, places, time, loggers.CreateLogger<SqlServerMigrator>());
        _control = Open("control", "hot", places.Main);
        _cluster = Open("cluster", "hot", places.Cluster);
        _hot = [.. Enumerable.Range(0, _options.HotShardCount).Select(shard => Open(HotPlacement.DatabaseOf(shard), "hot", places.Hot(shard)))];
        _keys = Open("keys", "keys", places.Keys);
    }

    /// <summary>The databases that stores write to; tests bring about faults in them.</summary>
    public ServerDatabase Hot => _hot[0].Value;

    /// <inheritdoc cref="Hot"/>
    public IReadOnlyList<ServerDatabase> HotShards => [.. _hot.Select(database => database.Value)];

    /// <inheritdoc cref="Hot"/>
    public ServerDatabase Keys => _keys.Value;

    public string Invariant => "Microsoft.Data.SqlClient";

    public DbDataSource Control => _control.Value.Source;

    public DbDataSource Cluster => _cluster.Value.Source;

    public IDatabaseMigrator Migrator => _migrator;

    public ValueTask EnsureAsync(IReadOnlyList<string> databases, CancellationToken cancellationToken) => _migrator.EnsureAsync(databases, cancellationToken);

    public IHotStore OpenHotStore() => ShardedHotStore.Over(
        [.. HotShards.Select(database => new ServerHotStore(database, _options, _metrics, _time, _loggers.CreateLogger<ServerHotStore>()))],
        _time, _loggers.CreateLogger<ShardedHotStore>());

    public IKeysStore OpenKeysStore() => new ServerKeysStore(Keys, _options, _metrics, _time, _loggers.CreateLogger<ServerKeysStore>());

    public async ValueTask DisposeAsync()
    {
        foreach (var database in Opened())
        {
            await database.Source.DisposeAsync();
        }
    }

    public void Dispose()
    {
        foreach (var database in Opened())
        {
            database.Source.Dispose();
        }
    }

    private IEnumerable<ServerDatabase> Opened() =>
        new[] { _control, _cluster, _keys }.Concat(_hot).Where(database => database.IsValueCreated).Select(database => database.Value);

    private Lazy<ServerDatabase> Open(string name, string schema, string text) => new(() => new ServerDatabase(
        name, SqlServerSources.Location(text), SqlServerSources.Pooled(text, _options), new SqlServerDialect(new SqlServerSql(schema, _options.BusyTimeout))));
}
