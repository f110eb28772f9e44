namespace MaskedVerify.Storage;

/// <summary>
/// Runs a few writers as tasks: a round trip to a server holds no thread. While all of them are at work, items gather for the next batch.
/// Disposing writes what is queued, then stops.
/// </summary>
internal sealed class ServerCommitter : IAsyncDisposable
{
    private readonly string _database;
    private readonly CommitQueue<ServerItem> _queue;
    private readonly StorageMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly int _maxItems;
    private readonly int _maxBytes;
    private readonly int _queueLimit;
    private readonly Task[] _writers;

    public ServerCommitter(string database, Func<ServerBatchWriter> writer, StorageOptions options, StorageMetrics metrics, TimeProvider time)
    {
        _database = database;
        _metrics = metrics;
        _time = time;
        _maxItems = options.BatchItems;
        _maxBytes = options.BatchBytes;
        _queue = new CommitQueue<ServerItem>(options.QueueLength, options.QueueTimeout, time);
        _queueLimit = options.QueueLength;
        metrics.QueueLimit(database, _queueLimit);
        _writers = [.. Enumerable.Range(0, options.Writers).Select(_ => Task.Run(() => RunAsync(writer())))];
    }

    /// <inheritdoc cref="CommitQueue{TItem}.Waiting"/>
    public int Waiting => _queue.Waiting;

    /// <summary>Queues an item and waits for its answer.</summary>
    public async ValueTask<TAnswer> WriteAsync<TAnswer>(ServerItem<TAnswer> item)
    {
        using var span = StorageTracing.Commit(_database, item);
        try
        {
            await _queue.AddAsync(item);
            _metrics.Queued(_database, 1);
            return await item.Ended;
        }
        catch
        {
            StorageTracing.Failed(span);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await Task.WhenAll(_writers);
        _metrics.QueueLimit(_database, -_queueLimit);
    }

    private async Task RunAsync(ServerBatchWriter writer)
    {
        await using var owned = writer;
        var batch = new List<ServerItem>(_maxItems);
        while (await _queue.TakeAsync(batch, _maxItems, _maxBytes))
        {
            _metrics.Queued(_database, -batch.Count);
            _metrics.Batch(_database, batch.Count, _time.GetElapsedTime(batch[0].QueuedAt));

            // Every silo takes its locks in one order.
            batch.Sort(static (a, b) => a.Row.Compare(b.Row));
            using (StorageTracing.Transaction(_database, batch))
            {
                await writer.WriteAsync(batch);
            }

            _queue.Done(batch);
            batch.Clear();
        }
    }
}
