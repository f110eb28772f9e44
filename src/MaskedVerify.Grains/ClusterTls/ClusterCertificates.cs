using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.Tls;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>Keeps <see cref="ClusterIdentity"/> as new as its files.</summary>
internal sealed partial class ClusterCertificates : IDisposable
{
    private readonly ReloadedFiles<ClusterIdentity> _files;
    private readonly ILogger<ClusterCertificates> _logger;

    public ClusterCertificates(IOptions<ClusterTlsOptions> options, TimeProvider time, GrainsMetrics metrics, ILogger<ClusterCertificates> logger)
    {
        var tls = options.Value;
        _logger = logger;
        _files = new ReloadedFiles<ClusterIdentity>(
            [tls.Certificate, tls.Key, tls.Authority],
            () => ClusterIdentity.Load(tls, time.GetUtcNow()),
            tls.ReloadInterval,
            time,
            fresh => LogReloaded(fresh.Fingerprint[..16], fresh.EndsAt),
            (current, reason) => LogKept(current.Fingerprint[..16], current.EndsAt, reason));
        metrics.ObserveCertificate(() => Current.EndsAt);
    }

    /// <summary>For the next handshake.</summary>
    internal ClusterIdentity Current => _files.Current;

    /// <summary>Looks at the files now.</summary>
    internal void Reload() => _files.Reload();

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();

    [LoggerMessage(Plumbing.EventIds.ClusterTlsReloaded, LogLevel.Information, "New connections between silos use certificate {Fingerprint}, valid until {EndsAt:u}.")]
    private partial void LogReloaded(string fingerprint, DateTimeOffset endsAt);

    [LoggerMessage(Plumbing.EventIds.ClusterTlsKept, LogLevel.Error, "The cluster's certificate files changed and cannot be used; {Fingerprint}, valid until {EndsAt:u}, stays in use. {Reason}")]
    private partial void LogKept(string fingerprint, DateTimeOffset endsAt, string reason);
}
