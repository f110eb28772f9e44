namespace MaskedVerify.Grains.Tls;

/// <summary>
/// Keeps what was made of some files as new as the files. Whoever begins takes the newest that could be loaded; what is under way keeps its own. Files that cannot be used
/// change nothing, are told of once, and are tried again at each interval: a file that may not be read yet, or a certificate that begins in a minute, comes right by itself.
/// </summary>
/// <typeparam name="T">What they are made into.</typeparam>
public sealed class ReloadedFiles<T> : IDisposable
    where T : class, IDisposable
{
    private readonly IReadOnlyList<string> _files;
    private readonly Func<T> _load;
    private readonly Action<T> _reloaded;
    private readonly Action<T, string> _kept;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();

    // Handshakes may still use what was replaced; there are as many as rotations, and they are small.
    private readonly List<T> _all = [];
    private volatile T _current;
    private string _seen;
    private string? _refused;

    /// <summary>Loads the files and looks at them from then on.</summary>
    /// <param name="files">Their paths.</param>
    /// <param name="load">Makes something of them; a <see cref="TlsFileException"/> says why not.</param>
    /// <param name="interval">Pause between two looks.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="reloaded">Told of what replaced the one before.</param>
    /// <param name="kept">Told of what stays in use, and why.</param>
    /// <exception cref="TlsFileException">They cannot be used at the start.</exception>
    public ReloadedFiles(IReadOnlyList<string> files, Func<T> load, TimeSpan interval, TimeProvider time, Action<T> reloaded, Action<T, string> kept)
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(time);
        _files = files;
        _load = load;
        _reloaded = reloaded;
        _kept = kept;
        _seen = Stamp();
        _current = load();
        _all.Add(_current);
        _timer = time.CreateTimer(static self => ((ReloadedFiles<T>)self!).Reload(), this, interval, interval);
    }

    /// <summary>The newest one that could be loaded.</summary>
    public T Current => _current;

    /// <summary>Looks whether the files changed, or could not be used when they did, and takes them if they can.</summary>
    public void Reload()
    {
        lock (_gate)
        {
            var stamp = Stamp();
            if (stamp == _seen && _refused is null)
                return;

            _seen = stamp;
            try
            {
                var fresh = _load();
                _all.Add(fresh);
                _current = fresh;
                _refused = null;
                _reloaded(fresh);
            }
            catch (Exception e)
            {
                // Whatever it is: an exception that leaves a timer ends the process.
                var reason = e is TlsFileException ? e.Message : $"They could not be read ({e.GetType().Name}).";
                if (reason != _refused)
                    _kept(_current, reason);
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

    private string Stamp() => string.Join('|', _files.Select(StampOf));

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
}
