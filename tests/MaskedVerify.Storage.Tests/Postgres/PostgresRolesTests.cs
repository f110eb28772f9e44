using System.Globalization;
using MaskedVerify.Domain;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>The roles of <c>deploy/sql/postgres/roles.sql</c>: who can do what.</summary>
public sealed class PostgresRolesTests : IAsyncLifetime
{
    /// <summary>Of every login: what it may do with which tables. S select, I insert, U update, D delete, T truncate; a vault may SIUD where nothing is said.</summary>
    private const string Rights = """
        egress control.orleansmembershiptable SIUD
        egress control.orleansmembershipversiontable SIUD
        egress control.orleansquery S
        egress control.orleansstorage SIU
        egress control.schema_version S
        front control.orleansmembershiptable SIUD
        front control.orleansmembershipversiontable SIUD
        front control.orleansquery S
        front control.schema_version S
        vault control.orleansquery S
        vault control.schema_version S
        vault hot.audit_heads SU
        vault hot.audit_log SI
        vault hot.schema_version S
        vault keys.schema_version S
        """;

    private PostgresDatabase? _database;

    private PostgresDatabase Database => _database!;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresDatabase.CreateAsync();

        // Roles belong to the server, whose other databases have the grants of theirs.
        await RolesAsync(await PostgresDatabase.CreateAsync());
        foreach (var role in new[] { "owner", "vault", "front", "egress" })
        {
            await Database.ExecuteAsync($"DROP ROLE IF EXISTS mv_{role}; CREATE ROLE mv_{role} LOGIN PASSWORD 'p' IN ROLE maskedverify_{role}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("roles", "owner")]
    [InlineData("roles", "administrator")]
    [InlineData("roles", "member of owner")]
    [InlineData("administrator", "roles")]
    [InlineData("roles", "owner", "roles", "roles")]
    [InlineData("administrator", "roles", "owner")]
    public async Task Rights_InWhateverOrderRolesAndMigrationRun_AreTheSame(params string[] order)
    {
        foreach (var step in order)
        {
            await RunAsync(step);
        }

        Assert.Equal(Rights.ReplaceLineEndings("\n"), await RightsAsync());
        Assert.Equal("maskedverify_owner", await Database.ScalarAsync<string>("SELECT string_agg(DISTINCT tableowner::text, ',') FROM pg_tables WHERE schemaname IN ('control', 'hot', 'keys')"));
    }

    [Fact]
    public async Task Rights_WhenOneUserOwnsTheDatabaseAndRolesWereNeverRunThere_AreNobodysElse()
    {
        await RunAsync("administrator");

        Assert.Equal("0", await Database.ScalarAsync<string>("SELECT count(*)::text FROM pg_class WHERE relnamespace = 'hot'::regnamespace AND has_table_privilege('mv_vault', oid, 'SELECT') AND relkind = 'r'"));
        Assert.Equal("postgres", await Database.ScalarAsync<string>("SELECT tableowner::text FROM pg_tables WHERE tablename = 'hot_state'"));
    }

    [Fact]
    public async Task Roles_WhenGranted_AllowWhatEachNeedsAndNoMore()
    {
        await RunAsync("roles");
        await RunAsync("owner");

        await VaultDoesItsWorkAsync();
        await FrontSeesMembershipOnlyAsync();
        await EgressSeesMembershipAndLeasesOnlyAsync();
    }

    private async Task RunAsync(string step)
    {
        if (step == "roles")
        {
            await RolesAsync(Database);
            return;
        }

        await using var storage = new PostgresStorage(step switch
        {
            "owner" => As("owner") + ";Options=-c role=maskedverify_owner",
            "member of owner" => As("owner"),
            _ => Database.ConnectionString,
        });
        await storage.Migrator.MigrateAsync();
    }

    private static async Task RolesAsync(PostgresDatabase database) =>
        await database.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(Root(), "deploy", "sql", "postgres", "roles.sql")));

    private Task<string?> RightsAsync() => Database.ScalarAsync<string>("""
        SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C") FROM
        (SELECT format('%s %s.%s %s', login, n.nspname, c.relname, rights) AS line
         FROM unnest(ARRAY['vault', 'front', 'egress']) AS login, pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
         LATERAL (SELECT string_agg(left(kind, 1), '' ORDER BY place) AS rights FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) WITH ORDINALITY AS kinds(kind, place)
                  WHERE has_schema_privilege('mv_' || login, n.oid, 'USAGE') AND has_table_privilege('mv_' || login, c.oid, kind)) AS held
         WHERE n.nspname IN ('control', 'hot', 'keys') AND c.relkind IN ('r', 'v')
           AND CASE login WHEN 'vault' THEN rights IS DISTINCT FROM 'SIUD' ELSE rights IS NOT NULL END) AS lines
        """);

    private async Task VaultDoesItsWorkAsync()
    {
        await using var vault = new PostgresStorage(As("vault"));
        await StartAsync(vault.Services);
        await vault.Hot.CommitAsync(Commit("pa-1", 0, "a", Unique("u"), Outcome(1, 1), Guard("g", "s"), Map("m", 1, 1), Due(1, 1), Audit("a")));
        await vault.Hot.ClaimDueAsync(Noon, Noon.AddMinutes(1), 5);
        Assert.Equal(1, await vault.Hot.AuditOutbox.DrainAsync(10));
        Assert.Equal(0, (await vault.Hot.AuditOutbox.ReadBacklogAsync()).Events);
        await vault.Hot.SweepAsync(Noon.AddYears(1), 100);
        Assert.Equal(CommitStatus.Committed, (await vault.Hot.CommitAsync(Commit("pa-1", 1, "b", new AliasErasedRow(Alias(1))))).Status);
        Assert.Null(await vault.Keys.FindAliasAsync(Key("nobody")));
        foreach (var sql in new[] { "DROP TABLE hot.due", "CREATE TABLE hot.mine (id integer)", "UPDATE control.orleansquery SET querytext = ''", "DELETE FROM keys.schema_version", "UPDATE hot.audit_log SET at = 0", "DELETE FROM hot.audit_log", "DELETE FROM hot.audit_heads" })
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await RefusalAsync("vault", sql));
        }
    }

    private async Task FrontSeesMembershipOnlyAsync()
    {
        var services = new ServiceCollection();
        services.AddMaskedVerifyClusterDatabase(options =>
        {
            options.Engine = StorageEngine.Postgres;
            options.ClusterDatabase = As("front");
        });
        await using var front = services.BuildServiceProvider();
        await StartAsync(front);

        foreach (var sql in new[] { "SELECT * FROM control.orleansstorage", "SELECT * FROM hot.hot_state", "SELECT * FROM keys.subject_keys", "DELETE FROM control.orleansquery", "SELECT * FROM control.orleansreminderstable" })
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await RefusalAsync("front", sql));
        }
    }

    private async Task EgressSeesMembershipAndLeasesOnlyAsync()
    {
        await Database.ExecuteAsync(Row("tenant", "t") + Row("carrier-link", "cl-a-0"));
        await using var connection = new NpgsqlConnection(As("egress") + ";Pooling=false");
        await connection.OpenAsync();

        await using var read = new NpgsqlCommand("SELECT string_agg(graintypestring, ',') FROM control.orleansstorage", connection);
        Assert.Equal("carrier-link", await read.ExecuteScalarAsync());
        await using var renew = new NpgsqlCommand("UPDATE control.orleansstorage SET version = version + 1", connection);
        Assert.Equal(1, await renew.ExecuteNonQueryAsync());
        await using var take = new NpgsqlCommand(Row("carrier-link", "cl-a-1"), connection);
        Assert.Equal(1, await take.ExecuteNonQueryAsync());
        foreach (var sql in new[] { Row("tenant", "mine"), "DELETE FROM control.orleansstorage", "SELECT * FROM hot.hot_state", "SELECT * FROM keys.subject_keys", "DELETE FROM control.orleansquery" })
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await RefusalAsync("egress", sql));
        }

        await using var vault = new NpgsqlConnection(As("vault") + ";Pooling=false");
        await vault.OpenAsync();
        await using var all = new NpgsqlCommand("SELECT count(*) FROM control.orleansstorage", vault);
        Assert.Equal(3L, await all.ExecuteScalarAsync());

        static string Row(string type, string id) =>
            $"INSERT INTO control.orleansstorage (serviceid, graintypestring, grainidn0, grainidn1, grainidextensionstring, payloadbinary, version) VALUES ('maskedverify', '{type}', 0, 0, '{id}', decode('00', 'hex'), 1);";
    }

    private async Task<string?> RefusalAsync(string role, string sql)
    {
        await using var connection = new NpgsqlConnection(As(role) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState;
    }

    private static async Task StartAsync(IServiceProvider services)
    {
        foreach (var service in services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(CancellationToken.None);
        }
    }

    private string As(string role) => string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Database.Server.Port};Database={Database.Name};Username=mv_{role};Password=p");

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "MaskedVerify.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("The tests run outside of their checkout.");
    }
}
