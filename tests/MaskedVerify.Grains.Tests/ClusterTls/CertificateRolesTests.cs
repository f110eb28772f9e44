using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MaskedVerify.Grains.ClusterTls;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.ClusterTls;

public sealed class CertificateRolesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mv-tls-").FullName;
    private readonly TestAuthority _authority = TestAuthority.Create();

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(SiloRoles.All)]
    [InlineData(SiloRoles.Front, "maskedverify:role:front")]
    [InlineData(SiloRoles.Front | SiloRoles.Egress, "https://example.test/", "maskedverify:role:egress", "maskedverify:role:front")]
    [InlineData(SiloRoles.Vault, "maskedverify:role:vault")]
    [InlineData(SiloRoles.All, "spiffe://cluster/vault")]
    [InlineData(null, "maskedverify:role:front", "maskedverify:role:operator")]
    [InlineData(null, "maskedverify:role:")]
    public void Of_IsWhatTheUrisName(SiloRoles? expected, params string[] uris)
    {
        using var certificate = _authority.Issue(uris: uris);

        Assert.Equal(expected, CertificateRoles.Of(certificate));
    }

    [Fact]
    public void Of_WhenTheNamesCannotBeRead_IsNothing()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x05, 0x86], critical: false));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now, now.AddDays(1));

        Assert.Null(CertificateRoles.Of(certificate));
    }

    [Theory]
    [InlineData(SiloRoles.All, null)]
    [InlineData(SiloRoles.Vault | SiloRoles.Egress, null)]
    [InlineData(SiloRoles.Front, "would do for a vault too")]
    [InlineData(SiloRoles.Egress, "URI:maskedverify:role:egress")]
    [InlineData(SiloRoles.Front, null, "front")]
    [InlineData(SiloRoles.Front, null, "front", "egress")]
    [InlineData(SiloRoles.Egress, "URI:maskedverify:role:egress", "front")]
    [InlineData(SiloRoles.Vault | SiloRoles.Egress, "URI:maskedverify:role:vault,URI:maskedverify:role:egress", "vault")]
    [InlineData(SiloRoles.All, "this silo needs URI:maskedverify:role:front,URI:maskedverify:role:vault,URI:maskedverify:role:egress", "egress")]
    [InlineData(SiloRoles.Front, "would do for a vault too", "front", "vault")]
    [InlineData(SiloRoles.Front, "a role that does not exist", "fornt")]
    public void Start_WhenTheCertificateIsNotForTheSilo_SaysWhichIs(SiloRoles silo, string? mistake, params string[] named)
    {
        using var certificate = _authority.Issue(uris: [.. named.Select(n => "maskedverify:role:" + n)]);
        _authority.Write(_folder, certificate);
        var options = new ClusterTlsOptions
        {
            Certificate = Path.Combine(_folder, "cert.pem"),
            Key = Path.Combine(_folder, "key.pem"),
            Authority = Path.Combine(_folder, "ca.pem"),
            Roles = silo,
        };

        var result = new ClusterTlsOptionsValidator(TimeProvider.System).Validate(null, options);

        if (mistake is null)
            Assert.True(result.Succeeded, result.FailureMessage);
        else
            Assert.Contains(mistake, result.FailureMessage, StringComparison.Ordinal);
    }
}
