using MaskedVerify.Front.Configuration;
using MaskedVerify.Grains.Tls;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Front.Hosting;

/// <summary>Keeps the certificate of the public port as new as its files: connections that stand keep theirs, new ones take the newest.</summary>
internal sealed partial class PublicCertificates : IDisposable
{
    private readonly ReloadedFiles<PublicIdentity> _files;
    private readonly ILogger<PublicCertificates> _logger;

    public PublicCertificates(IOptions<PublicTlsOptions> options, TimeProvider time, FrontMetrics metrics, ILogger<PublicCertificates> logger)
    {
        var tls = options.Value;
        _logger = logger;
        _files = new ReloadedFiles<PublicIdentity>(
            [tls.Certificate, tls.Key],
            () => PublicIdentity.Load(tls, time.GetUtcNow()),
            tls.ReloadInterval,
            time,
            fresh => LogReloaded(fresh.Fingerprint[..16], fresh.EndsAt),
            (current, reason) => LogKept(current.Fingerprint[..16], current.EndsAt, reason));
        metrics.ObserveCertificate(() => Current.EndsAt);
    }

    /// <summary>For the next handshake.</summary>
    public PublicIdentity Current => _files.Current;

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    [LoggerMessage(EventIds.PublicTlsReloaded, LogLevel.Information, "New connections to the public port use certificate {Fingerprint}, valid until {EndsAt:u}.")]
    private partial void LogReloaded(string fingerprint, DateTimeOffset endsAt);

    [LoggerMessage(EventIds.PublicTlsKept, LogLevel.Error, "The public port's certificate files changed and cannot be used; {Fingerprint}, valid until {EndsAt:u}, stays in use. {Reason}")]
    private partial void LogKept(string fingerprint, DateTimeOffset endsAt, string reason);
}
