using System.Collections.Concurrent;
using MaskedVerify.Cluster.Tests.Servers;
using Npgsql;

namespace MaskedVerify.Cluster.Tests;

/// <summary>A front and two vaults that are egress silos too, as processes, on one PostgreSQL database, with mutual TLS.</summary>
public sealed class RoleTests(RoleCluster cluster) : IClassFixture<RoleCluster>
{
    [Fact]
    public async Task Journey_ThroughAFront_ThatSeesMembershipOnly()
    {
        var (silos, front) = (cluster.Silos, cluster.Front);
        using var api = new Api(front, silos.SandboxKey);
        await ReadyAsync(front);

        for (var i = 0; i < 20; i++)
        {
            var started = await api.StartAsync(Numbers.Next());
            Assert.Equal(201, started.Status);
            var code = await CodeAsync(api, started.Alias);
            var check = await api.CheckAsync(started.Id, code);
            Assert.Equal((200, "approved"), (check.Status, check.VerificationStatus));
            Assert.Equal("approved", (await api.GetAsync(started.Id)).VerificationStatus);
        }

        Assert.Equal(404, (await api.GetAsync("vf-" + new string('0', 60))).Status);
        using var stranger = new Api(front, Domain.ApiKeyText.Create(live: false).Reveal());
        Assert.Equal(401, (await stranger.StartAsync(Numbers.Next())).Status);

        // Administration is a vault's.
        using var internalPort = new Api(front, "x", front.Internal);
        Assert.Equal(404, await internalPort.StatusOfAsync("/admin/v1/status"));
        Assert.Equal(404, await internalPort.StatusOfAsync("/ops"));
        await FrontLoginSeesNothingElseAsync(silos);
        Assert.False(File.Exists(Path.Combine(cluster.FrontData, "keys", "root.key")));
    }

    [Fact]
    public async Task RollingRestart_OfTheVaults_FailsNoRequest()
    {
        var (silos, front, vaults) = (cluster.Silos, cluster.Front, cluster.Vaults);
        await ReadyAsync(front);
        using var api = new Api(front, silos.SandboxKey);
        var statuses = new ConcurrentQueue<int>();
        using var over = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => CallAsync(api, statuses, over.Token))).ToArray();
        await AtLeastAsync(statuses, 50);

        foreach (var old in vaults.ToArray())
        {
            Assert.Equal(0, await old.TerminateAsync());
            vaults.Remove(old);
            await AtLeastAsync(statuses, statuses.Count + 50);
            vaults.Add(await silos.StartVaultAsync());
            await ReadyAsync(vaults[^1]);
            await AtLeastAsync(statuses, statuses.Count + 50);
        }

        await over.CancelAsync();
        await Task.WhenAll(callers);
        var calls = string.Join('\n', front.Output.Split('\n').Where(l => l.Contains("VaultCalls", StringComparison.Ordinal)).TakeLast(30));
        Assert.All(statuses.GroupBy(s => s), g => Assert.True(g.Key is 200 or 201, $"{g.Count()} of {statuses.Count} answers were {g.Key}\n{calls}"));
    }

    [Fact]
    public async Task Silo_WithoutTheClustersCertificate_IsNeverHeard()
    {
        var silos = cluster.Silos;
        using var folder = new TempFolder();
        using var other = Testing.TestAuthority.Create();
        using (var certificate = other.Issue())
            other.Write(folder.File("tls"), certificate);

        // It knows the database, and nothing else.
        var rogue = ServerProcess.RunForAWhileAsync(
            "--data", folder.Data, "--internal-port", "0", "--engine", "postgres", "--role", "front", "--urls", "http://127.0.0.1:0", "--cluster-database", silos.FrontConnection,
            "--cluster-certificate", folder.File("tls/cert.pem"), "--cluster-key", folder.File("tls/key.pem"), "--cluster-ca", folder.File("tls/ca.pem"));
        var front = await silos.StartFrontAsync();
        await ReadyAsync(front);
        using var api = new Api(front, silos.SandboxKey);

        Assert.Equal(201, (await api.StartAsync(Numbers.Next())).Status);
        var (code, error) = await rogue;
        Assert.NotEqual(0, code);
        Assert.DoesNotContain("sandbox   mv_", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhenAFrontIsGivenARootKey_NamesItAndEndsWithCode2()
    {
        using var folder = new TempFolder();

        var (code, error) = await ServerProcess.RunToEndAsync("--data", folder.Data, "--role", "front", "--engine", "postgres", "--root-key-file", "root.key", "--database", "Host=127.0.0.1;Database=x");

        Assert.Equal(2, code);
        Assert.Contains("--root-key-file is not for --role front", error, StringComparison.Ordinal);
        Assert.Contains("--database is not for --role front", error, StringComparison.Ordinal);
    }

    private static async Task FrontLoginSeesNothingElseAsync(RoleSilos silos)
    {
        await using var source = NpgsqlDataSource.Create(silos.FrontConnection);
        foreach (var table in new[] { "hot.hot_state", "keys.alias_index", "keys.subject_keys", "keys.named_keys", "control.OrleansStorage", "control.OrleansRemindersTable", "hot.audit_outbox" })
        {
            await using var command = source.CreateCommand($"SELECT count(*) FROM {table}");
            var error = await Assert.ThrowsAsync<PostgresException>(async () => await command.ExecuteScalarAsync());
            Assert.Equal("42501", error.SqlState);
        }

        await using var members = source.CreateCommand("SELECT count(*) FROM control.OrleansMembershipTable");
        Assert.True((long)(await members.ExecuteScalarAsync())! >= 3);
    }

    private static async Task CallAsync(Api api, ConcurrentQueue<int> statuses, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var started = await api.StartAsync(Numbers.Next());
            statuses.Enqueue(started.Status);
            if (started.Status == 201)
                statuses.Enqueue((await api.GetAsync(started.Id)).Status);
        }
    }

    private static async Task<string> CodeAsync(Api api, string alias)
    {
        for (var i = 0; i < 200; i++)
        {
            if (await api.CodeAsync(alias) is { } code)
                return code;
            await Task.Delay(25);
        }

        throw new InvalidOperationException("No code came.");
    }

    private static async Task ReadyAsync(ServerProcess silo)
    {
        using var health = new Api(silo, "x", silo.Internal);
        await Testing.Eventually.TrueAsync(async () => await health.StatusOfAsync("/health/ready") == 200, "the silo is ready");
    }

    private static Task AtLeastAsync(ConcurrentQueue<int> statuses, int count) => Testing.Eventually.TrueAsync(() => statuses.Count >= count, "requests are answered");
}
