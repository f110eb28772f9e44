using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MaskedVerify.Front.Tests.Support;

namespace MaskedVerify.Front.Tests.Hosting;

/// <summary>
/// testssl.sh against the running server: protocols, cipher categories, certificate and chain, headers, and every known weakness of handshakes that can exist without old protocols (renegotiation,
/// Heartbleed, CCS, compression, BREACH, downgrade). Left out for their time: each cipher and curve by itself, and simulated clients.
/// </summary>
public sealed class TestsslTests
{
    /// <summary>Of the certificate of the test, which is for days and says nothing of revocation; no matter of the server.</summary>
    private static readonly string[] s_ofTheCertificate = ["cert_expirationStatus", "cert_notAfter", "cert_revocation", "cert_validityPeriod"];

    [Fact]
    public async Task Testssl_OnThePublicPort_FindsNothingAboveLow()
    {
        await using var tls = await TlsFront.StartAsync();
        var report = Path.Combine(tls.Front.Folder, "testssl.json");
        var info = new ProcessStartInfo("testssl") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        string[] args =
        [
            "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "--ip", "127.0.0.1", "--add-ca", tls.AuthorityFile, "--jsonfile", report,
            "-p", "-s", "-S", "-h", "-R", "-H", "-I", "-C", "-B", "-Z", $"{TlsFront.Host}:{tls.Port.ToString(CultureInfo.InvariantCulture)}",
        ];
        foreach (var arg in args)
            info.ArgumentList.Add(arg);
        using var testssl = Process.Start(info)!;
        var error = testssl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = await testssl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await testssl.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(File.Exists(report), text + await error);

        var findings = JsonNode.Parse(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken))!.AsArray()
            .Select(f => (Id: (string)f!["id"]!, Severity: (string)f["severity"]!, Finding: (string)f["finding"]!)).ToList();
        Assert.DoesNotContain(findings, f => f.Severity is "MEDIUM" or "HIGH" or "CRITICAL" or "FATAL" && !s_ofTheCertificate.Contains(f.Id, StringComparer.Ordinal));

        // It looked: a run that broke off finds nothing either.
        foreach (var (id, finding) in new[]
        {
            ("TLS1_2", "offered"), ("TLS1_3", "offered"), ("TLS1", "not offered"), ("TLS1_1", "not offered"), ("ALPN_HTTP2", "h2"), ("cipherlist_STRONG", "offered"), ("cipherlist_AVERAGE", "not offered"),
            ("cert_chain_of_trust", "passed"), ("cert_trust", "Ok via SAN"), ("HSTS_time", "365 days"), ("secure_client_renego", "not vulnerable"), ("BREACH", "not vulnerable"), ("heartbleed", "not vulnerable"),
        })
        {
            var found = Assert.Single(findings, f => f.Id == id);
            Assert.StartsWith(finding, found.Finding, StringComparison.Ordinal);
        }
    }
}
