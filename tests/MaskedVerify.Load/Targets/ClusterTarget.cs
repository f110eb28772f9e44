using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.Servers;
using MaskedVerify.Testing;

namespace MaskedVerify.Load.Targets;

/// <summary>Servers of all roles, each a process of its own, over a PostgreSQL that this run starts; callers are spread over them.</summary>
internal sealed class ClusterTarget : ILoadTarget
{
    // A little of the memory that an operator would give it; its other settings are its defaults, flushes on.
    private static readonly string[] s_database = ["shared_buffers=256MB", "max_wal_size=4GB"];

    private readonly PostgresServer _database;
    private readonly TempFolder _folder;
    private readonly List<ServerProcess> _servers;
    private readonly List<MetricsReader> _metrics;
    private readonly string _key;
    private int _connections;

    private ClusterTarget(PostgresServer database, TempFolder folder, List<ServerProcess> servers, string key)
    {
        _database = database;
        _folder = folder;
        _servers = servers;
        _key = key;
        _metrics = [.. servers.Select(s => new MetricsReader(s.InternalAddress, s.OperatorKey, s.Id))];
    }

    /// <inheritdoc/>
    public string Description => $"HTTP against {_servers.Count} server{(_servers.Count > 1 ? "s" : "")} over PostgreSQL, each in a process of its own";

    /// <inheritdoc/>
    public string? DataFolder => _folder.Path;

    /// <inheritdoc/>
    public string LastLines => string.Join('\n', _servers.Select(s => s.LastLines));

    /// <summary>Starts the database and the servers, and makes a tenant for the run.</summary>
    public static async Task<ClusterTarget> StartAsync(int silos, ServerSettings settings, CancellationToken cancellationToken)
    {
        var folder = TempFolder.Open(settings.DataFolder);
        var servers = new List<ServerProcess>();
        PostgresServer? database = null;
        try
        {
            database = await PostgresServer.StartAsync(s_database);
            var one = await PostgresDatabase.CreateAsync(database);
            settings = settings with
            {
                OperatorKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
                Switches = ["--engine", "postgres", "--database", one.ConnectionString, "--migrate-at-start", "true", "--root-key-file", Path.Combine(KeyFolder(folder), "root.key")],
            };
            for (var i = 0; i < silos; i++)
                servers.Add(await ServerProcess.StartAsync(settings with { DataFolder = Path.Combine(folder.Path, "silo-" + i.ToString(CultureInfo.InvariantCulture)) }, cancellationToken));
            var tenant = await AdminClient.CreateTenantAsync(servers[0].InternalAddress, servers[0].OperatorKey, cancellationToken);
            return new ClusterTarget(database, folder, servers, tenant.Key);
        }
        catch
        {
            await EndAsync(servers, database, folder);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<ILoadConnection> ConnectAsync(LoadShape shape)
    {
        var address = _servers[(Interlocked.Increment(ref _connections) - 1) % _servers.Count].PublicAddress;
        return Task.FromResult<ILoadConnection>(new HttpLoadConnection(new IPEndPoint(IPAddress.Loopback, address.Port), address.Authority, _key, shape.IdempotencyKeys));
    }

    /// <inheritdoc/>
    public async Task<TargetSnapshot> SnapshotAsync() =>
        TargetSnapshot.Sum(await Task.WhenAll(_metrics.Select(m => m.ReadAsync()))) with { DatabaseCpuSeconds = _database.CpuSeconds };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var metrics in _metrics)
            metrics.Dispose();
        await EndAsync(_servers, _database, _folder);
    }

    private static async Task EndAsync(List<ServerProcess> servers, PostgresServer? database, TempFolder folder)
    {
        await Task.WhenAll(servers.Select(s => s.DisposeAsync().AsTask()));
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
    }

    // The server refuses a key's folder that others can read.
    private static string KeyFolder(TempFolder folder)
    {
        var path = Path.Combine(folder.Path, "keys");
        if (OperatingSystem.IsWindows())
            return Directory.CreateDirectory(path).FullName;
        return Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }
}
