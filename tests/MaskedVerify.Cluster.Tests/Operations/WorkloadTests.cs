using System.Globalization;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>
/// The server with the environment that compose and Kubernetes give it: image, shared settings and its own put together. Only addresses, files and secrets are replaced.
/// Without a database it must get as far as asking for one; a mistake in the settings would end it before, with code 2.
/// </summary>
public sealed class WorkloadTests
{
    private const int Misconfigured = 2;
    private const int DataUnusable = 4;

    [Fact]
    public async Task EveryWorkload_WithItsOwnEnvironment_IsConfigured_AndAsksForItsDatabase()
    {
        using var folder = new TempFolder();
        using var nobody = HeldPort.Take();
        var (values, parts) = Given(folder, nobody.Number);
        var silos = await Workload.SilosAsync();
        Assert.Equal(9, silos.Count);

        // Silos of one compose file differ in their addresses only. All at once, since each waits for its database, on folders of their own.
        var different = silos.Where(s => !s.Name.EndsWith("silo-2", StringComparison.Ordinal) && !s.Name.EndsWith("silo-3", StringComparison.Ordinal));
        var faults = await Task.WhenAll(different.Select(async (silo, i) =>
        {
            var own = new Dictionary<string, string>(values, StringComparer.Ordinal)
            {
                ["/data"] = folder.File($"data-{i}"),
                ["/data/silo"] = folder.File($"data-{i}"),
                ["/keys/root.key"] = folder.File($"keys-{i}/root.key"),
                ["/keys/root/root.key"] = folder.File($"keys-{i}/root.key"),
            };
            var environment = silo.Fill(own, parts);
            environment["MASKEDVERIFY_STORAGE__STARTPATIENCE"] = "00:00:00";
            var (code, output) = await Tool.RunAsync("dotnet", [BuiltProgram.Server], folder.Parent, environment: environment);
            return code == DataUnusable && output.Contains("cannot be reached", StringComparison.Ordinal) ? null : $"{silo.Name} ended with {code}: {output}";
        }));

        Assert.Equal([], faults.OfType<string>());
    }

    [Fact]
    public async Task Workload_WithASettingThatIsNotItsOwn_IsRefused()
    {
        using var folder = new TempFolder();
        using var nobody = HeldPort.Take();
        var (values, parts) = Given(folder, nobody.Number);
        var silos = (await Workload.SilosAsync()).ToDictionary(s => s.Name, s => s.Fill(values, parts), StringComparer.Ordinal);
        silos["kubernetes/vault"]["MASKEDVERIFY_URLS"] = "http://*:0";
        silos["kubernetes/egress"]["MASKEDVERIFY_OPERATOR_KEY"] = new string('o', 40);
        silos["kubernetes/front"]["MASKEDVERIFY_SMPP_HSOT"] = "centre";
        silos["compose.sqlserver.yaml/silo-1"].Remove("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT");
        foreach (var (name, fault) in new[]
        {
            ("kubernetes/vault", "--urls is not for --role vault"), ("kubernetes/egress", "OPERATOR_KEY is not for --role egress"), ("kubernetes/front", "Did you mean MASKEDVERIFY_SMPP_HOST?"),
            ("compose.sqlserver.yaml/silo-1", "cannot be used by this process"),
        })
        {
            var (code, output) = await Tool.RunAsync("dotnet", [BuiltProgram.Server], folder.Parent, environment: silos[name]);
            Assert.True(code == Misconfigured && output.Contains(fault, StringComparison.Ordinal), $"{name} ended with {code}: {output}");
        }
    }

    [Fact]
    public async Task EveryWorkload_HasTimeToDrain_AndCultures_AndOnlyVaultsTheOperatorsKey()
    {
        foreach (var workload in await Workload.AllAsync())
        {
            var isServer = workload.Command.Length == 0;

            // Every user of a machine can read command lines.
            Assert.DoesNotContain(workload.Command, word => word.Contains("database", StringComparison.OrdinalIgnoreCase) || word.Contains("Password", StringComparison.OrdinalIgnoreCase));
            Assert.Contains(workload.Environment.Keys, name => name is "MASKEDVERIFY_DATABASE" or "MASKEDVERIFY_CLUSTER_DATABASE");
            if (workload.Environment.GetValueOrDefault("MASKEDVERIFY_ENGINE") == "sqlserver" || workload.Command.Contains("sqlserver", StringComparer.Ordinal))
            {
                Assert.EndsWith("-extra", workload.Base, StringComparison.Ordinal);
                Assert.Equal("false", workload.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"]);
            }

            if (!isServer)
                continue;
            var drain = int.Parse(workload.Environment["MASKEDVERIFY_DRAIN_DELAY"], CultureInfo.InvariantCulture);
            Assert.True(drain >= 10, workload.Name);
            Assert.True(int.Parse(workload.Grace.TrimEnd('s'), CultureInfo.InvariantCulture) > drain + 30, $"{workload.Name} is killed after {workload.Grace}");
            Assert.Equal(workload.Environment.GetValueOrDefault("MASKEDVERIFY_ROLE") is null or "vault", workload.Environment.ContainsKey("MASKEDVERIFY_OPERATOR_KEY"));
            Assert.Contains("MASKEDVERIFY_OBSERVER_KEY", workload.Environment.Keys);
        }
    }

    // A port where nothing listens stands for every database.
    private static (Dictionary<string, string> Values, Dictionary<string, string> Parts) Given(TempFolder folder, int nobody)
    {
        using var authority = TestAuthority.Create();
        authority.WriteFor(folder.File("tls"), "front,vault,egress");
        var login = $"Host=127.0.0.1;Port={nobody};Database=maskedverify;Username=x;Password=y";
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["MASKEDVERIFY_OPERATOR_KEY"] = new string('o', 40),
            ["MASKEDVERIFY_OBSERVER_KEY"] = new string('p', 40),
            ["MASKEDVERIFY_SQLSERVER_PASSWORD"] = "y",
            ["secret:maskedverify-database-front/connection-string"] = login,
            ["secret:maskedverify-database-vault/connection-string"] = login,
            ["secret:maskedverify-database-egress/connection-string"] = login,
            ["secret:maskedverify-operator/operator.key"] = new string('o', 40),
            ["secret:maskedverify-observer/observer.key"] = new string('p', 40),
            ["secret:maskedverify-smpp/host"] = "127.0.0.1",
            ["secret:maskedverify-smpp/port"] = "2775",
            ["secret:maskedverify-smpp/system-id"] = "me",
            ["secret:maskedverify-smpp/password"] = "secret",
            ["field:status.podIP"] = "127.0.0.1",
            ["172.28.0.11"] = "127.0.0.1",
            ["172.28.0.12"] = "127.0.0.1",
            ["172.28.0.13"] = "127.0.0.1",
            ["/run/secrets/cluster-certificate"] = folder.File("tls/cert.pem"),
            ["/run/secrets/cluster-key"] = folder.File("tls/key.pem"),
            ["/run/secrets/cluster-ca"] = folder.File("tls/ca.pem"),
            ["/keys/root.key"] = folder.File("keys/root.key"),
            ["/keys/root/root.key"] = folder.File("keys/root.key"),
            ["/data"] = folder.Data,
            ["/data/silo"] = folder.Data,
            ["http://*:8080"] = "http://*:0",
            ["8081"] = "0",
            ["11111"] = "0",
        };
        foreach (var role in new[] { "front", "vault", "egress" })
        {
            authority.WriteFor(folder.File("tls-" + role), role);
            foreach (var (key, file) in new[] { ("tls.crt", "cert.pem"), ("tls.key", "key.pem"), ("ca.crt", "ca.pem") })
                values[$"secret:maskedverify-cluster-tls-{role}/{key}"] = folder.File($"tls-{role}/{file}");
        }

        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Host=postgres"] = $"Host=127.0.0.1;Port={nobody}",
            ["Server=sqlserver"] = $"Server=127.0.0.1,{nobody};Connect Timeout=2",
        };
        return (values, parts);
    }
}
