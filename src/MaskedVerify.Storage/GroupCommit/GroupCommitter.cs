namespace MaskedVerify.Storage;

/// <summary>
/// Runs one writer on a thread of its own: a commit blocks on the disk, and must not take a thread of the pool that grains run on.
/// Disposing writes what is queued, then stops.
/// </summary>
internal sealed class GroupCommitter<TItem> : IDisposable
    where TItem : WriteItem
{
    private readonly string _database;
    private readonly CommitQueue<TItem> _queue;
    private readonly IBatchWriter<TItem> _writer;
    private readonly StorageMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly int _maxItems;
    private readonly int _maxBytes;
    private readonly int _queueLimit;
    private readonly Thread _thread;
    private int _disposed;

    public GroupCommitter(string database, IBatchWriter<TItem> writer, StorageOptions options, StorageMetrics metrics, TimeProvider time)
    {
        _database = database;
        _writer = writer;
        _metrics = metrics;
        _time = time;
        _maxItems = options.BatchItems;
        _maxBytes = options.BatchBytes;
        _queue = new CommitQueue<TItem>(options.QueueLength, options.QueueTimeout, time);
        _queueLimit = options.QueueLength;
        metrics.QueueLimit(database, _queueLimit);
        _thread = new Thread(Run) { IsBackground = true, Name = "commit " + database };
        _thread.Start();
    }

    /// <inheritdoc cref="CommitQueue{TItem}.Waiting"/>
    public int Waiting => _queue.Waiting;

    /// <summary>Queues an item. Its own task says how it ended.</summary>
    public async ValueTask AddAsync(TItem item)
    {
        await _queue.AddAsync(item);
        _metrics.Queued(_database, 1);
    }

    /// <summary>Queues an item and waits for its end, with a span.</summary>
    public async ValueTask<TAnswer> TraceAsync<TAnswer>(TItem item, Task<TAnswer> ended)
    {
        using var span = StorageTracing.Commit(_database, item);
        try
        {
            await AddAsync(item);
            return await ended;
        }
        catch
        {
            StorageTracing.Failed(span);
            throw;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _queue.Close();
        _thread.Join();
        _metrics.QueueLimit(_database, -_queueLimit);
        _writer.Dispose();
    }

    private void Run()
    {
        var batch = new List<TItem>(_maxItems);
        while (_queue.Take(batch, _maxItems, _maxBytes))
        {
            _metrics.Queued(_database, -batch.Count);
            _metrics.Batch(_database, batch.Count, _time.GetElapsedTime(batch[0].QueuedAt));
            batch.Sort(static (a, b) => a.Row.Compare(b.Row));
            using (StorageTracing.Transaction(_database, batch))
            {
                _writer.Write(batch);
            }

            batch.Clear();
        }
    }
}
