using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using MaskedVerify.Domain;
using MaskedVerify.Grains;
using MaskedVerify.Grains.AuditLogs;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Load.Servers;
using MaskedVerify.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace MaskedVerify.Load.Soaks;

/// <summary>The hot store of a soak with the two that keep it small, as a vault hosts them, and a look into its tables.</summary>
internal sealed class SoakStore : IAsyncDisposable
{
    private static readonly string[] s_tables = ["hot_state", "unique_keys", "outcomes", "guard_counts", "receipts", "due", "audit_outbox", SoakJudge.Log, "audit_heads"];

    private readonly TempFolder _folder;
    private readonly ServiceProvider _services;
    private readonly List<BackgroundService> _movers = [];
    private readonly string? _postgres;

    private SoakStore(TempFolder folder, ServiceProvider services, string? postgres)
    {
        _folder = folder;
        _services = services;
        _postgres = postgres;
        Hot = services.GetRequiredService<IHotStore>();
    }

    public IHotStore Hot { get; }

    /// <summary>Opens the store, makes its tables, and starts what moves in it.</summary>
    public static async Task<SoakStore> OpenAsync(string? postgres, string? data, bool drains, bool sweeps, CancellationToken cancellationToken)
    {
        var folder = TempFolder.Open(data);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMaskedVerifyStorage(storage =>
        {
            storage.Engine = postgres is null ? StorageEngine.Sqlite : StorageEngine.Postgres;
            storage.DataDirectory = folder.Path;
            storage.Database = postgres;
            storage.MigrateAtStart = true;
        });
        services.AddSingleton(DispatchProxy.Create<IGrainFactory, NoGrains>());
        services.AddSingleton<GrainsMetrics>();
        services.AddSingleton<AuditBound>();
        services.Configure<GrainsOptions>(grains => grains.SweepInterval = TimeSpan.FromSeconds(1));
        var provider = services.BuildServiceProvider();
        foreach (var service in provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
            await service.StartingAsync(cancellationToken);
        var store = new SoakStore(folder, provider, postgres);
        if (drains)
            await store.StartAsync<AuditDrain>(cancellationToken);
        if (sweeps)
            await store.StartAsync<Sweeper>(cancellationToken);
        return store;
    }

    /// <summary>Counts every table.</summary>
    public async Task<SoakSample> LookAsync(double seconds, long pairs)
    {
        await using DbConnection connection = _postgres is null
            ? new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "hot.db")};Pooling=False")
            : new NpgsqlConnection(_postgres + ";Pooling=false;Search Path=hot");
        await connection.OpenAsync();
        Dictionary<string, long> rows = new(StringComparer.Ordinal);
        foreach (var table in s_tables)
            rows[table] = await ScalarAsync(connection, $"SELECT count(*) FROM {table}");
        var bytes = await ScalarAsync(connection, _postgres is null
            ? "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            : "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE c.relnamespace = 'hot'::regnamespace AND c.relkind = 'r'");
        return new SoakSample(seconds, pairs, rows, bytes);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var mover in _movers)
        {
            await mover.StopAsync(CancellationToken.None);
            mover.Dispose();
        }

        await _services.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartAsync<T>(CancellationToken cancellationToken)
        where T : BackgroundService
    {
        var mover = ActivatorUtilities.CreateInstance<T>(_services);
        _movers.Add(mover);
        await mover.StartAsync(cancellationToken);
    }

    [SuppressMessage("Security", "CA2100", Justification = "The names are constants of this class.")]
    private static async Task<long> ScalarAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }
}
