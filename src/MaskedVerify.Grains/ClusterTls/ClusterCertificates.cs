using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.ClusterTls;

/// <summary>
/// Keeps <see cref="ClusterIdentity"/> as new as its files. New connections use the newest one that could be loaded; those that stand keep theirs. Files that cannot be used
/// change nothing, are told of once, and are tried again at each interval: a file that may not be read yet, or a certificate that begins in a minute, comes right by itself.
/// </summary>
internal sealed partial class ClusterCertificates : IDisposable
{
    private readonly ClusterTlsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ClusterCertificates> _logger;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();

    // Handshakes may still use a replaced identity; there are as many as rotations, and they are small.
    private readonly List<ClusterIdentity> _all = [];
    private volatile ClusterIdentity _current;
    private string _seen;
    private string? _refused;

    public ClusterCertificates(IOptions<ClusterTlsOptions> options, TimeProvider time, GrainsMetrics metrics, ILogger<ClusterCertificates> logger)
    {
        _options = options.Value;
        _time = time;
        _logger = logger;
        _seen = Stamp();
        _current = ClusterIdentity.Load(_options, time.GetUtcNow());
        _all.Add(_current);
        metrics.ObserveCertificate(() => _current.EndsAt);
        _timer = time.CreateTimer(static self => ((ClusterCertificates)self!).Reload(), this, _options.ReloadInterval, _options.ReloadInterval);
    }

    /// <summary>For the next handshake.</summary>
    internal ClusterIdentity Current => _current;

    /// <summary>Looks whether the files changed, or could not be used when they did, and takes them if they can.</summary>
    internal void Reload()
    {
        lock (_gate)
        {
            var stamp = Stamp();
            if (stamp == _seen && _refused is null)
                return;

            _seen = stamp;
            try
            {
                var fresh = ClusterIdentity.Load(_options, _time.GetUtcNow());
                _all.Add(fresh);
                _current = fresh;
                _refused = null;
                LogReloaded(fresh.Fingerprint[..16], fresh.EndsAt);
            }
            catch (Exception e)
            {
                // Whatever it is: an exception that leaves a timer ends the process.
                var reason = e is ClusterTlsException ? e.Message : $"They could not be read ({e.GetType().Name}).";
                if (reason != _refused)
                    LogKept(_current.Fingerprint[..16], _current.EndsAt, reason);
                _refused = reason;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _all.ForEach(i => i.Dispose());
            _all.Clear();
        }
    }

    private string Stamp() => string.Join('|', new[] { _options.Certificate, _options.Key, _options.Authority }.Select(StampOf));

    private static string StampOf(string file)
    {
        try
        {
            // Behind a link, as secrets are mounted, the target changes.
            var info = new FileInfo(file);
            var target = info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info;
            return string.Create(null, $"{target.FullName},{target.LastWriteTimeUtc.Ticks},{target.Length}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "unreadable";
        }
    }

    [LoggerMessage(Plumbing.EventIds.ClusterTlsReloaded, LogLevel.Information, "New connections between silos use certificate {Fingerprint}, valid until {EndsAt:u}.")]
    private partial void LogReloaded(string fingerprint, DateTimeOffset endsAt);

    [LoggerMessage(Plumbing.EventIds.ClusterTlsKept, LogLevel.Error, "The cluster's certificate files changed and cannot be used; {Fingerprint}, valid until {EndsAt:u}, stays in use. {Reason}")]
    private partial void LogKept(string fingerprint, DateTimeOffset endsAt, string reason);
}
