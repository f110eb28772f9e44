using System.Data;
using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

/// <summary>Schema of a SQL Server installation. Each schema remembers its scripts; an application lock puts migrations that run at once in order.</summary>
internal sealed partial class SqlServerMigrator(StorageOptions options, ServerPlaces places, TimeProvider time, ILogger<SqlServerMigrator> logger)
    : ServerMigrator(options, places, "sqlserver")
{
    private readonly SqlServerDialect _dialect = new(new SqlServerSql("hot", options.BusyTimeout));

    /// <summary>Makes connections; a test may put others in their place.</summary>
    public Func<string, DbDataSource> Sources { get; set; } = SqlServerSources.ForScripts;

    public override async ValueTask EnsureAsync(IReadOnlyList<string> databases, CancellationToken cancellationToken)
    {
        var wanted = Wanted(databases);
        foreach (var doubt in Doubts(databases))
        {
            LogDoubt(logger, doubt);
        }

        foreach (var schema in await EachAsync(wanted, CheckAndInspectAsync, cancellationToken))
        {
            if (schema.Pending.Count == 0)
            {
                continue;
            }

            if (!MayApply)
            {
                throw new SchemaMismatchException($"The schema {schema.Database} of {schema.Location} lacks {string.Join(", ", schema.Pending)}. {WhatToDo}");
            }

            await EachAsync(wanted.FindAll(place => place.Name == schema.Database), MigrateAsync, cancellationToken);
        }
    }

    public override bool IsAway(Exception error) => error is SqlException known && SqlServerErrors.IsAway(known.Number, known.Class);

    protected override IReadOnlyList<string> DoubtsOf(string text) => SqlServerSources.Doubts(text);

    protected override string Location(string text) => SqlServerSources.Location(text);

    protected override DbDataSource Source(string text) => Sources(text);

    protected override bool IsOfDriver(Exception error) => error is DbException or NotSupportedException or InvalidOperationException;

    protected override string Explain(ServerPlace place, Exception error) =>
        $"The database {place.Name} {_dialect.Describe(error)}. Its schema was not changed. Database: {Location(place.Text)}";

    private async Task<DatabaseSchema> CheckAndInspectAsync(ServerPlace place, DbConnection connection, CancellationToken cancellationToken)
    {
        if (await SqlServerSettings.CheckAsync(connection, Location(place.Text), cancellationToken) is { } doubt)
        {
            LogDoubt(logger, doubt);
        }

        return await InspectAsync(place, connection, cancellationToken);
    }

    protected override async Task<DatabaseSchema> InspectAsync(ServerPlace place, DbConnection connection, CancellationToken cancellationToken) =>
        Describe(place, await ReadAppliedAsync(place, connection, null, cancellationToken), []);

    protected override async Task<DatabaseSchema> MigrateAsync(ServerPlace place, DbConnection connection, CancellationToken cancellationToken)
    {
        await SqlServerSettings.CheckAsync(connection, Location(place.Text), cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await SqlServerScripts.LockAsync(connection, transaction, place.Schema, cancellationToken);
        var applied = await ReadAppliedAsync(place, connection, transaction, cancellationToken);
        var pending = Pending(place, applied);
        if (pending.Count > 0)
        {
            // Tables of before scripts said whom they serve lack the last column.
            await SqlServerScripts.RunAsync(connection, transaction, $"""
                IF SCHEMA_ID(N'{place.Schema}') IS NULL EXEC (N'CREATE SCHEMA {place.Schema}');
                IF OBJECT_ID(N'{place.Schema}.schema_version', N'U') IS NULL
                CREATE TABLE {place.Schema}.schema_version
                (version integer NOT NULL PRIMARY KEY, name nvarchar(128) NOT NULL, checksum nvarchar(64) NOT NULL, applied_at datetime2(3) NOT NULL, serves integer NULL);
                ELSE IF COL_LENGTH(N'{place.Schema}.schema_version', N'serves') IS NULL ALTER TABLE {place.Schema}.schema_version ADD serves integer NULL;
                """, cancellationToken);
        }

        foreach (var script in pending)
        {
            await SqlServerScripts.RunAsync(connection, transaction, script.Text, cancellationToken);
            await SqlServerScripts.RunAsync(
                connection, transaction, $"INSERT INTO {place.Schema}.schema_version (version, name, checksum, applied_at, serves) VALUES (@version, @name, @checksum, @at, @serves);",
                cancellationToken,
                ("@version", script.Version), ("@name", script.Name), ("@checksum", script.Checksum), ("@at", time.GetUtcNow().UtcDateTime),
                ("@serves", (object?)script.Serves ?? DBNull.Value));
        }

        if (pending.Count > 0)
        {
            // Roles belong to a database: that this one exists says that an administrator has run the file here.
            await SqlServerScripts.RunAsync(
                connection, transaction, $"IF DATABASE_PRINCIPAL_ID(N'maskedverify_vault') IS NOT NULL\nBEGIN\n{SchemaScripts.Roles("sqlserver")}\nEND;", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        foreach (var script in pending)
        {
            LogApplied(script.Name, Location(place.Text));
        }

        return Describe(place, applied, pending);
    }

    private static async Task<List<AppliedScript>> ReadAppliedAsync(ServerPlace place, DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        // In a text of its own, because a statement that names a column which an older table lacks does not compile.
        List<AppliedScript> applied = [];
        await SqlServerScripts.ReadAsync(
            connection, transaction,
            $"""
            IF COL_LENGTH(N'{place.Schema}.schema_version', N'serves') IS NOT NULL EXEC (N'SELECT version, name, checksum, serves FROM {place.Schema}.schema_version ORDER BY version');
            ELSE IF OBJECT_ID(N'{place.Schema}.schema_version', N'U') IS NOT NULL
            SELECT version, name, checksum, CAST(NULL AS integer) AS serves FROM {place.Schema}.schema_version ORDER BY version;
            """,
            row => applied.Add(new AppliedScript(row.GetInt32(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetInt32(3))), cancellationToken);
        return applied;
    }

    [LoggerMessage(EventIds.SqlServerSchemaApplied, LogLevel.Information, "Schema script {Script} was applied to {Location}")]
    private partial void LogApplied(string script, string location);
}
