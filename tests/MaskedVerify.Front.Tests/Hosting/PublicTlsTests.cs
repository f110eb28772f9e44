using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Text.Json.Nodes;
using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Testing;

namespace MaskedVerify.Front.Tests.Hosting;

/// <summary>TLS on the public port: what is spoken and what is not, and a certificate that is replaced while requests run.</summary>
public sealed class PublicTlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mv-files-").FullName;
    private readonly TestAuthority _authority = TestAuthority.Create();

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task PublicPort_WithACertificate_SpeaksTlsAndHttp2AndNothingOlder()
    {
        await using var tls = await TlsFront.StartAsync();
        Assert.StartsWith($"https://{TlsFront.Host}:", tls.Front.Info.PublicAddress, StringComparison.Ordinal);
        foreach (var protocol in new[] { SslProtocols.Tls12, SslProtocols.Tls13 })
        {
            using var client = tls.Client(out _, protocol);
            using var answer = await client.GetAsync("/health/live", TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
            Assert.Equal("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
        }

        await using (var classic = await tls.HandshakeAsync(offered: SslApplicationProtocol.Http11))
        {
            Assert.Equal(SslApplicationProtocol.Http11, classic.NegotiatedApplicationProtocol);
        }

        await using (var aead = await tls.HandshakeAsync(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256))
        {
            Assert.Equal(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, aead.NegotiatedCipherSuite);
        }

        await Assert.ThrowsAsync<AuthenticationException>(() => tls.HandshakeAsync(SslProtocols.Tls12, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256));

        // The internal port is plain and never tells a browser to come back over TLS only.
        Assert.DoesNotContain("Strict-Transport-Security", (await tls.Front.SendAsync("GET", "/health/live", key: "", client: tls.Front.Internal)).Headers.Keys);
    }

    [Fact]
    public async Task Certificate_WhenReplaced_IsTakenWithoutARestartAndWithoutDroppingAConnection()
    {
        await using var tls = await TlsFront.StartAsync(new System.Collections.Hashtable { ["MASKEDVERIFY_TLS__RELOADINTERVAL"] = "00:00:01" });
        using var standing = tls.Client(out var before);
        Assert.Equal(200, (await tls.Front.SendAsync("GET", "/health/live", client: standing)).Status);

        var fresh = tls.Replace();
        await Eventually.TrueAsync(
            async () =>
            {
                using var client = tls.Client(out var seen);
                Assert.Equal(200, (await tls.Front.SendAsync("GET", "/health/live", client: client)).Status);
                return seen.Contains(fresh);
            },
            "a new connection sees the new certificate");

        // The same connection as before: no other handshake was made.
        Assert.Equal(200, (await tls.Front.SendAsync("GET", "/health/live", client: standing)).Status);
        Assert.NotEqual(fresh, Assert.Single(before));
        Assert.Contains(tls.Front.Lines.All, l => l.Contains($"[{EventIds.PublicTlsReloaded}]", StringComparison.Ordinal));

        // Half a rotation, or a broken file, changes nothing and is told.
        await File.WriteAllTextAsync(tls.CertificateFile, "not a certificate", TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => tls.Front.Lines.All.Any(l => l.Contains($"Error {typeof(PublicCertificates).FullName}[{EventIds.PublicTlsKept}]", StringComparison.Ordinal)), "the broken file is told of");
        using var after = tls.Client(out var still);
        Assert.Equal(200, (await tls.Front.SendAsync("GET", "/health/live", client: after)).Status);
        Assert.Equal(fresh, Assert.Single(still));
        var metrics = await tls.Front.SendAsync("GET", "/metrics", client: tls.Front.Internal);
        Assert.Contains("maskedverify_public_certificate_end_timestamp_seconds", metrics.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BannersLines_WithTls_WorkInBashBeforeAnybodyTrustsTheAuthorityOrKnowsTheName()
    {
        await using var tls = await TlsFront.StartAsync();
        var printed = (await Bash.RunAsync(string.Join('\n', Banner.Lines(tls.Front.Info)))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, printed.Length);
        Assert.True((bool?)JsonNode.Parse(printed[2])!["valid"], printed[2]);
    }

    [Fact]
    public async Task BehindAProxyThatEndsTls_StrictTransportSecurityIsSaid()
    {
        await using var front = await RunningFront.StartAsync(["--behind-proxy", "127.0.0.1"]);
        foreach (var (proto, expected) in new[] { ("https", true), ("http", false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live") { Headers = { { "X-Forwarded-For", "203.0.113.9" }, { "X-Forwarded-Proto", proto }, { "Host", TlsFront.Host } } };
            using var answer = await front.Public.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(expected, answer.Headers.Contains("Strict-Transport-Security"));
        }
    }

    [Fact]
    public void Validate_WhenTheFilesCannotServe_SaysWhy()
    {
        var now = TimeProvider.System.GetUtcNow();
        Assert.Empty(Mistakes(new PublicTlsOptions()));
        Assert.Equal(2, Mistakes(new PublicTlsOptions { Certificate = "/nowhere/c.pem", Key = "/nowhere/k.pem" }).Count);
        Assert.Contains("Tls:ReloadInterval", Assert.Single(Mistakes(new PublicTlsOptions { ReloadInterval = TimeSpan.Zero })), StringComparison.Ordinal);

        using (var fine = _authority.IssueFor("a.test"))
        {
            _authority.Write(_folder, fine);
            Assert.Empty(Mistakes(Files()));
        }

        using (var ended = _authority.IssueFor("a.test", now.AddMinutes(-1)))
        {
            _authority.Write(_folder, ended);
            Assert.Contains("expired", Assert.Single(Mistakes(Files())), StringComparison.Ordinal);
        }

        using (var client = _authority.Issue(usages: TestAuthority.ClientAuth))
        {
            _authority.Write(_folder, client);
            Assert.Contains("serverAuth", Assert.Single(Mistakes(Files())), StringComparison.Ordinal);
        }

        using (var nameless = _authority.Issue())
        {
            _authority.Write(_folder, nameless);
            Assert.Contains("names no host", Assert.Single(Mistakes(Files())), StringComparison.Ordinal);
        }

        File.WriteAllText(Path.Combine(_folder, "key.pem"), "not a key");
        Assert.Contains("--certificate-key", Assert.Single(Mistakes(Files())), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), "not a certificate");
        Assert.Contains("holds no PEM certificate", Assert.Single(Mistakes(Files())), StringComparison.Ordinal);
    }

    private PublicTlsOptions Files() => new() { Certificate = Path.Combine(_folder, "cert.pem"), Key = Path.Combine(_folder, "key.pem") };

    private static List<string> Mistakes(PublicTlsOptions options) => [.. new PublicTlsOptionsValidator(TimeProvider.System).Validate(null, options).Failures ?? []];
}
