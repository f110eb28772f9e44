using System.Data;
using System.Diagnostics.CodeAnalysis;
using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MaskedVerify.Storage;

/// <summary>Schema of a PostgreSQL installation. Each schema remembers its scripts; an advisory lock puts migrations that run at once in order.</summary>
internal sealed partial class PostgresMigrator(
    StorageOptions options, ServerPlaces places, PostgresDialect dialect, TimeProvider time, ILogger<PostgresMigrator> logger) : IDatabaseMigrator
{
    /// <summary>The scripts of this program; a test may put others in their place.</summary>
    public IReadOnlyList<SchemaScript> Scripts { get; set; } = SchemaScripts.Of("postgres");

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
        var lacking = (await EachAsync(wanted, InspectAsync, cancellationToken)).FindAll(schema => schema.Pending.Count > 0);
        if (lacking.Count > 0 && !options.AppliesAtStart)
        {
            throw new SchemaMismatchException(
                $"The schema of {lacking[0].Location} lacks {string.Join(", ", lacking.SelectMany(schema => schema.Pending))}. Run `maskedverify migrate --engine postgres --database …` first, or start with --migrate-at-start true.");
        }

        var whole = databases is ["cluster"] || await IsWholeAsync(cancellationToken);
        await EachAsync(wanted.FindAll(place => lacking.Exists(schema => schema.Database == place.Name)), MigrateAsync, cancellationToken);
        if (!whole)
        {
            await EnsureWholeAsync(cancellationToken);
        }
    }

    private ValueTask EnsureWholeAsync(CancellationToken cancellationToken) => options.AppliesAtStart
        ? MakeWholeAsync(cancellationToken)
        : throw new SchemaMismatchException(
            $"The hot databases ({string.Join(", ", HotLocations())}) are not made one store yet. Run `maskedverify migrate --engine postgres --database …` first, or start with --migrate-at-start true.");

    private List<Place> All()
    {
        List<Place> all = [new Place("control", "control", places.Main), .. HotPlaces(), new Place("keys", "keys", places.Keys)];
        if (PostgresSources.Location(places.Cluster) != PostgresSources.Location(places.Main))
        {
            all.Add(new Place("cluster", "control", places.Cluster));
        }

        return all;
    }

    private List<Place> HotPlaces() =>
        [.. Enumerable.Range(0, options.HotShardCount).Select(shard => new Place(HotPlacement.DatabaseOf(shard), "hot", places.Hot(shard)))];

    private List<string> HotLocations() => HotPlaces().ConvertAll(place => PostgresSources.Location(place.Text));

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

    private static Task<HotShardStamp?> ReadStampAsync(Place place, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ServerStamps.ReadAsync(connection, name => $"SELECT 1 WHERE to_regclass('hot.{name}') IS NOT NULL", cancellationToken);

    private async Task<List<T>> EachAsync<T>(
        List<Place> wanted, Func<Place, NpgsqlConnection, CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        List<T> answers = [];
        foreach (var place in wanted)
        {
            try
            {
                await using var source = PostgresSources.ForScripts(place.Text);
                await using var connection = await source.OpenConnectionAsync(cancellationToken);
                answers.Add(await action(place, connection, cancellationToken));
            }
            catch (NpgsqlException error)
            {
                throw new StorageUnavailableException($"The database {PostgresSources.Location(place.Text)} {dialect.Describe(error)}.", error);
            }
        }

        return answers;
    }

    private async Task<DatabaseSchema> InspectAsync(Place place, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        Describe(place, await ReadAppliedAsync(place, connection, cancellationToken), []);

    private async Task<DatabaseSchema> MigrateAsync(Place place, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock(hashtextextended('maskedverify.{place.Schema}', 0))", cancellationToken);
        var applied = await ReadAppliedAsync(place, connection, cancellationToken);
        var pending = SchemaPlan.Pending(NameOf(place), ScriptsOf(place), applied);
        if (pending.Count > 0 && applied.Count == 0)
        {
            // Not IF NOT EXISTS alone: that needs the right to create schemas even where an administrator has made this one.
            await RunAsync(connection, $"""
                DO $$ BEGIN IF to_regnamespace('{place.Schema}') IS NULL THEN CREATE SCHEMA {place.Schema}; END IF; END $$;
                CREATE TABLE IF NOT EXISTS {place.Schema}.schema_version
                (version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL);
                """, cancellationToken);
        }

        foreach (var script in pending)
        {
            await RunAsync(connection, script.Text, cancellationToken);
            await RememberAsync(place, connection, script, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        foreach (var script in pending)
        {
            LogApplied(script.Name, PostgresSources.Location(place.Text));
        }

        return Describe(place, [.. applied, .. pending.Select(s => new AppliedScript(s.Version, s.Name, s.Checksum))], [.. pending.Select(s => s.Name)]);
    }

    private DatabaseSchema Describe(Place place, List<AppliedScript> applied, List<string> appliedNow) => new(
        place.Name,
        PostgresSources.Location(place.Text),
        applied.Count == 0 ? 0 : applied.Max(script => script.Version),
        [.. applied.Select(script => script.Name)],
        appliedNow,
        [.. SchemaPlan.Pending(NameOf(place), ScriptsOf(place), applied).Select(script => script.Name)]);

    private List<SchemaScript> ScriptsOf(Place place) => [.. Scripts.Where(script => script.Database == place.Schema)];

    private static string NameOf(Place place) => $"{place.Schema} in {PostgresSources.Location(place.Text)}";

    [SuppressMessage("Security", "CA2100", Justification = "The schema is a constant of this class.")]
    private static async Task<List<AppliedScript>> ReadAppliedAsync(Place place, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand($"SELECT to_regclass('{place.Schema}.schema_version') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return [];
        }

        await using var select = new NpgsqlCommand($"SELECT version, name, checksum FROM {place.Schema}.schema_version ORDER BY version", connection);
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        List<AppliedScript> applied = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(new AppliedScript(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        }

        return applied;
    }

    [SuppressMessage("Security", "CA2100", Justification = "The schema is a constant of this class.")]
    private async Task RememberAsync(Place place, NpgsqlConnection connection, SchemaScript script, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(
            $"INSERT INTO {place.Schema}.schema_version (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)", connection);
        foreach (var value in new object[] { script.Version, script.Name, script.Checksum, time.GetUtcNow().UtcDateTime })
        {
            insert.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    [SuppressMessage("Security", "CA2100", Justification = "The texts are constants of this assembly.")]
    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(EventIds.PostgresSchemaApplied, LogLevel.Information, "Schema script {Script} was applied to {Location}")]
    private partial void LogApplied(string script, string location);

    /// <param name="Name">Short name for operators.</param>
    /// <param name="Schema">The schema, which is also the name in the scripts.</param>
    /// <param name="Text">Connection string.</param>
    private sealed record Place(string Name, string Schema, string Text)
    {
        /// <summary>Without the connection string, which may hold a password.</summary>
        public override string ToString() => Name;
    }
}
