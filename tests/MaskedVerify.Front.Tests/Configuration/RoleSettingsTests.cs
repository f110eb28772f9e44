using System.Collections;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Tests.Configuration;

public sealed class RoleSettingsTests
{
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
        var mistakes = Mistakes([.. s_cluster, "--role", "front", "--root-key-file", "root.key", "--allow-local-keys", "--carrier", "smpp", "--smpp-host", "h", "--smpp-port", "1", "--smpp-system-id", "i", "--smpp-password", "p", "--hot-database", "Host=a;Database=b"]);

        foreach (var name in new[] { "--root-key-file", "--allow-local-keys", "--carrier", "--smpp-host", "--smpp-port", "--smpp-system-id", "--smpp-password", "--hot-database" })
            Assert.Contains(mistakes, m => m.StartsWith(name + " is not for --role front", StringComparison.Ordinal) && m.Contains("Remove it", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_WhenAVaultIsGivenAPublicPort_SaysWhoseItIs() =>
        Assert.Contains("add the role front", Assert.Single(Mistakes([.. s_cluster, "--role", "vault", "--urls", "http://127.0.0.1:1"])), StringComparison.Ordinal);

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

    private static FrontSettings Read(params string[] args) => FrontSettings.Read(FrontCommandLine.Parse(args), new Hashtable(), "/somewhere");

    private static IReadOnlyList<string> Mistakes(string[] args) => Assert.Throws<FrontConfigurationException>(() => Read(args)).Mistakes;
}
