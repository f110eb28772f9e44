using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;
using MaskedVerify.Testing.Carriers;
using Npgsql;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>
/// The cluster of deploy/kubernetes as processes of this machine: roles and one login each as runbooks/start.md makes them, migration, then a vault, an egress silo and a front with the variables of their
/// manifests. Each is a pod with an address of its own in 127.0.0.0/8.
/// </summary>
public sealed partial class ManifestTests : IAsyncLifetime
{
    private const string Operator = "mv_ops_of-a-test-0123456789";
    private const string Observer = "mv_obs_of-a-test-0123456789";

    private static readonly string[] s_roles = ["front", "vault", "egress"];

    private readonly TempFolder _folder = new();
    private readonly SmppCentre _centre = SmppCentre.Start(new SmppCentreOptions { SystemId = "me", Password = "secret" });
    private readonly List<ServerProcess> _silos = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private PostgresDatabase? _database;

    private PostgresDatabase Database => _database!;

    public async ValueTask InitializeAsync()
    {
        _database = await PostgresDatabase.CreateAsync();
        await RunAsync(Page.Block("runbooks/start.md", "openssl ecparam"));
        await RunAsync(Page.Block("runbooks/start.md", "createdb maskedverify").Replace("createdb maskedverify\n", "", StringComparison.Ordinal));
        var job = (await Workload.AllAsync()).Single(w => w.Name == "kubernetes/migrate");
        var environment = job.Environment.ToDictionary(v => v.Key, v => Fill(v.Value), StringComparer.Ordinal);
        var (code, output) = await Tool.RunAsync("dotnet", [BuiltProgram.Cli, .. job.Command[1..]], environment: environment);
        Assert.True(code == 0, output);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
            await silo.DisposeAsync();
        await _centre.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Cluster_OfOneSiloPerRole_DeliversAndApprovesACode_AndKeepsTheOperatorsKeyInTheVault()
    {
        var vault = await StartAsync("vault", 2);
        var egress = await StartAsync("egress", 3);
        var front = await StartAsync("front", 4);
        await ReadyAsync(vault, 2);
        await ReadyAsync(egress, 3);
        await ReadyAsync(front, 4);

        using var api = new Api(front, await LiveKeyAsync(vault));
        var started = await StartedAsync(api);
        var code = Code().Match(Assert.Single(_centre.Messages).Text).Value;
        Assert.Equal("approved", (await api.CheckAsync(started.Id, code)).VerificationStatus);
        await Eventually.TrueAsync(async () => (await api.GetAsync(started.Id)).AttemptStatus == "delivered", "the receipt has come");

        foreach (var (silo, pod) in new[] { (vault, 2), (egress, 3), (front, 4) })
        {
            Assert.Equal(200, await AskAsync(silo, pod, "/metrics", Observer));
            Assert.Equal(silo == vault ? 200 : 401, await AskAsync(silo, pod, "/metrics", Operator));
            Assert.Equal(401, await AskAsync(silo, pod, "/metrics", Observer + "x"));
        }

        // A port-forward comes from localhost in the pod, and is no reason to trust it.
        Assert.Equal(401, await AskAsync(vault, 1, "/metrics", "none"));
        Assert.Equal(200, await AskAsync(vault, 1, "/admin/v1/status", Operator));
        Assert.Equal(401, await AskAsync(vault, 2, "/admin/v1/status", Observer));
        Assert.Equal(403, await AskAsync(vault, 2, "/metrics", Operator, "10.0.0.9"));
        await EgressLoginSeesLeasesOnlyAsync();
        await TriesAsTheRunbookDoesAsync(vault, front);
        Assert.Empty(RoleSilos.Refusals(_silos));
    }

    // A port-forward ends on this machine anyway; and a busy machine may need longer than its 5 s.
    private async Task TriesAsTheRunbookDoesAsync(ServerProcess vault, ServerProcess front)
    {
        var script = string.Join('\n', Page.Block("runbooks/start.md", "maskedverify try").Split('\n').Where(line => !line.StartsWith("kubectl ", StringComparison.Ordinal)))
            .Replace("maskedverify key create", "maskedverify key create --server " + vault.Internal, StringComparison.Ordinal)
            .Replace("maskedverify try", $"for i in $(seq 60); do maskedverify try --public {front.Public} && exit 0; sleep 1; done; exit 1", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder.File("operator.key"), Operator);
        await Page.RunAsync($"maskedverify() {{ dotnet '{BuiltProgram.Cli}' \"$@\"; }}\n{script}", Tool.Deploy(".."), Database, ("SECRETS", _folder.Parent));
    }

    private async Task EgressLoginSeesLeasesOnlyAsync()
    {
        await using var source = NpgsqlDataSource.Create(Fill("secret:maskedverify-database-egress/connection-string"));
        await using var command = source.CreateCommand("SELECT string_agg(DISTINCT graintypestring, ',') FROM control.orleansstorage");
        Assert.Equal("carrier-link", await command.ExecuteScalarAsync());
        Assert.True(await Database.ScalarAsync<long>("SELECT count(DISTINCT graintypestring) FROM control.orleansstorage") > 1);
    }

    private async Task<ServerProcess> StartAsync(string role, int pod)
    {
        var workload = (await Workload.SilosAsync()).Single(w => w.Name == $"kubernetes/{role}");
        var environment = workload.Environment.ToDictionary(v => v.Key, v => Fill(v.Value, pod), StringComparer.Ordinal);

        // As runbooks/start.md says, before a live tenant exists.
        if (environment.ContainsKey("MASKEDVERIFY_ALLOW_LOCAL_KEYS"))
            environment["MASKEDVERIFY_ALLOW_LOCAL_KEYS"] = "true";
        var silo = await ServerProcess.StartSiloAsync(_folder.File(role), environment);
        _silos.Add(silo);
        return silo;
    }

    private string Fill(string text, int pod = 0) => Workload.Fill(
        text,
        new Dictionary<string, string>(s_roles.SelectMany(Certificate), StringComparer.Ordinal)
        {
            ["secret:maskedverify-database-owner/connection-string"] = Connection("owner") + ";Options=-c role=maskedverify_owner",
            ["secret:maskedverify-database-vault/connection-string"] = Connection("vault"),
            ["secret:maskedverify-database-front/connection-string"] = Connection("front"),
            ["secret:maskedverify-database-egress/connection-string"] = Connection("egress"),
            ["secret:maskedverify-operator/operator.key"] = Operator,
            ["secret:maskedverify-observer/observer.key"] = Observer,
            ["secret:maskedverify-smpp/host"] = "127.0.0.1",
            ["secret:maskedverify-smpp/port"] = _centre.Port.ToString(CultureInfo.InvariantCulture),
            ["secret:maskedverify-smpp/system-id"] = "me",
            ["secret:maskedverify-smpp/password"] = "secret",
            ["field:status.podIP"] = Pod(pod),
            ["/keys/root/root.key"] = _folder.File("keys/root.key"),
            ["http://*:8080"] = "http://127.0.0.1:0",
            ["11111"] = "0",
        },
        new Dictionary<string, string>());

    // As runbooks/start.md puts them into the secrets.
    private Dictionary<string, string> Certificate(string role) => new(StringComparer.Ordinal)
    {
        [$"secret:maskedverify-cluster-tls-{role}/tls.crt"] = _folder.File($"cluster-{role}.crt"),
        [$"secret:maskedverify-cluster-tls-{role}/tls.key"] = _folder.File($"cluster-{role}.key"),
        [$"secret:maskedverify-cluster-tls-{role}/ca.crt"] = _folder.File("cluster-ca.crt"),
    };

    private static string Pod(int pod) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.{pod}");

    // Logins belong to the server, which other tests use too.
    private Task RunAsync(string script) => Page.RunAsync(
        script.Replace("-d maskedverify", "-d " + Database.Name, StringComparison.Ordinal).Replace("CREATE ROLE mv_", $"CREATE ROLE {Database.Name}_", StringComparison.Ordinal),
        Tool.Deploy(".."), Database, ("SECRETS", _folder.Parent));

    private string Connection(string role) => new NpgsqlConnectionStringBuilder(Database.ConnectionString)
    {
        Username = $"{Database.Name}_{role}",
        Password = File.ReadAllText(_folder.File($"mv_{role}.password")).Trim(),
    }.ToString();

    private async Task<string> LiveKeyAsync(ServerProcess vault)
    {
        await CommandAsync(vault, "route", "add", "smpp-gb", "--carrier", "smpp", "--country", "GB");
        var tenant = await CommandAsync(vault, "tenant", "create", "Acme", "--live", "--country", "GB");
        return (await CommandAsync(vault, "key", "create", tenant.GetProperty("id").GetString()!)).GetProperty("key").GetString()!;
    }

    private static async Task<System.Text.Json.JsonElement> CommandAsync(ServerProcess vault, params string[] arguments)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["MASKEDVERIFY_OPERATOR_KEY"] = Operator };
        var (code, output) = await Tool.RunAsync("dotnet", [BuiltProgram.Cli, .. arguments, "--json", "--server", vault.Internal], environment: environment);
        Assert.True(code == 0, output);
        return System.Text.Json.JsonDocument.Parse(output).RootElement;
    }

    // Tenants reach a front, and routes a vault, within seconds.
    private static async Task<Api.Answer> StartedAsync(Api api)
    {
        var answer = await api.StartAsync(Numbers.Next());
        for (var attempt = 0; answer.Status is 401 or 503 && attempt < 600; attempt++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            answer = await api.StartAsync(Numbers.Next());
        }

        Assert.Equal(201, answer.Status);
        return answer;
    }

    private Task ReadyAsync(ServerProcess silo, int pod) =>
        Eventually.TrueAsync(async () => await AskAsync(silo, pod, "/health/ready", Observer) == 200, $"pod {pod} is ready");

    // By the pod's address, as probes and Prometheus do; 1 is localhost.
    private async Task<int> AskAsync(ServerProcess silo, int pod, string path, string key, string? host = null)
    {
        var port = new Uri(silo.Internal).Port;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{Pod(pod)}:{port}{path}"));
        request.Headers.Host = host;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await _http.SendAsync(request);
        return (int)response.StatusCode;
    }

    [GeneratedRegex("[0-9]{6}", RegexOptions.None, 1000)]
    private static partial Regex Code();
}
