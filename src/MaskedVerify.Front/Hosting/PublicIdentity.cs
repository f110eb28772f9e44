using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Grains.Tls;

namespace MaskedVerify.Front.Hosting;

/// <summary>What one version of the two files says: who the public port is.</summary>
internal sealed class PublicIdentity : IDisposable
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";

    /// <summary>Least bits of an RSA key (NIST SP 800-131A Rev. 2 §3).</summary>
    private const int LeastRsaBits = 2048;

    private readonly X509Certificate2 _certificate;

    private PublicIdentity(X509Certificate2 certificate, X509Certificate2Collection intermediates)
    {
        _certificate = certificate;
        Handshake = new SslServerAuthenticationOptions
        {
            // Offline: nothing is fetched from whoever signed it.
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, intermediates, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CipherSuitesPolicy = AeadSuites.Policy,
            AllowRenegotiation = false,

            // The key of session tickets would live as long as the process, and open what was recorded before.
            AllowTlsResume = false,
        };
    }

    /// <summary>How a handshake is made with it.</summary>
    public SslServerAuthenticationOptions Handshake { get; }

    /// <summary>The first host name that the certificate is for, if it is for one; wildcards are none.</summary>
    public string? HostName =>
        _certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames()).FirstOrDefault(name => !name.Contains('*', StringComparison.Ordinal));

    /// <summary>SHA-256 of the certificate, in hexadecimal.</summary>
    public string Fingerprint => _certificate.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>When the certificate ends.</summary>
    public DateTimeOffset EndsAt => new(_certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);

    /// <summary>Reads the files and judges them as far as a client's judgement does not depend on whom it trusts.</summary>
    /// <exception cref="TlsFileException">One cannot be used.</exception>
    public static PublicIdentity Load(PublicTlsOptions options, DateTimeOffset now)
    {
        var all = PemFiles.ReadAll(options.Certificate, "--certificate");
        var certificate = PemFiles.ReadPair(options.Certificate, options.Key, "--certificate-key");
        if (Refusal(certificate, now) is { } refusal)
        {
            certificate.Dispose();
            throw new TlsFileException($"--certificate: clients would refuse {options.Certificate}: {refusal}.");
        }

        var intermediates = new X509Certificate2Collection();
        intermediates.AddRange(all.Skip(1).ToArray());
        return new PublicIdentity(certificate, intermediates);
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();

    private static string? Refusal(X509Certificate2 certificate, DateTimeOffset now)
    {
        if (now.UtcDateTime < certificate.NotBefore.ToUniversalTime() || now.UtcDateTime > certificate.NotAfter.ToUniversalTime())
            return "it is expired or not valid yet";
        if (certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } usage && !usage.EnhancedKeyUsages.Cast<Oid>().Any(o => o.Value == ServerAuth))
            return "it is not for servers (serverAuth)";
        if (!certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Any())
            return "it names no host in its subjectAltName";
        using var rsa = certificate.GetRSAPublicKey();
        return rsa?.KeySize < LeastRsaBits ? $"its RSA key has fewer than {LeastRsaBits} bits" : null;
    }
}
