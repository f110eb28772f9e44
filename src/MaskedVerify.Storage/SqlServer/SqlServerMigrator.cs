using System.Data;
using System.Data.Common;
using System.Globalization;
using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

/// <summary>Schema of a SQL Server installation. Each schema remembers its scripts; an application lock puts migrations that run at once in order.</summary>
internal sealed partial class SqlServerMigrator(StorageOptions options, ServerPlaces places, TimeProvider time, ILogger<SqlServerMigrator> logger) : IDatabaseMigrator
{
    private readonly SqlServerDialect _dialect = new(new SqlServerSql("hot", options.BusyTimeout));

    /// <summary>The scripts of this program; a test may put others in their place.</summary>
    public IReadOnlyList<SchemaScript> Scripts { get; set; } = SchemaScripts.Of("sqlserver");

    /// <summary>Makes connections; a test may put others in their place.</summary>
    public Func<string, DbDataSource> Sources { get; set; } = SqlServerSources.ForScripts;

    public async ValueTask<IReadOnlyList<DatabaseSchema>> InspectAsync(CancellationToken cancellationToken = default)
    {
        var schemas = await EachAsync(All(), InspectAsync, cancellationToken);
        await IsWholeAsync(cancellationToken);
        return schemas;
    }

    public async ValueTask<IReadOnlyList<DatabaseSchema>> MigrateAsync(CancellationToken cancellationToken = default)
    {
        // Before a database is changed: it may be a wrong one.
        await IsWholeAsync(cancellationToken);
        var schemas = await EachAsync(All(), MigrateAsync, cancellationToken);
        await MakeWholeAsync(cancellationToken);
        return schemas;
    }

    /// <inheritdoc cref="IStorageEngine.EnsureAsync"/>
    public async ValueTask EnsureAsync(IReadOnlyList<string> databases, CancellationToken cancellationToken)
    {
        List<Place> wanted = databases is ["cluster"] ? [new Place("cluster", "control", places.Cluster)] : All();
        foreach (var doubt in wanted.Select(place => place.Text).Distinct(StringComparer.Ordinal).SelectMany(SqlServerSources.Doubts).Distinct(StringComparer.Ordinal))
        {
            LogDoubt(doubt);
        }

        var schemas = await EachAsync(wanted, CheckAndInspectAsync, cancellationToken);
        var whole = databases is ["cluster"] || await IsWholeAsync(cancellationToken);
        foreach (var schema in schemas)
        {
            if (schema.Pending.Count == 0)
            {
                continue;
            }

            if (!options.AppliesAtStart)
            {
                throw new SchemaMismatchException(
                    $"The schema {schema.Database} of {schema.Location} lacks {string.Join(", ", schema.Pending)}. Run `maskedverify migrate --engine sqlserver --database …` first, or start with --migrate-at-start true.");
            }

            await EachAsync(wanted.FindAll(place => place.Name == schema.Database), MigrateAsync, cancellationToken);
        }

        if (!whole)
        {
            await EnsureWholeAsync(cancellationToken);
        }
    }

    private ValueTask EnsureWholeAsync(CancellationToken cancellationToken) => options.AppliesAtStart
        ? MakeWholeAsync(cancellationToken)
        : throw new SchemaMismatchException(
            $"The hot databases ({string.Join(", ", HotLocations())}) are not made one store yet. Run `maskedverify migrate --engine sqlserver --database …` first, or start with --migrate-at-start true.");

    private List<Place> All()
    {
        List<Place> all = [new Place("control", "control", places.Main), .. HotPlaces(), new Place("keys", "keys", places.Keys)];
        if (SqlServerSources.Location(places.Cluster) != SqlServerSources.Location(places.Main))
        {
            all.Add(new Place("cluster", "control", places.Cluster));
        }

        return all;
    }

    private List<Place> HotPlaces() =>
        [.. Enumerable.Range(0, options.HotShardCount).Select(shard => new Place(HotPlacement.DatabaseOf(shard), "hot", places.Hot(shard)))];

    private List<string> HotLocations() => HotPlaces().ConvertAll(place => SqlServerSources.Location(place.Text));

    private async Task<bool> IsWholeAsync(CancellationToken cancellationToken) =>
        await HotShardStamps.IsWholeAsync(HotLocations(), async () => await EachAsync(HotPlaces(), ReadStampAsync, cancellationToken));

    private ValueTask MakeWholeAsync(CancellationToken cancellationToken) => HotShardStamps.MakeWholeAsync(
        HotLocations(),
        async () => await EachAsync(HotPlaces(), ReadStampAsync, cancellationToken),
        async step => await EachAsync([HotPlaces()[step.Shard]], async (_, connection, stop) =>
        {
            await ServerStamps.WriteAsync(connection, step, stop);
            return true;
        }, cancellationToken));

    private static Task<HotShardStamp?> ReadStampAsync(Place place, DbConnection connection, CancellationToken cancellationToken) =>
        ServerStamps.ReadAsync(connection, name => $"SELECT 1 WHERE OBJECT_ID(N'hot.{name}', N'U') IS NOT NULL", cancellationToken);

    private async Task<List<T>> EachAsync<T>(
        List<Place> wanted, Func<Place, DbConnection, CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        List<T> answers = [];
        foreach (var place in wanted)
        {
            try
            {
                await using var source = Sources(place.Text);
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                answers.Add(await action(place, connection, cancellationToken));
            }
            catch (Exception error) when (error is DbException or NotSupportedException or InvalidOperationException)
            {
                throw new StorageUnavailableException(
                    $"The database {place.Name} {_dialect.Describe(error)}. Its schema was not changed. Database: {SqlServerSources.Location(place.Text)}", error);
            }
        }

        return answers;
    }

    private async Task<DatabaseSchema> CheckAndInspectAsync(Place place, DbConnection connection, CancellationToken cancellationToken)
    {
        if (await SqlServerSettings.CheckAsync(connection, SqlServerSources.Location(place.Text), cancellationToken) is { } doubt)
        {
            LogDoubt(doubt);
        }

        return await InspectAsync(place, connection, cancellationToken);
    }

    private async Task<DatabaseSchema> InspectAsync(Place place, DbConnection connection, CancellationToken cancellationToken) =>
        Describe(place, await ReadAppliedAsync(place, connection, null, cancellationToken), []);

    private async Task<DatabaseSchema> MigrateAsync(Place place, DbConnection connection, CancellationToken cancellationToken)
    {
        await SqlServerSettings.CheckAsync(connection, SqlServerSources.Location(place.Text), cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await SqlServerScripts.LockAsync(connection, transaction, place.Schema, cancellationToken);
        var applied = await ReadAppliedAsync(place, connection, transaction, cancellationToken);
        var pending = SchemaPlan.Pending(NameOf(place), ScriptsOf(place), applied);
        if (pending.Count > 0 && applied.Count == 0)
        {
            await SqlServerScripts.RunAsync(connection, transaction, $"""
                IF SCHEMA_ID(N'{place.Schema}') IS NULL EXEC (N'CREATE SCHEMA {place.Schema}');
                IF OBJECT_ID(N'{place.Schema}.schema_version', N'U') IS NULL
                CREATE TABLE {place.Schema}.schema_version
                (version integer NOT NULL PRIMARY KEY, name nvarchar(128) NOT NULL, checksum nvarchar(64) NOT NULL, applied_at datetime2(3) NOT NULL);
                """, cancellationToken);
        }

        foreach (var script in pending)
        {
            await SqlServerScripts.RunAsync(connection, transaction, script.Text, cancellationToken);
            await SqlServerScripts.RunAsync(
                connection, transaction, $"INSERT INTO {place.Schema}.schema_version (version, name, checksum, applied_at) VALUES (@version, @name, @checksum, @at);", cancellationToken,
                ("@version", script.Version), ("@name", script.Name), ("@checksum", script.Checksum), ("@at", time.GetUtcNow().UtcDateTime));
        }

        await transaction.CommitAsync(cancellationToken);
        foreach (var script in pending)
        {
            LogApplied(script.Name, SqlServerSources.Location(place.Text));
        }

        return Describe(place, [.. applied, .. pending.Select(s => new AppliedScript(s.Version, s.Name, s.Checksum))], [.. pending.Select(s => s.Name)]);
    }

    private DatabaseSchema Describe(Place place, List<AppliedScript> applied, List<string> appliedNow) => new(
        place.Name,
        SqlServerSources.Location(place.Text),
        applied.Count == 0 ? 0 : applied.Max(script => script.Version),
        [.. applied.Select(script => script.Name)],
        appliedNow,
        [.. SchemaPlan.Pending(NameOf(place), ScriptsOf(place), applied).Select(script => script.Name)]);

    private List<SchemaScript> ScriptsOf(Place place) => [.. Scripts.Where(script => script.Database == place.Schema)];

    private static string NameOf(Place place) => string.Create(CultureInfo.InvariantCulture, $"{place.Schema} in {SqlServerSources.Location(place.Text)}");

    private static async Task<List<AppliedScript>> ReadAppliedAsync(Place place, DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        List<AppliedScript> applied = [];
        await SqlServerScripts.ReadAsync(
            connection, transaction,
            $"IF OBJECT_ID(N'{place.Schema}.schema_version', N'U') IS NOT NULL SELECT version, name, checksum FROM {place.Schema}.schema_version ORDER BY version;",
            row => applied.Add(new AppliedScript(row.GetInt32(0), row.GetString(1), row.GetString(2))), cancellationToken);
        return applied;
    }

    [LoggerMessage(EventIds.SqlServerSchemaApplied, LogLevel.Information, "Schema script {Script} was applied to {Location}")]
    private partial void LogApplied(string script, string location);

    [LoggerMessage(EventIds.DatabaseDoubtful, LogLevel.Warning, "Of the storage: {Doubt}")]
    private partial void LogDoubt(string doubt);

    /// <param name="Name">Short name for operators.</param>
    /// <param name="Schema">The schema, which is also the name in the scripts.</param>
    /// <param name="Text">Connection string.</param>
    private sealed record Place(string Name, string Schema, string Text)
    {
        /// <summary>Without the connection string, which may hold a password.</summary>
        public override string ToString() => Name;
    }
}
