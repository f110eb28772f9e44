using System.Globalization;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>Silos of different roles as processes, on one PostgreSQL database, with mutual TLS and a root key that the vaults share.</summary>
internal sealed class RoleSilos : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly List<ServerProcess> _silos = [];
    private readonly string _sandboxKey = Domain.ApiKeyText.Create(live: false).Reveal();
    private int _count;

    private RoleSilos(PostgresDatabase database) => Database = database;

    public PostgresDatabase Database { get; }

    /// <summary>Whether a test lets a silo do what its certificate does not allow.</summary>
    public bool ExpectsLies { get; set; }

    /// <summary>The sandbox tenant's key, the same on every silo.</summary>
    public string SandboxKey => _sandboxKey;

    /// <summary>The observer's credential, the same on every silo; empty: each makes its own.</summary>
    public string ObserverKey { get; set; } = string.Empty;

    /// <summary>The operator's credential, the same on every vault; also in <c>operator.key</c> of <see cref="Folder"/>.</summary>
    public string OperatorKey { get; } = "mv_ops_" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    /// <summary>The login of fronts: it sees membership only.</summary>
    public string FrontConnection { get; private set; } = string.Empty;

    public string Folder => _folder.Parent;

    public TestAuthority Authority => _authority;

    /// <summary>An empty database with its schema, certificates, and the front's login; no silo yet.</summary>
    public static async Task<RoleSilos> CreateAsync()
    {
        var silos = new RoleSilos(await PostgresDatabase.CreateAsync());
        await File.WriteAllTextAsync(Path.Combine(silos.Folder, "operator.key"), silos.OperatorKey);
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(Path.Combine(silos.Folder, "keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return silos;
    }

    /// <summary>A vault; the first one makes the schema.</summary>
    public async Task<ServerProcess> StartVaultAsync(string roles = "vault,egress", params string[] more)
    {
        var vault = await StartAsync(
            [
                "--role", roles, "--database", Database.ConnectionString, "--root-key-file", Path.Combine(Folder, "keys", "root.key"), "--migrate-at-start", "true", .. more,
            ]);
        if (FrontConnection.Length == 0)
            await MakeFrontLoginAsync();
        return vault;
    }

    /// <summary>A silo that has HTTP only.</summary>
    public Task<ServerProcess> StartFrontAsync(params string[] more) =>
        StartAsync(["--role", "front", "--cluster-database", FrontConnection, "--urls", "http://127.0.0.1:0", .. more]);

    /// <summary>Any silo.</summary>
    public async Task<ServerProcess> StartAsync(params string[] switches)
    {
        var roles = switches[Array.IndexOf(switches, "--role") + 1];
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["MASKEDVERIFY_SANDBOX_KEY"] = _sandboxKey };
        if (ObserverKey.Length > 0)
            environment["MASKEDVERIFY_OBSERVER_KEY"] = ObserverKey;
        if (roles.Contains("vault", StringComparison.Ordinal))
            environment["MASKEDVERIFY_OPERATOR_KEY"] = OperatorKey;
        var silo = await ServerProcess.StartSiloAsync(
            Path.Combine(Folder, "silo-" + (++_count).ToString(CultureInfo.InvariantCulture)),
            environment,
            [.. Cluster(roles), .. switches]);
        lock (_silos)
            _silos.Add(silo);
        return silo;
    }

    /// <summary>The switches of every member: engine, and a certificate for some roles, or for "everything".</summary>
    public string[] Cluster(string roles)
    {
        var tls = Path.Combine(Folder, "tls-" + roles.Replace(',', '-'));
        lock (_silos)
        {
            if (!Directory.Exists(tls))
                _authority.WriteFor(tls, roles == "everything" ? "front,vault,egress" : roles);
        }

        return ["--engine", "postgres", "--cluster-certificate", Path.Combine(tls, "cert.pem"), "--cluster-key", Path.Combine(tls, "key.pem"), "--cluster-ca", Path.Combine(tls, "ca.pem")];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
            await silo.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
        var refusals = Refusals(_silos);
        Assert.True(ExpectsLies || refusals.Count == 0, string.Join('\n', refusals));
    }

    /// <summary>What silos said that they refused because of a peer's certificate: no silo of ours may be refused anything.</summary>
    public static IReadOnlyList<string> Refusals(IEnumerable<ServerProcess> silos) =>
        [.. silos.SelectMany(s => ServerLog.Lines(s.Output, 0, ServerLog.ClusterPeerRefused, ServerLog.ClusterClaimRefused))];

    private async Task MakeFrontLoginAsync()
    {
        var login = "front_" + Database.Name;
        await Database.ExecuteAsync($"""
            CREATE ROLE {login} LOGIN PASSWORD 'only-membership' NOSUPERUSER;
            GRANT USAGE ON SCHEMA control TO {login};
            GRANT SELECT ON control.schema_version, control.OrleansQuery TO {login};
            GRANT SELECT, INSERT, UPDATE, DELETE ON control.OrleansMembershipTable, control.OrleansMembershipVersionTable TO {login};
            """);
        FrontConnection = new Npgsql.NpgsqlConnectionStringBuilder(Database.ConnectionString) { Username = login, Password = "only-membership" }.ToString();
    }
}
