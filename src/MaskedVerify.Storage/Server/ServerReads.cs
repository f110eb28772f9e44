using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>
/// Look-ups that arrive together share a round trip, one statement per kind. A look-up that finds a free connection starts at once; what arrives while all are
/// at work goes with the next. What was committed before a look-up was asked is seen by it.
/// </summary>
/// <param name="database">Where.</param>
/// <param name="connections">Round trips at a time.</param>
/// <param name="calls">Makes the statements of a batch, each of which puts what it finds into its look-ups.</param>
internal sealed class ServerReads(ServerDatabase database, int connections, Func<List<ServerRead>, List<ServerCall>> calls) : IDisposable
{
    private const int MostTogether = 256;

    private readonly Lock _gate = new();
    private readonly List<ServerRead> _waiting = [];
    private int _running;
    private bool _closed;

    /// <exception cref="StorageUnavailableException">The database cannot be read.</exception>
    public async ValueTask<TAnswer?> ReadAsync<TKey, TAnswer>(ServerRead<TKey, TAnswer> read, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_closed)
            {
                throw new StorageUnavailableException("The store is closed.");
            }

            _waiting.Add(read);
            if (_running < connections)
            {
                _running++;

                // Never on the scheduler of the grain that happens to ask.
                ThreadPool.UnsafeQueueUserWorkItem(static reads => _ = reads.RunAsync(), this, preferLocal: false);
            }
        }

        return await read.Ended.WaitAsync(cancellationToken);
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
        lock (_gate)
        {
            var count = Math.Min(_waiting.Count, MostTogether);
            if (count == 0)
            {
                _running--;
                return false;
            }

            batch.AddRange(_waiting[..count]);
            _waiting.RemoveRange(0, count);
            return true;
        }
    }
}
