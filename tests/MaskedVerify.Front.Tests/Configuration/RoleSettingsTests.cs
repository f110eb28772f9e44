using System.Collections;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Tests.Configuration;

public sealed class RoleSettingsTests
{
    private const string Key = "a-key-of-a-test-0123456789";
    private static readonly string[] s_cluster = ["--engine", "postgres"];

    [Fact]
    public void Read_WhenNoRoleIsGiven_DoesEverything() => Assert.Equal(SiloRoles.All, Read().Options.Roles);

    [Theory]
    [InlineData("front", SiloRoles.Front)]
    [InlineData("Vault, egress", SiloRoles.Vault | SiloRoles.Egress)]
    [InlineData("egress,front,vault", SiloRoles.All)]
    public void Read_WhenRolesAreGiven_TakesThem(string text, SiloRoles expected) => Assert.Equal(expected, Read([.. s_cluster, "--role", text]).Options.Roles);

    [Fact]
    public void Read_WhenARoleIsUnknown_NamesTheKnownOnes() =>
        Assert.Contains("there is no role \"volt\"; known are front, vault and egress", Assert.Single(Mistakes([.. s_cluster, "--role", "front,volt"])), StringComparison.Ordinal);

    [Fact]
    public void Read_WhenAFrontIsGivenWhatItMustNotHave_NamesAllOfItAtOnce()
    {
        var mistakes = Mistakes([.. s_cluster, "--role", "front", "--root-key-file", "root.key", "--allow-local-keys", "--carrier", "smpp", "--smpp-host", "h", "--smpp-port", "1", "--smpp-system-id", "i", "--smpp-password", "p", "--keys-database", "Host=a;Database=b"]);

        foreach (var name in new[] { "--root-key-file", "--allow-local-keys", "--carrier", "--smpp-host", "--smpp-port", "--smpp-system-id", "--smpp-password", "--keys-database" })
            Assert.Contains(mistakes, m => m.StartsWith(name + " is not for --role front", StringComparison.Ordinal) && m.Contains("Remove it", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_WhenACarrierIsGiven_AsksOnlyThoseWithARootKeyForAllowLocalKeys()
    {
        string[] carrier = ["--carrier", "smpp", "--smpp-host", "h", "--smpp-port", "1", "--smpp-system-id", "i", "--smpp-password", "p"];

        Assert.Equal(SiloRoles.Egress, Read([.. s_cluster, "--role", "egress", .. carrier]).Options.Roles);
        Assert.Contains("needs --allow-local-keys", Assert.Single(Mistakes([.. s_cluster, "--role", "vault,egress", .. carrier])), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenAVaultIsGivenAPublicPort_SaysWhoseItIs() =>
        Assert.Contains("add the role front", Assert.Single(Mistakes([.. s_cluster, "--role", "vault", "--urls", "http://127.0.0.1:1"])), StringComparison.Ordinal);

    [Fact]
    public void Read_WhenOnlyEgressIsAsked_TakesACarrierWithoutAWordAboutKeys()
    {
        string[] carrier = ["--carrier", "smpp", "--smpp-host", "h", "--smpp-port", "1", "--smpp-system-id", "i", "--smpp-password", "p"];

        Assert.Equal("h", Read([.. s_cluster, "--role", "egress", .. carrier]).Section["Smpp:Host"]);
        Assert.Contains("needs --allow-local-keys", Assert.Single(Mistakes([.. s_cluster, "--role", "vault,egress", .. carrier])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("front")]
    [InlineData("egress")]
    [InlineData("front,egress")]
    public void Read_WhenASiloWithoutVaultIsGivenTheOperatorsKey_NamesTheOneThatItMayHave(string role)
    {
        var mistakes = Mistakes([.. s_cluster, "--role", role], new Hashtable { ["MASKEDVERIFY_OPERATOR_KEY"] = Key });

        Assert.Contains($"MASKEDVERIFY_OPERATOR_KEY is not for --role {role}", Assert.Single(mistakes), StringComparison.Ordinal);
        Assert.Contains("MASKEDVERIFY_OBSERVER_KEY", mistakes[0], StringComparison.Ordinal);
        Assert.Equal(Key, Read([.. s_cluster, "--role", role], new Hashtable { ["MASKEDVERIFY_OBSERVER_KEY"] = Key }).Options.ObserverKey);
    }

    [Fact]
    public void Read_WhenTheObserversKeyIsTheOperators_SaysSo() =>
        Assert.Contains("MASKEDVERIFY_OBSERVER_KEY is the operator's key", Assert.Single(Mistakes([], new Hashtable { ["MASKEDVERIFY_OPERATOR_KEY"] = Key, ["MASKEDVERIFY_OBSERVER_KEY"] = Key })), StringComparison.Ordinal);

    [Fact]
    public void Read_WhenRolesAreSplitOnEmbeddedDatabases_SaysWhatIsMissing() =>
        Assert.Contains("--engine postgres", Assert.Single(Mistakes(["--role", "front"])), StringComparison.Ordinal);

    [Fact]
    public void Read_WhenTheSiloAddressIsReachable_NeedsTlsOrAnExplicitWord()
    {
        Assert.Contains("--cluster-certificate", Assert.Single(Mistakes([.. s_cluster, "--silo-address", "10.0.0.1"])), StringComparison.Ordinal);
        Assert.Equal("10.0.0.1", Read([.. s_cluster, "--silo-address", "10.0.0.1", "--allow-plaintext-cluster"]).Options.SiloAddress.ToString());
        Assert.True(Read([.. s_cluster, "--silo-address", "10.0.0.1", "--cluster-certificate", "c", "--cluster-key", "k", "--cluster-ca", "a"]).Options.ClusterTls);
        Assert.Equal("/somewhere/k", Read(["--cluster-key", "k"]).Section["ClusterTls:Key"]);
    }

    [Fact]
    public void Read_WhenTheDrainDelayIsOutOfRange_SaysTheRange()
    {
        Assert.Equal(TimeSpan.FromSeconds(7), Read(["--drain-delay", "7"]).Options.DrainDelay);
        Assert.Contains("from 0 to 300", Assert.Single(Mistakes(["--drain-delay", "301"])), StringComparison.Ordinal);
    }

    private static FrontSettings Read(params string[] args) => Read(args, []);

    private static FrontSettings Read(string[] args, Hashtable environment) => FrontSettings.Read(FrontCommandLine.Parse(args), environment, "/somewhere");

    private static IReadOnlyList<string> Mistakes(string[] args, Hashtable? environment = null) => Assert.Throws<FrontConfigurationException>(() => Read(args, environment ?? [])).Mistakes;
}
