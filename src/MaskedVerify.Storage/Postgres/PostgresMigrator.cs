using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace MaskedVerify.Storage;

/// <summary>Schema of a PostgreSQL installation. Each schema remembers its scripts; an advisory lock puts migrations that run at once in order.</summary>
internal sealed partial class PostgresMigrator(
    StorageOptions options, ServerPlaces places, PostgresDialect dialect, TimeProvider time, ILogger<PostgresMigrator> logger)
    : ServerMigrator(options, places, "postgres")
{
    public override async ValueTask EnsureAsync(IReadOnlyList<string> databases, CancellationToken cancellationToken)
    {
        foreach (var doubt in Doubts(databases))
        {
            LogDoubt(logger, doubt);
        }

        var wanted = Wanted(databases);
        var lacking = (await EachAsync(wanted, InspectAsync, cancellationToken)).FindAll(schema => schema.Pending.Count > 0);
        if (lacking.Count > 0 && !MayApply)
        {
            throw new SchemaMismatchException($"The schema of {lacking[0].Location} lacks {string.Join(", ", lacking.SelectMany(schema => schema.Pending))}. {WhatToDo}");
        }

        await EachAsync(wanted.FindAll(place => lacking.Exists(schema => schema.Database == place.Name)), MigrateAsync, cancellationToken);
    }

    public override bool IsAway(Exception error) => PostgresDialect.IsAway(error);

    protected override IReadOnlyList<string> DoubtsOf(string text) => PostgresSources.Doubts(text);

    protected override string Location(string text) => PostgresSources.Location(text);

    protected override DbDataSource Source(string text) => PostgresSources.ForScripts(text);

    protected override bool IsOfDriver(Exception error) => error is NpgsqlException;

    protected override string Explain(ServerPlace place, Exception error) => $"The database {Location(place.Text)} {dialect.Describe(error)}.";

    protected override async Task<DatabaseSchema> InspectAsync(ServerPlace place, DbConnection connection, CancellationToken cancellationToken) =>
        Describe(place, await ReadAppliedAsync(place, (NpgsqlConnection)connection, cancellationToken), []);

    protected override async Task<DatabaseSchema> MigrateAsync(ServerPlace place, DbConnection open, CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)open;
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock(hashtextextended('maskedverify.{place.Schema}', 0))", cancellationToken);
        var applied = await ReadAppliedAsync(place, connection, cancellationToken);
        var pending = Pending(place, applied);
        if (pending.Count > 0)
        {
            // Not IF NOT EXISTS alone: that needs the right to create schemas even where an administrator has made this one. Tables of before scripts said whom they serve lack
            // the last column.
            await RunAsync(connection, $"""
                DO $$ BEGIN IF to_regnamespace('{place.Schema}') IS NULL THEN CREATE SCHEMA {place.Schema}; END IF; END $$;
                CREATE TABLE IF NOT EXISTS {place.Schema}.schema_version
                (version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL, serves integer);
                ALTER TABLE {place.Schema}.schema_version ADD COLUMN IF NOT EXISTS serves integer;
                """, cancellationToken);
        }

        foreach (var script in pending)
        {
            await RunAsync(connection, script.Text, cancellationToken);
            await RememberAsync(place, connection, script, cancellationToken);
        }

        if (pending.Count > 0 && await HasRolesAsync(place, connection, cancellationToken))
        {
            await RunAsync(connection, SchemaScripts.Roles("postgres"), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        foreach (var script in pending)
        {
            LogApplied(script.Name, Location(place.Text));
        }

        return Describe(place, applied, pending);
    }

    [SuppressMessage("Security", "CA2100", Justification = "The schema is a constant of this class.")]
    private static async Task<List<AppliedScript>> ReadAppliedAsync(ServerPlace place, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand($"SELECT to_regclass('{place.Schema}.schema_version') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return [];
        }

        // Through JSON, because a table from before it lacks the column.
        await using var select = new NpgsqlCommand(
            $"SELECT version, name, checksum, (to_jsonb(known) ->> 'serves')::integer FROM {place.Schema}.schema_version AS known ORDER BY version", connection);
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        List<AppliedScript> applied = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(new AppliedScript(reader.GetInt32(0), reader.GetString(1), reader.GetString(2), await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetInt32(3)));
        }

        return applied;
    }

    /// <summary>Whether an administrator has run roles.sql in this database. Roles belong to the whole server: that they exist says nothing.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "The schema is a constant of this class.")]
    private static async Task<bool> HasRolesAsync(ServerPlace place, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var select = new NpgsqlCommand(
            $"SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = '{place.Schema}' AND pg_get_userbyid(nspowner) = 'maskedverify_owner')", connection);
        return await select.ExecuteScalarAsync(cancellationToken) is true;
    }

    [SuppressMessage("Security", "CA2100", Justification = "The schema is a constant of this class.")]
    private async Task RememberAsync(ServerPlace place, NpgsqlConnection connection, SchemaScript script, CancellationToken cancellationToken)
    {
        await using var insert = new NpgsqlCommand(
            $"INSERT INTO {place.Schema}.schema_version (version, name, checksum, applied_at, serves) VALUES ($1, $2, $3, $4, $5)", connection);
        foreach (var value in new[] { script.Version, script.Name, script.Checksum, time.GetUtcNow().UtcDateTime, (object?)script.Serves ?? DBNull.Value })
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
}
