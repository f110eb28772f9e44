using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MaskedVerify.Testing;

/// <summary>A certificate authority for a test's cluster, and files in PEM as an operator would write them.</summary>
public sealed class TestAuthority : IDisposable
{
    /// <summary>OID of serverAuth.</summary>
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";

    /// <summary>OID of clientAuth.</summary>
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();
    private readonly X509Certificate2 _root;

    private TestAuthority(X509Certificate2 root) => _root = root;

    /// <summary>Its certificate.</summary>
    public X509Certificate2 Certificate => _root;

    /// <summary>A new one.</summary>
    public static TestAuthority Create(string name = "Test cluster")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return new TestAuthority(request.CreateSelfSigned(s_now.AddDays(-30), s_now.AddDays(30)));
    }

    /// <summary>A server's certificate with its key, for a host.</summary>
    public X509Certificate2 IssueFor(string host, DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(host, key, [ServerAuth]);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        return Sign(request, key, null, notAfter);
    }

    /// <summary>A member's certificate with its key. <paramref name="uris"/>: what its subjectAltName says, default nothing. <paramref name="usages"/> default: both.</summary>
    public X509Certificate2 Issue(string name = "silo", DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null, IReadOnlyList<string>? uris = null, params string[] usages)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key, usages);
        if (uris is { Count: > 0 })
            request.CertificateExtensions.Add(Names(uris));
        return Sign(request, key, notBefore, notAfter);
    }

    private X509Certificate2 Sign(CertificateRequest request, ECDsa key, DateTimeOffset? notBefore, DateTimeOffset? notAfter)
    {
        Span<byte> serial = stackalloc byte[12];
        RandomNumberGenerator.Fill(serial);
        using var bare = request.Create(_root, notBefore ?? s_now.AddDays(-1), notAfter ?? s_now.AddDays(10), serial);
        using var whole = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>A certificate that nobody but itself vouches for.</summary>
    public static X509Certificate2 SelfSigned(string name = "silo")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var whole = Request(name, key, []).CreateSelfSigned(s_now.AddDays(-1), s_now.AddDays(10));
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>Writes <c>cert.pem</c>, <c>key.pem</c> and <c>ca.pem</c> into a folder.</summary>
    public void Write(string folder, X509Certificate2 certificate)
    {
        Directory.CreateDirectory(folder);
        using var key = certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The certificate has no key.");
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(Path.Combine(folder, "ca.pem"), _root.ExportCertificatePem() + "\n");
    }

    /// <summary>The same for a silo of some roles, as in <c>--role</c>; a silo of all three gets a certificate that names none. As long as the authority: one that ended soon would raise an alert.</summary>
    public void WriteFor(string folder, string roles)
    {
        var named = roles.Split(',');
        using var certificate = Issue(notAfter: s_now.AddDays(29), uris: named.Length < 3 ? [.. named.Select(r => "maskedverify:role:" + r)] : null);
        Write(folder, certificate);
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    private static X509Extension Names(IReadOnlyList<string> uris)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("silo.test");
        foreach (var uri in uris)
            names.AddUri(new Uri(uri));
        return names.Build();
    }

    private static CertificateRequest Request(string name, ECDsa key, string[] usages)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        if (usages is not ["none"])
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. (usages.Length > 0 ? usages : [ServerAuth, ClientAuth]).Select(u => new Oid(u))], critical: false));
        return request;
    }
}
