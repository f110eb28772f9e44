using MaskedVerify.Grains.ClusterTls;
using MaskedVerify.Testing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Tests.ClusterTls;

public sealed class ClusterCertificatesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mv-tls-").FullName;
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly CapturedLogs _logs = new();

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Reload_WhenTheFilesAreReplaced_TakesTheNewCertificate()
    {
        WriteNew();
        using var certificates = Open();
        var before = certificates.Current.Fingerprint;

        WriteNew();
        certificates.Reload();

        Assert.NotEqual(before, certificates.Current.Fingerprint);
        Assert.Contains(_logs.Lines, l => l.EventId == Grains.Plumbing.EventIds.ClusterTlsReloaded);
    }

    [Fact]
    public void Reload_WhenTheNewFilesAreBroken_KeepsTheOldAndSaysSoOnce()
    {
        WriteNew();
        using var certificates = Open();
        var before = certificates.Current.Fingerprint;
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), "not a certificate, and longer or shorter than one");

        certificates.Reload();
        certificates.Reload();

        Assert.Equal(before, certificates.Current.Fingerprint);
        var line = Assert.Single(_logs.Lines, l => l.EventId == Grains.Plumbing.EventIds.ClusterTlsKept);
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains("--cluster-certificate", line.Text, StringComparison.Ordinal);
        WriteNew();
        certificates.Reload();
        Assert.NotEqual(before, certificates.Current.Fingerprint);
    }

    [Fact]
    public void Reload_WhenTheNewKeyIsOfAnotherCertificate_KeepsTheOld()
    {
        WriteNew();
        using var certificates = Open();
        var before = certificates.Current.Fingerprint;
        using var other = _authority.Issue("another");
        var elsewhere = Path.Combine(_folder, "elsewhere");
        _authority.Write(elsewhere, other);
        File.Copy(Path.Combine(elsewhere, "key.pem"), Path.Combine(_folder, "key.pem"), overwrite: true);
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "key.pem"), TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));

        certificates.Reload();

        Assert.Equal(before, certificates.Current.Fingerprint);
        Assert.Contains(_logs.Lines, l => l.Text.Contains("--cluster-key", StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_WhenFilesAreMissingOrWrong_NamesEach()
    {
        var validator = new ClusterTlsOptionsValidator(TimeProvider.System);
        var half = validator.Validate(null, new ClusterTlsOptions { Certificate = "/nowhere/cert.pem", ReloadInterval = TimeSpan.Zero });
        Assert.Equal(4, half.Failures!.Count());

        using var expired = _authority.Issue(notBefore: TimeProvider.System.GetUtcNow().AddDays(-3), notAfter: TimeProvider.System.GetUtcNow().AddDays(-2));
        _authority.Write(_folder, expired);
        Assert.Contains("expired", validator.Validate(null, Options()).FailureMessage, StringComparison.Ordinal);

        using var serverOnly = _authority.Issue(usages: TestAuthority.ServerAuth);
        _authority.Write(_folder, serverOnly);
        Assert.Contains("clientAuth", validator.Validate(null, Options()).FailureMessage, StringComparison.Ordinal);
    }

    // A file system may keep times too coarsely for a test; the content's length is the same.
    private void WriteNew()
    {
        using var certificate = _authority.Issue();
        _authority.Write(_folder, certificate);
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "cert.pem"), TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(++_written));
    }

    private int _written;

    private ClusterTlsOptions Options() => new()
    {
        Certificate = Path.Combine(_folder, "cert.pem"),
        Key = Path.Combine(_folder, "key.pem"),
        Authority = Path.Combine(_folder, "ca.pem"),
        ReloadInterval = TimeSpan.FromHours(1),
    };

    private ClusterCertificates Open() =>
        new(Microsoft.Extensions.Options.Options.Create(Options()), TimeProvider.System, LoggerFactory.Create(l => l.AddProvider(_logs)).CreateLogger<ClusterCertificates>());
}
