using System.Security.Cryptography;
using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

/// <summary>
/// Writes batches, each in one transaction, over a connection of its own. A batch that met a lock or lost its connection before the COMMIT runs once more; a
/// batch with a row that the server refuses is halved until that row stands alone; a COMMIT whose answer was lost is looked up over a new connection.
/// </summary>
internal sealed partial class ServerBatchWriter(
    ServerDatabase database, IServerPlan plan, StorageOptions options, StorageMetrics metrics, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(50);

    private readonly ServerSession _session = new(database);

    /// <summary>Makes a batch durable and ends every item of it, whatever happens; never throws.</summary>
    public Task WriteAsync(List<ServerItem> batch) => WriteAsync(batch, repeated: false);

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private async Task WriteAsync(List<ServerItem> batch, bool repeated)
    {
        while (true)
        {
            try
            {
                await TryWriteAsync(batch);
                return;
            }
            catch (Exception error)
            {
                var fault = database.Dialect.Classify(error);
                await UndoAsync(fault);
                if (fault is ServerFault.Busy or ServerFault.ConnectionLost && !repeated)
                {
                    repeated = true;
                    LogRepeated(database.Name, database.Dialect.Describe(error));

                    // The other side of a deadlock has to come first now; at once this side could take the same row again before it.
                    await Task.Delay(fault == ServerFault.Busy ? TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(20, 60)) : TimeSpan.Zero, time, CancellationToken.None);
                }
                else if (fault == ServerFault.RowRefused && batch.Count > 1)
                {
                    LogHalved(database.Name, batch.Count);
                    await WriteAsync(batch.GetRange(0, batch.Count / 2), repeated);
                    await WriteAsync(batch.GetRange(batch.Count / 2, batch.Count - (batch.Count / 2)), repeated);
                    return;
                }
                else
                {
                    FailAll(batch, error);
                    return;
                }
            }
        }
    }

    private async Task TryWriteAsync(List<ServerItem> batch)
    {
        var started = time.GetTimestamp();
        string? name = null;
        await _session.BeginAsync();
        await plan.RunAsync(_session, batch, new ServerCall(ServerStatement.TransactionName, row => name = row.GetString(0)));
        var rows = _session.Rows;
        if (await CommitAsync(batch, name))
        {
            metrics.Committed(database.Name, batch.Count, rows, time.GetElapsedTime(started));
            batch.ForEach(static item => item.Complete());
        }
    }

    /// <summary>True: durable. False: every waiter was told that the outcome is unknown. Throws when nothing was written.</summary>
    private async Task<bool> CommitAsync(List<ServerItem> batch, string? name)
    {
        try
        {
            await (database.CommitStarting?.Invoke() ?? Task.CompletedTask);
            await _session.CommitAsync();
            await (database.CommitEnded?.Invoke() ?? Task.CompletedTask);
            return true;
        }
        catch (Exception error) when (database.Dialect.LeavesCommitUnknown(error))
        {
            await _session.CloseAsync();
            var written = await LookUpAsync(batch, name);
            if (written == true)
            {
                return true;
            }

            if (written == false)
            {
                throw;
            }

            LogUnknown(error, database.Name, batch.Count);
            metrics.Ended(database.Name, "unknown", batch.Count);
            var reason = new UnknownOutcomeException($"The connection to the database {database.Name} was lost while it committed.", error);
            batch.ForEach(item => item.CompleteUnknown(reason));
            return false;
        }
    }

    /// <summary>Asks over new connections, for as long as is worth waiting. One answer speaks for all items: they share a transaction.</summary>
    private async Task<bool?> LookUpAsync(List<ServerItem> batch, string? name)
    {
        var started = time.GetTimestamp();
        do
        {
            try
            {
                await using var session = new ServerSession(database);
                var (known, written) = name is null ? (true, await AskItemsAsync(session, batch)) : await AskServerAsync(session, name);
                if (known)
                {
                    return written;
                }
            }
            catch (Exception error)
            {
                LogNotAsked(database.Name, database.Dialect.Describe(error));
            }

            await Task.Delay(s_lookAgain, time, CancellationToken.None);
        }
        while (time.GetElapsedTime(started) < options.LookUpTimeout);

        database.LookedUp?.Invoke();
        return null;
    }

    private static async Task<(bool Known, bool? Written)> AskServerAsync(ServerSession session, string name)
    {
        string? answer = null;
        await session.RunAsync(
            [new ServerCall(ServerStatement.TransactionOutcome, row => answer = row.IsDBNull(0) ? null : row.GetString(0), ServerArgument.Of("name", name))]);
        return answer switch
        {
            "committed" => (true, true),
            "aborted" => (true, false),
            null => (true, null),
            _ => (false, null),
        };
    }

    private static async Task<bool?> AskItemsAsync(ServerSession session, List<ServerItem> batch)
    {
        foreach (var item in batch)
        {
            if (await item.WasWrittenAsync(session) is { } written)
            {
                return written;
            }
        }

        return null;
    }

    private async Task UndoAsync(ServerFault fault)
    {
        if (fault == ServerFault.ConnectionLost)
        {
            await _session.CloseAsync();
        }
        else
        {
            await _session.RollbackAsync();
        }
    }

    private void FailAll(List<ServerItem> batch, Exception error)
    {
        LogFailed(error, database.Name, batch.Count);
        metrics.Ended(database.Name, "unavailable", batch.Count);
        var reason = database.Unavailable(error);
        batch.ForEach(item => item.Fail(reason));
    }
}
