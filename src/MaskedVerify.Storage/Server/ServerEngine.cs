using System.Data.Common;
using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

/// <summary>What the engines of both server products do alike: the schemas <c>control</c>, <c>hot</c> and <c>keys</c> in one database, or <c>keys</c> in one of its own.</summary>
internal abstract partial class ServerEngine : IStorageEngine, IAsyncDisposable, IDisposable
{
    /// <summary>Between two tries to reach a database at the start: a tenth of what a server takes to start.</summary>
    private static readonly TimeSpan s_betweenTries = TimeSpan.FromMilliseconds(500);

    /// <summary>The log says every ten seconds, or less often where a try takes long, that the start still waits.</summary>
    private const int TriesPerSentence = 20;

    private readonly StorageMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly Lazy<ServerDatabase> _control;
    private readonly Lazy<ServerDatabase> _cluster;
    private readonly Lazy<ServerDatabase> _hot;
    private readonly Lazy<ServerDatabase> _keys;

    /// <summary>Opens nothing yet.</summary>
    protected ServerEngine(StorageOptions options, ServerPlaces places, StorageMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        Options = options;
        Places = places;
        _metrics = metrics;
        _time = time;
        _loggers = loggers;
        _control = new(() => Open("control", "control", places.Main));
        _cluster = new(() => Open("cluster", "control", places.Cluster));
        _hot = new(() => Open("hot", "hot", places.Main));
        _keys = new(() => Open("keys", "keys", places.Keys));
    }

    /// <summary>The databases that stores write to; tests bring about faults in them.</summary>
    public ServerDatabase Hot => _hot.Value;

    /// <inheritdoc cref="Hot"/>
    public ServerDatabase Keys => _keys.Value;

    public abstract string Invariant { get; }

    /// <inheritdoc cref="IStorageEngine.Migrator"/>
    public abstract ServerMigrator Migrator { get; }

    IDatabaseMigrator IStorageEngine.Migrator => Migrator;

    public DbDataSource Control => _control.Value.Source;

    public DbDataSource Cluster => _cluster.Value.Source;

    protected StorageOptions Options { get; }

    protected ServerPlaces Places { get; }

    /// <summary>As <see cref="IStorageEngine.EnsureAsync"/>, and waits for a database that is away: a machine may start before the one that it depends on.</summary>
    public async ValueTask EnsureAsync(IReadOnlyList<string> databases, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        for (var tries = 0; ; tries++)
        {
            try
            {
                await Migrator.EnsureAsync(databases, cancellationToken);
                return;
            }
            catch (StorageUnavailableException error) when (error.InnerException is { } cause && Migrator.IsAway(cause) && _time.GetElapsedTime(began) < Options.StartPatience)
            {
                if (tries % TriesPerSentence == 0)
                {
                    LogWaits(_loggers.CreateLogger<ServerEngine>(), error.Message, (int)Options.StartPatience.TotalSeconds);
                }

                await Task.Delay(s_betweenTries, _time, cancellationToken);
            }
        }
    }

    public IHotStore OpenHotStore() => new ServerHotStore(Hot, Options, _metrics, _time, _loggers.CreateLogger<ServerHotStore>());

    public IKeysStore OpenKeysStore() => new ServerKeysStore(Keys, Options, _metrics, _time, _loggers.CreateLogger<ServerKeysStore>());

    public async ValueTask DisposeAsync()
    {
        foreach (var source in Opened())
        {
            await source.DisposeAsync();
        }
    }

    public void Dispose()
    {
        foreach (var source in Opened())
        {
            source.Dispose();
        }
    }

    /// <summary>Connections to a schema.</summary>
    /// <param name="name">Short name of the database for logs and metrics.</param>
    /// <param name="schema">Control, hot or keys.</param>
    /// <param name="text">Connection string.</param>
    protected abstract ServerDatabase Open(string name, string schema, string text);

    [LoggerMessage(EventIds.DatabaseAwaited, LogLevel.Warning, "{Problem} The start waits for it, {Seconds} s at most in all (Storage:StartPatience).")]
    private static partial void LogWaits(ILogger logger, string problem, int seconds);

    private IEnumerable<DbDataSource> Opened() =>
        new[] { _control, _cluster, _hot, _keys }.Where(database => database.IsValueCreated).SelectMany(database => database.Value.Sources);
}
