using System.Collections.Concurrent;
using MaskedVerify.Cluster.Tests.Servers;
using Npgsql;

namespace MaskedVerify.Cluster.Tests;

/// <summary>A front and two vaults that are egress silos too, as processes, on one PostgreSQL database, with mutual TLS.</summary>
public sealed class RoleTests(RoleCluster cluster) : IClassFixture<RoleCluster>
{
    private static readonly TimeSpan s_think = TimeSpan.FromMilliseconds(20);

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
        Assert.False(File.Exists(Path.Combine(cluster.FrontData, "operator.key")));
        Assert.True(File.Exists(Path.Combine(cluster.FrontData, "observer.key")));
    }

    [Fact]
    public async Task RollingRestart_OfEverySilo_FailsNoRequest()
    {
        var (silos, vaults) = (cluster.Silos, cluster.Vaults);
        var all = vaults.ToList();
        await using var fronts = new BalancedFronts(silos);
        await fronts.AddAsync();
        await fronts.AddAsync();
        var answers = new ConcurrentQueue<(string What, int Status)>();
        using var over = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => CallAsync(fronts, answers, over.Token))).ToArray();
        await AtLeastAsync(answers, callers, 50);

        foreach (var old in vaults.ToArray())
        {
            Assert.Equal(0, await old.TerminateAsync());
            vaults.Remove(old);
            await AtLeastAsync(answers, callers, answers.Count + 50);
            vaults.Add(await silos.StartVaultAsync());
            all.Add(vaults[^1]);
            await ReadyAsync(vaults[^1]);
            await AtLeastAsync(answers, callers, answers.Count + 50);
        }

        foreach (var old in fronts.All)
        {
            Assert.Equal(0, await old.TerminateAsync());
            await AtLeastAsync(answers, callers, answers.Count + 50);
            await fronts.AddAsync();
            await AtLeastAsync(answers, callers, answers.Count + 50);
        }

        await over.CancelAsync();
        await Task.WhenAll(callers);
        var lines = fronts.Output.Split('\n').Where(l => l.Contains("VaultCalls", StringComparison.Ordinal)).TakeLast(30)
            .Concat(all.SelectMany(v => v.Output.Split('\n').Where(l => l.Contains(" MaskedVerify.", StringComparison.Ordinal)).TakeLast(20)));
        Assert.All(answers.GroupBy(a => a), g => Assert.True(g.Key.Status is 200 or 201, $"{g.Count()} of {answers.Count}: {g.Key}\n{string.Join('\n', lines)}"));
        Assert.Contains(answers, a => a.What == "check approved");
    }

    [Fact]
    public async Task Silo_WithoutTheClustersCertificate_IsNeverHeard()
    {
        var silos = cluster.Silos;
        using var folder = new TempFolder();
        using var other = Testing.TestAuthority.Create();
        other.WriteFor(folder.File("tls"), "front");

        // It knows the database, and nothing else.
        var rogue = ServerProcess.RunForAWhileAsync(
            "--data", folder.Data, "--internal-port", "0", "--engine", "postgres", "--role", "front", "--urls", "http://127.0.0.1:0", "--cluster-database", silos.FrontConnection,
            "--cluster-certificate", folder.File("tls/cert.pem"), "--cluster-key", folder.File("tls/key.pem"), "--cluster-ca", folder.File("tls/ca.pem"));
        var front = await silos.StartFrontAsync();
        await ReadyAsync(front);
        using var api = new Api(front, silos.SandboxKey);

        Assert.Equal(201, (await api.StartAsync(Numbers.Next())).Status);
        var (code, _) = await rogue;
        Assert.NotEqual(0, code);

        // Whoever it spoke to says so.
        var members = cluster.Vaults.Append(cluster.Front).Append(front);
        Assert.Contains(members, m => ServerLog.Lines(m.Output, 0, ServerLog.ClusterTlsRefused).Count > 0);
    }

    [Fact]
    public async Task Start_WhenAFrontIsGivenARootKey_NamesItAndEndsWithCode2()
    {
        using var folder = new TempFolder();

        var (code, error) = await RefusedStart.RunAsync("--data", folder.Data, "--role", "front", "--engine", "postgres", "--root-key-file", "root.key", "--database", "Host=127.0.0.1;Database=x");

        Assert.Equal(2, code);
        Assert.Contains("--root-key-file is not for --role front", error, StringComparison.Ordinal);
        Assert.Contains("--database is not for --role front", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhenAFrontHasACertificateThatWouldDoForAVault_SaysWhichItNeedsAndEndsWithCode2()
    {
        using var folder = new TempFolder();

        var (code, error) = await RefusedStart.RunAsync(["--data", folder.Data, "--role", "front", "--cluster-database", cluster.Silos.FrontConnection, .. cluster.Silos.Cluster("everything")]);

        Assert.Equal(2, code);
        Assert.Contains("would do for a vault too", error, StringComparison.Ordinal);
        Assert.Contains("URI:maskedverify:role:front", error, StringComparison.Ordinal);
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

    // Codes that were in the inbox of a vault that has ended are gone; what else is answered is judged.
    private static async Task CallAsync(BalancedFronts fronts, ConcurrentQueue<(string What, int Status)> answers, CancellationToken over)
    {
        // The pause leaves the processor to the silos that start meanwhile.
        for (; !over.IsCancellationRequested; await Task.Delay(s_think, CancellationToken.None))
        {
            var started = await fronts.CallAsync(api => api.StartAsync(Numbers.Next()));
            answers.Enqueue(("start", started.Status));
            if (started.Status != 201)
                continue;

            if (await fronts.CallAsync(api => api.CodeAsync(started.Alias)) is { } code)
            {
                var check = await fronts.CallAsync(api => api.CheckAsync(started.Id, code));
                answers.Enqueue((check.Status == 200 ? "check " + check.VerificationStatus : "check", check.Status == 200 && check.VerificationStatus != "approved" ? 0 : check.Status));
            }

            var read = await fronts.CallAsync(api => api.GetAsync(started.Id));
            answers.Enqueue(read.Status == 200 && read.VerificationStatus == "undeliverable" ? ("undeliverable", 0) : ("get", read.Status));
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

    private static Task AtLeastAsync(ConcurrentQueue<(string What, int Status)> answers, Task[] callers, int count) =>
        Testing.Eventually.TrueAsync(() => answers.Count >= count || callers.Any(c => c.IsFaulted), "requests are answered");
}
