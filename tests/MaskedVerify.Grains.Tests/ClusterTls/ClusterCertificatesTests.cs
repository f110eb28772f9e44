using System.Diagnostics.Metrics;
using MaskedVerify.Grains.ClusterTls;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Tests.ClusterTls;

public sealed class ClusterCertificatesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mv-tls-").FullName;
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly CapturedLogs _logs = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<GrainsMetrics>().BuildServiceProvider();

    public void Dispose()
    {
        _authority.Dispose();
        _services.Dispose();
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
    public void Metric_OfTheEnd_IsThatOfTheCertificateInUse()
    {
        var now = TimeProvider.System.GetUtcNow();
        WriteNew(now.AddDays(10));
        using var certificates = Open();
        using var end = new MetricCollector<long>(_services.GetRequiredService<IMeterFactory>(), GrainsMetrics.MeterName, "maskedverify.cluster.certificate.end.timestamp");
        end.RecordObservableInstruments();
        Assert.Equal(now.AddDays(10).ToUnixTimeSeconds(), end.LastMeasurement!.Value);

        WriteNew(now.AddDays(20));
        certificates.Reload();
        end.RecordObservableInstruments();
        Assert.Equal(now.AddDays(20).ToUnixTimeSeconds(), end.LastMeasurement!.Value);
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
    public void Reload_WhenTheNewCertificateBeginsLater_TakesItThen()
    {
        WriteNew();
        var now = TimeProvider.System.GetUtcNow();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(now);
        using var certificates = Open(time);
        var before = certificates.Current.Fingerprint;
        using var later = _authority.Issue(notBefore: now.AddMinutes(1), notAfter: now.AddDays(1));
        _authority.Write(_folder, later);
        File.SetLastWriteTimeUtc(Path.Combine(_folder, "cert.pem"), now.UtcDateTime.AddMinutes(5));

        certificates.Reload();
        certificates.Reload();
        Assert.Equal(before, certificates.Current.Fingerprint);
        Assert.Single(_logs.Lines, l => l.EventId == Grains.Plumbing.EventIds.ClusterTlsKept);

        // The files do not change any more.
        time.SetUtcNow(now.AddMinutes(2));
        certificates.Reload();
        Assert.NotEqual(before, certificates.Current.Fingerprint);
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
    private void WriteNew(DateTimeOffset? until = null)
    {
        using var certificate = _authority.Issue(notAfter: until);
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

    private ClusterCertificates Open(TimeProvider? time = null) => new(
        Microsoft.Extensions.Options.Options.Create(Options()),
        time ?? TimeProvider.System,
        _services.GetRequiredService<GrainsMetrics>(),
        LoggerFactory.Create(l => l.AddProvider(_logs)).CreateLogger<ClusterCertificates>());
}
