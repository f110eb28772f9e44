using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MaskedVerify.Grains.Tls;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>What one version of the three files says: who this silo is and whom it believes.</summary>
internal sealed class ClusterIdentity : IDisposable
{
    private ClusterIdentity(X509Certificate2 certificate, X509Certificate2Collection intermediates, X509Certificate2Collection authority)
    {
        Certificate = certificate;
        Authority = authority;
        Context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }

    /// <summary>This silo's, with its key.</summary>
    internal X509Certificate2 Certificate { get; }

    /// <summary>Certificate, key and intermediates for handshakes.</summary>
    internal SslStreamCertificateContext Context { get; }

    /// <summary>Certificates that a peer's chain has to end in.</summary>
    internal X509Certificate2Collection Authority { get; }

    /// <summary>SHA-256 of the certificate, in hexadecimal.</summary>
    internal string Fingerprint => Certificate.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>When the certificate ends.</summary>
    internal DateTimeOffset EndsAt => new(Certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);

    /// <summary>Reads the files and judges them as a peer would.</summary>
    /// <exception cref="TlsFileException">One cannot be used.</exception>
    internal static ClusterIdentity Load(ClusterTlsOptions options, DateTimeOffset now)
    {
        var authority = PemFiles.ReadAll(options.Authority, "--cluster-ca");
        var own = PemFiles.ReadAll(options.Certificate, "--cluster-certificate");
        var certificate = PemFiles.ReadPair(options.Certificate, options.Key, "--cluster-key");
        var intermediates = new X509Certificate2Collection();
        intermediates.AddRange(own.Skip(1).ToArray());
        foreach (var usage in new[] { PeerRules.ServerAuth, PeerRules.ClientAuth })
        {
            if (PeerRules.Refusal(certificate, intermediates, authority, usage, now) is { } refusal)
            {
                certificate.Dispose();
                throw new TlsFileException(
                    $"The certificate {options.Certificate} would be refused by the other silos: {refusal}. It must be from the authority in {options.Authority}, valid now, and for serverAuth and clientAuth.");
            }
        }

        if (RoleRefusal(CertificateRoles.Of(certificate), options.Roles) is { } mismatch)
        {
            certificate.Dispose();
            throw new TlsFileException($"The certificate {options.Certificate} is not for this silo: {mismatch}.");
        }

        return new ClusterIdentity(certificate, intermediates, authority);
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    // A front with a certificate that is good for a vault could act as one.
    private static string? RoleRefusal(SiloRoles? certified, SiloRoles silo)
    {
        if (certified is not { } roles)
            return "its subjectAltName names a role that does not exist; roles are front, vault and egress";

        var named = CertificateRoles.Each.Where(r => silo.HasFlag(r)).Select(r => "URI:" + CertificateRoles.NameOf(r));
        if ((silo & ~roles) != SiloRoles.None)
            return $"its subjectAltName names other roles; this silo needs {string.Join(",", named)}, or a certificate that names none";

        return !silo.HasFlag(SiloRoles.Vault) && roles.HasFlag(SiloRoles.Vault)
            ? $"it would do for a vault too; a silo that is no vault needs one whose subjectAltName says {string.Join(",", named)}"
            : null;
    }
}
