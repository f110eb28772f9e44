using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>
/// Look-ups that arrive together share a round trip, one statement per kind. A look-up that finds a free connection starts at once; what arrives while all are
/// at work goes with the next, unless it was cancelled meanwhile. What was committed before a look-up was asked is seen by it.
/// </summary>
/// <param name="database">Where.</param>
/// <param name="options">Round trips at a time; how many look-ups may wait, as many as writes may, and how long for a place.</param>
/// <param name="time">Its clock.</param>
/// <param name="calls">Makes the statements of a batch, each of which puts what it finds into its look-ups.</param>
internal sealed class ServerReads(ServerDatabase database, StorageOptions options, TimeProvider time, Func<List<ServerRead>, List<ServerCall>> calls) : IDisposable
{
    private const int MostTogether = 256;

    private readonly QueuePlaces _places = new(options.QueueLength, options.QueueTimeout, time);
    private readonly Lock _gate = new();
    private readonly List<ServerRead> _waiting = [];
    private int _running;
    private bool _closed;

    /// <exception cref="StorageUnavailableException">The database cannot be read, or the queue stayed full.</exception>
    public async ValueTask<TAnswer?> ReadAsync<TKey, TAnswer>(ServerRead<TKey, TAnswer> read, CancellationToken cancellationToken)
    {
        using var span = StorageTracing.Read(database.Name);
        try
        {
            await QueueAsync(read, cancellationToken);
            return await read.Ended.WaitAsync(cancellationToken);
        }
        catch
        {
            StorageTracing.Failed(span);
            throw;
        }
    }

    /// <summary>Runs statements of their own over a connection of the pool, once more after a lock or a lost connection.</summary>
    /// <exception cref="StorageUnavailableException">The database cannot be read or written.</exception>
    public static async ValueTask RunAsync(ServerDatabase database, Func<List<ServerCall>> calls, CancellationToken cancellationToken)
    {
        for (var repeated = false; ; repeated = true)
        {
            await using var session = new ServerSession(database);
            try
            {
                await session.RunAsync(calls(), cancellationToken);
                return;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (repeated || database.Dialect.Classify(error) is not (ServerFault.Busy or ServerFault.ConnectionLost))
                {
                    throw database.Unavailable(error);
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
        }
    }

    private async ValueTask QueueAsync(ServerRead read, CancellationToken cancellationToken)
    {
        if (!await _places.TakeAsync(cancellationToken))
        {
            throw new StorageUnavailableException($"The read queue is full ({_places.Capacity} look-ups wait): the database {database.Name} is too slow for the load.");
        }

        read.Cancellation = cancellationToken;
        lock (_gate)
        {
            if (_closed)
            {
                throw new StorageUnavailableException("The store is closed.");
            }

            _waiting.Add(read);
            if (_running < options.Readers)
            {
                _running++;

                // Never on the scheduler of the grain that happens to ask.
                ThreadPool.UnsafeQueueUserWorkItem(static reads => _ = reads.RunAsync(), this, preferLocal: false);
            }
        }
    }

    private async Task RunAsync()
    {
        var batch = new List<ServerRead>();
        while (Take(batch))
        {
            try
            {
                await RunAsync(database, () => calls(batch), CancellationToken.None);
                batch.ForEach(static read => read.Complete());
            }
            catch (Exception error)
            {
                var reason = database.Unavailable(error);
                batch.ForEach(read => read.Fail(reason));
            }
        }
    }

    private bool Take(List<ServerRead> batch)
    {
        batch.Clear();
        int free;
        lock (_gate)
        {
            free = _waiting.RemoveAll(static read => read.Cancellation.IsCancellationRequested);
            var count = Math.Min(_waiting.Count, MostTogether);
            batch.AddRange(_waiting[..count]);
            _waiting.RemoveRange(0, count);
            free += count;
            if (count == 0)
            {
                _running--;
            }
        }

        _places.Release(free);
        return batch.Count > 0;
    }
}
