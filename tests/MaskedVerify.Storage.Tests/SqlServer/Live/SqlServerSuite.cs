using System.Data.Common;
using MaskedVerify.Storage.Tests.Server;
using MaskedVerify.Testing;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>Which tests need a real SQL Server, and where it is. Without it they are not part of a run.</summary>
internal static class SqlServerSuite
{
    /// <summary>Holds a connection string of a login that may create databases; its database is not touched.</summary>
    public const string Variable = "MASKEDVERIFY_TEST_SQLSERVER";

    /// <summary>The trait of these tests.</summary>
    public const string Trait = "NeedsServer";

    /// <summary>Its value.</summary>
    public const string Name = "SqlServer";

    public static string? ConnectionString => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : null;

    /// <summary>Arguments that keep these tests out of a run for which there is no server.</summary>
    public static string[] Filtered(string[] args) => ConnectionString is not null || args.Contains("--filter-query") ? args : [.. args, "--filter-not-trait", $"{Trait}={Name}"];
}

/// <summary>A migrated database of its own for the tests of a class, which goes away with it.</summary>
public sealed class SqlServerFixture : IAsyncLifetime, ITestDatabase
{
    /// <summary>Empties the hot tables, the append-only one too.</summary>
    internal const string EmptyHot = """
        DELETE FROM hot.hot_state; DELETE FROM hot.unique_keys; DELETE FROM hot.outcomes; DELETE FROM hot.guard_counts; DELETE FROM hot.receipts; DELETE FROM hot.due;
        DELETE FROM hot.audit_outbox; DELETE FROM hot.commits;
        DISABLE TRIGGER hot.audit_log_is_append_only ON hot.audit_log; DELETE FROM hot.audit_log; ENABLE TRIGGER hot.audit_log_is_append_only ON hot.audit_log;
        UPDATE hot.audit_heads SET newest = 0;
        """;

    private readonly string _name = $"mv_test_{Guid.NewGuid():N}";

    public string ConnectionString { get; private set; } = string.Empty;

    public async ValueTask InitializeAsync()
    {
        await CreateAsync();
        await using var storage = new SqlServerStorage(ConnectionString);
        await storage.Migrator.MigrateAsync();
    }

    /// <summary>Makes the database, without a schema.</summary>
    internal async Task CreateAsync()
    {
        await OnServerAsync($"CREATE DATABASE {_name}; ALTER DATABASE {_name} SET READ_COMMITTED_SNAPSHOT ON;");
        ConnectionString = new SqlConnectionStringBuilder(Server()) { InitialCatalog = _name }.ConnectionString;
    }

    /// <summary>Empties every table but those of the migrator and of Orleans' statements.</summary>
    public Task TruncateAsync() => RunAsync(EmptyHot + """
        DELETE FROM keys.alias_index; DELETE FROM keys.subject_keys; DELETE FROM keys.named_keys; DELETE FROM keys.commits; DELETE FROM control.OrleansStorage;
        """);

    /// <summary>Runs a command in the database and answers its first value.</summary>
    public async Task<object?> RunAsync(string sql)
    {
        await using var source = SqlServerSources.ForScripts(ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>The audit log by shard and number.</summary>
    public async Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync()
    {
        await using var source = SqlServerSources.ForScripts(ConnectionString);
        await using var command = source.CreateCommand(LoggedAudit.Select("hot.audit_log"));
        await using var reader = await command.ExecuteReaderAsync();
        return await LoggedAudit.ReadAllAsync(reader);
    }

    public async ValueTask DisposeAsync()
    {
        if (ConnectionString.Length > 0)
        {
            SqlConnection.ClearAllPools();
            await OnServerAsync($"ALTER DATABASE {_name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE {_name};");
        }
    }

    private static string Server()
    {
        var text = SqlServerSuite.ConnectionString ?? throw new InvalidOperationException($"These tests need a SQL Server: set {SqlServerSuite.Variable}.");
        return new SqlConnectionStringBuilder(text) { InitialCatalog = "master" }.ConnectionString;
    }

    private static async Task OnServerAsync(string sql)
    {
        var server = Server();
        try
        {
            // Not as scripts connect: those wait at least half a minute for a server that nobody started.
            await using var source = SqlServerSources.Pooled(server, new StorageOptions { StatementTimeout = TimeSpan.FromMinutes(1) });
            foreach (var statement in sql.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                await using var command = source.CreateCommand(statement);
                await command.ExecuteNonQueryAsync();
            }
        }
        catch (Exception error) when (error is DbException or NotSupportedException or InvalidOperationException)
        {
            var dialect = new SqlServerDialect(new SqlServerSql("hot", TimeSpan.FromSeconds(1)));
            throw new InvalidOperationException($"The server that {SqlServerSuite.Variable} names ({SqlServerSources.Location(server)}) {dialect.Describe(error)}.", error);
        }
    }
}

/// <summary>The SQL Server engine on a database, as one silo would hold it.</summary>
public sealed class SqlServerStorage(string connectionString, Action<StorageOptions>? configure = null) : ServerStorage(StorageEngine.SqlServer, connectionString, configure)
{
    internal SqlServerEngine Engine => Services.GetRequiredService<SqlServerEngine>();

    /// <summary>A hot store whose connections a test can refuse.</summary>
    internal ServerHotStore HotStoreOver(DbDataSource source, out ServerDatabase database)
    {
        database = Engine.Hot with { Source = source };
        var options = Services.GetRequiredService<IOptions<StorageOptions>>().Value;
        return new ServerHotStore(database, options, Services.GetRequiredService<StorageMetrics>(), TimeProvider.System, NullLogger.Instance);
    }
}

/// <summary>Connections of another source, unless a test refuses them.</summary>
internal sealed class RefusingSource(DbDataSource inner) : DbDataSource
{
    public bool Refuses { get; set; }

    public override string ConnectionString => inner.ConnectionString;

    protected override DbConnection CreateDbConnection() => Refuses ? throw new IOException("The test refuses connections.") : inner.CreateConnection();
}
