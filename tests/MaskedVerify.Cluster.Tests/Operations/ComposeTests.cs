using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>What stands in compose.postgres.yaml, deploy/README.md and the backup's page for a database server, run against a real PostgreSQL.</summary>
public sealed class ComposeTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private PostgresDatabase? _database;

    private PostgresDatabase Database => _database!;

    /// <summary>The login of the compose file owns its database.</summary>
    private string Login => "maskedverify_" + Database.Name;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresDatabase.CreateAsync();
        await Database.ExecuteAsync($"CREATE ROLE {Login} LOGIN PASSWORD 'p'; ALTER DATABASE {Database.Name} OWNER TO {Login}");
        await File.WriteAllTextAsync(_folder.File("pgpass"), $"127.0.0.1:{Database.Server.Port}:{Database.Name}:{Login}:p\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder.File("pgpass"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Migration_ThenASilo_AsTheComposeFileStartsThem_WithTheCertificatesOfTheReadme_IsReady()
    {
        await RunAsync(Page.Block("README.md", "openssl req -x509"));
        var (code, output) = await Tool.RunAsync("openssl", ["verify", "-CAfile", "ca.pem", "silo.pem"], _folder.Parent);
        Assert.True(code == 0, output);
        await MigrateAsync();

        var silo = (await Workload.SilosAsync()).Single(w => w.Name == "compose.postgres.yaml/silo-1");
        await using var server = await ServerProcess.StartAsync(_folder.Data, silo.Fill(Values(), Parts()));
        using var api = new Api(server);
        var started = await api.StartAsync(Numbers.Next());
        await Eventually.TrueAsync(async () => await api.CodeAsync(started.Alias) is not null, "the sandbox has the code");
        Assert.Equal("approved", (await api.CheckAsync(started.Id, (await api.CodeAsync(started.Alias))!)).VerificationStatus);
    }

    [Fact]
    public async Task Dump_AsTheBackupsPageMakesAndRestoresIt_IsADatabaseThatFitsTheProgram()
    {
        await MigrateAsync();
        await RunAsync(Page.Block("runbooks/backup.md", "pg_dump "));
        await RunAsync(Page.Block("runbooks/backup.md", "createdb ").Replace("maskedverify_restored", "restored_" + Database.Name, StringComparison.Ordinal));

        var restored = Database with { Name = "restored_" + Database.Name };
        var (code, output) = await Tool.RunAsync("dotnet", [BuiltProgram.Cli, "migrate", "--dry-run", "--engine", "postgres", "--database", $"Host=127.0.0.1;Port={Database.Server.Port};Database={restored.Name};Username={Login};Password=p"]);
        Assert.True(code == 0 && output.Contains("Nothing to do", StringComparison.Ordinal), output);
        Assert.Equal(Login, await restored.ScalarAsync<string>("SELECT tableowner::text FROM pg_tables WHERE tablename = 'hot_state'"));
    }

    private async Task MigrateAsync()
    {
        var migrate = (await Workload.AllAsync()).Single(w => w.Name == "compose.postgres.yaml/migrate");
        var (code, output) = await Tool.RunAsync("dotnet", [BuiltProgram.Cli, .. migrate.Command[1..]], _folder.Parent, environment: migrate.Fill(Values(), Parts()));
        Assert.True(code == 0, output);
    }

    private Dictionary<string, string> Values() => new(StringComparer.Ordinal)
    {
        ["MASKEDVERIFY_OPERATOR_KEY"] = new string('o', 40),
        ["MASKEDVERIFY_OBSERVER_KEY"] = new string('p', 40),
        ["172.28.0.11"] = "127.0.0.1",
        ["/run/secrets/cluster-certificate"] = _folder.File("silo.pem"),
        ["/run/secrets/cluster-key"] = _folder.File("silo.key"),
        ["/run/secrets/cluster-ca"] = _folder.File("ca.pem"),
        ["/keys/root.key"] = _folder.File("keys/root.key"),
        ["http://*:8080"] = "http://127.0.0.1:0",
        ["8081"] = "0",
        ["11111"] = "0",
    };

    private Dictionary<string, string> Parts() => new(StringComparer.Ordinal)
    {
        ["Host=postgres"] = $"Host=127.0.0.1;Port={Database.Server.Port}",
        ["Database=maskedverify"] = "Database=" + Database.Name,
        ["Username=maskedverify"] = "Username=" + Login,
        ["/run/secrets/pgpass"] = _folder.File("pgpass"),
    };

    private Task RunAsync(string script) => Page.RunAsync(script, _folder.Parent, Database, ("BACKUP", Directory.CreateDirectory(_folder.File("backup")).FullName));
}
