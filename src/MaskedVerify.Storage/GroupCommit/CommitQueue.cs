using System.Diagnostics.CodeAnalysis;
using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>
/// The bounded queue before a group commit. Whatever arrived while a transaction was under way is the next one, at most one item per row: a second
/// item of a row waits for the transaction after, and items of one row keep their order. Taken by one thread (<see cref="Take"/>) or by several
/// tasks (<see cref="TakeAsync"/>), which then never hold one row at the same time.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The event holds no handle, and a late caller must find the queue closed, not disposed.")]
internal sealed class CommitQueue<TItem>(int capacity, TimeSpan patience, TimeProvider time)
    where TItem : WriteItem
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _arrived = new(false, spinCount: 0);
    private readonly QueuePlaces _places = new(capacity, patience, time);
    private readonly HashSet<RowName> _rows = [];
    private readonly List<TItem> _waiting = [];
    private readonly HashSet<RowName> _inFlight = [];
    private TaskCompletionSource? _pulse;
    private bool _closed;

    /// <summary>Items that wait for their transaction.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Adds an item; waits while the queue is full.</summary>
    /// <exception cref="StorageUnavailableException">The queue stayed full, or is closed.</exception>
    public async ValueTask AddAsync(TItem item)
    {
        if (!await _places.TakeAsync())
        {
            throw new StorageUnavailableException($"The write queue is full ({capacity} writes wait): the database is too slow for the load. Nothing was written.");
        }

        item.QueuedAt = time.GetTimestamp();
        lock (_gate)
        {
            if (_closed)
            {
                throw new StorageUnavailableException("The store is closed. Nothing was written.");
            }

            _waiting.Add(item);
            if (_waiting.Count == 1)
            {
                _arrived.Set();
            }

            Pulse();
        }
    }

    /// <summary>Blocks until there is something to write, and moves it to <paramref name="batch"/>. False: closed, and everything was taken.</summary>
    public bool Take(List<TItem> batch, int maxItems, int maxBytes)
    {
        _arrived.Wait();
        lock (_gate)
        {
            Select(batch, maxItems, maxBytes);
            if (_waiting.Count == 0 && !_closed)
            {
                _arrived.Reset();
            }
        }

        if (batch.Count == 0)
        {
            return false;
        }

        _places.Release(batch.Count);
        return true;
    }

    /// <summary>
    /// Waits until there is something to write, and moves it to <paramref name="batch"/>; its rows are in no other batch until <see cref="Done"/>.
    /// False: closed, and everything was taken.
    /// </summary>
    public async ValueTask<bool> TakeAsync(List<TItem> batch, int maxItems, int maxBytes)
    {
        while (true)
        {
            Task pulse;
            lock (_gate)
            {
                Select(batch, maxItems, maxBytes);
                if (batch.Count > 0)
                {
                    batch.ForEach(item => Claim(item, _inFlight));
                    break;
                }

                if (_closed && _waiting.Count == 0)
                {
                    return false;
                }

                pulse = (_pulse ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await pulse;
        }

        _places.Release(batch.Count);
        return true;
    }

    /// <summary>The items of a batch from <see cref="TakeAsync"/> have ended: their rows may be taken again.</summary>
    public void Done(List<TItem> batch)
    {
        lock (_gate)
        {
            foreach (var item in batch)
            {
                _inFlight.Remove(item.Row);
                foreach (var claim in item.Claims)
                {
                    _inFlight.Remove(claim);
                }
            }

            Pulse();
        }
    }

    /// <summary>Accepts nothing more; what waits can still be taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _arrived.Set();
            Pulse();
        }
    }

    private static void Claim(TItem item, HashSet<RowName> rows)
    {
        rows.Add(item.Row);
        foreach (var claim in item.Claims)
        {
            rows.Add(claim);
        }
    }

    private bool IsFree(TItem item)
    {
        if (IsHeld(item.Row))
        {
            return false;
        }

        foreach (var claim in item.Claims)
        {
            if (IsHeld(claim))
            {
                return false;
            }
        }

        return true;
    }

    private bool IsHeld(RowName row) => _rows.Contains(row) || _inFlight.Contains(row);

    private void Pulse()
    {
        _pulse?.TrySetResult();
        _pulse = null;
    }

    private void Select(List<TItem> batch, int maxItems, int maxBytes)
    {
        var kept = 0;
        var index = 0;
        long bytes = 0;
        _rows.Clear();
        for (; index < _waiting.Count && batch.Count < maxItems; index++)
        {
            var item = _waiting[index];
            if (batch.Count > 0 && bytes + item.Bytes > maxBytes)
            {
                break;
            }

            if (IsFree(item))
            {
                batch.Add(item);
                bytes += item.Bytes;
            }
            else
            {
                _waiting[kept++] = item;
            }

            // Also when it waits: a later item of the row must not overtake it.
            Claim(item, _rows);
        }

        _waiting.RemoveRange(kept, index - kept);
    }
}
