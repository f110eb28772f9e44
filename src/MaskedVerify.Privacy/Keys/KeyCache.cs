using System.Diagnostics.CodeAnalysis;

namespace MaskedVerify.Privacy;

/// <summary>
/// Unwrapped keys for a bounded time and in a bounded number. A hit is one short lock; a miss loads once, however many wait for it. A key lives at most
/// <c>life</c> in memory: it is not handed out after 95 % of that, and a timer that runs every 5 % zeroes what is over. When full, the oldest goes first.
/// </summary>
[SuppressMessage("Design", "MA0048", Justification = "Generic name.")]
internal sealed class KeyCache<TKey> : IDisposable
    where TKey : struct, IEquatable<TKey>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly Dictionary<TKey, Load> _loads = [];

    // Every entry has the same life, so the order of arrival is the order of expiry.
    private readonly Queue<Entry> _order = new();
    private readonly TimeProvider _time;
    private readonly Func<TKey, Task<KeySet?>> _load;
    private readonly TimeSpan _usable;
    private readonly int _capacity;
    private readonly ITimer _sweeper;
    private bool _disposed;

    /// <summary>A cache over a loader. The loader returns null for "no such key", and a set whose first reference becomes the cache's.</summary>
    public KeyCache(TimeProvider time, TimeSpan life, int capacity, Func<TKey, Task<KeySet?>> load)
    {
        _time = time;
        _load = load;
        _usable = life * 0.95;
        _capacity = capacity;
        _sweeper = time.CreateTimer(static state => ((KeyCache<TKey>)state!).EvictExpired(), this, life * 0.05, life * 0.05);
    }

    /// <summary>Keys in memory now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>The key, from memory or loaded; <c>default</c> if there is none. Completes synchronously on a hit.</summary>
    public ValueTask<KeyLease> LeaseAsync(TKey key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (TryLeaseLocked(key, out var lease))
            {
                return new ValueTask<KeyLease>(lease);
            }
        }

        return LeaseSlowAsync(key, cancellationToken);
    }

    /// <summary>Puts a key that was just made; its first reference becomes the cache's.</summary>
    public void Add(TKey key, KeySet keys)
    {
        lock (_gate)
        {
            AddLocked(key, keys);
        }
    }

    /// <summary>Forgets a key, also one that is being loaded right now.</summary>
    public void Remove(TKey key)
    {
        lock (_gate)
        {
            if (_entries.Remove(key, out var entry))
            {
                entry.Retire();
            }

            if (_loads.Remove(key, out var load))
            {
                load.Stale = true;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sweeper.Dispose();
        lock (_gate)
        {
            _disposed = true;
            foreach (var entry in _entries.Values)
            {
                entry.Retire();
            }

            _entries.Clear();
            _order.Clear();
        }
    }

    private async ValueTask<KeyLease> LeaseSlowAsync(TKey key, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task<bool> found;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (TryLeaseLocked(key, out var lease))
                {
                    return lease;
                }

                found = JoinLoadLocked(key);
            }

            if (!await found.WaitAsync(cancellationToken))
            {
                return default;
            }
        }
    }

    private Task<bool> JoinLoadLocked(TKey key)
    {
        if (!_loads.TryGetValue(key, out var load))
        {
            _loads[key] = load = new Load();

            // On the thread pool: a load that many wait for must not run on the scheduler of the one grain that came first.
            load.Found = Task.Run(() => RunLoadAsync(key, load));
        }

        return load.Found;
    }

    private async Task<bool> RunLoadAsync(TKey key, Load load)
    {
        KeySet? keys = null;
        try
        {
            keys = await _load(key);
            return keys is not null;
        }
        finally
        {
            lock (_gate)
            {
                if (load.Stale || _disposed)
                {
                    keys?.Release();
                }
                else
                {
                    _loads.Remove(key);
                    if (keys is not null)
                    {
                        AddLocked(key, keys);
                    }
                }
            }
        }
    }

    private bool TryLeaseLocked(TKey key, out KeyLease lease)
    {
        if (_entries.TryGetValue(key, out var entry) && _time.GetElapsedTime(entry.Since) < _usable)
        {
            entry.Keys.Acquire();
            lease = new KeyLease(entry.Keys);
            return true;
        }

        lease = default;
        return false;
    }

    private void AddLocked(TKey key, KeySet keys)
    {
        if (_entries.Remove(key, out var previous))
        {
            previous.Retire();
        }

        var added = new Entry(key, keys, _time.GetTimestamp());
        _entries.Add(key, added);
        _order.Enqueue(added);
        while (_entries.Count > _capacity)
        {
            Evict(_order.Dequeue());
        }
    }

    private void EvictExpired()
    {
        lock (_gate)
        {
            while (_order.TryPeek(out var oldest) && (oldest.IsRetired || _time.GetElapsedTime(oldest.Since) >= _usable))
            {
                Evict(_order.Dequeue());
            }
        }
    }

    private void Evict(Entry entry)
    {
        if (!entry.IsRetired)
        {
            _entries.Remove(entry.Key);
            entry.Retire();
        }
    }

    private sealed class Entry(TKey key, KeySet keys, long since)
    {
        public TKey Key => key;

        public KeySet Keys => keys;

        public long Since => since;

        public bool IsRetired { get; private set; }

        public void Retire()
        {
            IsRetired = true;
            keys.Release();
        }
    }

    private sealed class Load
    {
        public Task<bool> Found { get; set; } = Task.FromResult(false);

        public bool Stale { get; set; }
    }
}
