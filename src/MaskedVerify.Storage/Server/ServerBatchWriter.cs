using System.Security.Cryptography;
using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

/// <summary>
/// Writes batches, each in one transaction, over a connection of its own. A batch that met a lock or lost its connection before the COMMIT runs once more; a
/// batch with a row that the server refuses, or that another transaction goes on holding, is halved until that row stands alone; a COMMIT whose answer was
/// lost is looked up over a new connection.
/// </summary>
internal sealed partial class ServerBatchWriter(
    ServerDatabase database, IServerPlan plan, StorageOptions options, StorageMetrics metrics, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>
    /// How many short waits for held rows a batch is worth, a second in all: one row among 512 needs ten. What is left then fails without being taken apart, for the
    /// next batches wait behind it.
    /// </summary>
    private const int MostBriefWaits = 20;

    private readonly ServerSession _patient = new(database);
    private readonly ServerSession _brief = new(database.Brief ?? database);
    private int _briefWaits;

    /// <summary>Once a batch is halved because of held rows, its parts wait only briefly for each.</summary>
    private ServerSession Session => _briefWaits == 0 ? _patient : _brief;

    /// <summary>Makes a batch durable and ends every item of it, whatever happens; never throws.</summary>
    public async Task WriteAsync(List<ServerItem> batch)
    {
        await WriteAsync(batch, repeated: false);
        _briefWaits = 0;
        await _brief.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _patient.DisposeAsync();
        await _brief.DisposeAsync();
    }

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
                else if (batch.Count > 1 && (fault == ServerFault.RowRefused || (fault == ServerFault.Busy && _briefWaits < MostBriefWaits)))
                {
                    _briefWaits += fault == ServerFault.Busy ? 1 : 0;
                    LogHalved(database.Name, database.Dialect.Describe(error), batch.Count);
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
        var name = string.Empty;
        await Session.BeginAsync();
        await plan.RunAsync(Session, batch, new ServerCall(ServerStatement.TransactionName, row => name = row.GetString(0)));
        var rows = Session.Rows;
        if (await CommitAsync(batch, name))
        {
            metrics.Committed(database.Name, batch.Count, rows, time.GetElapsedTime(started));
            batch.ForEach(Complete);
        }
    }

    private void Complete(ServerItem item)
    {
        try
        {
            item.Complete();
        }
        catch (Exception error)
        {
            // Durable, but with an answer that cannot be read: that is not the matter of its neighbours.
            LogUnreadable(error, database.Name);
            item.CompleteUnknown(new UnknownOutcomeException($"The database {database.Name} holds a row that cannot be read.", error));
        }
    }

    /// <summary>True: durable. False: every waiter was told that the outcome is unknown. Throws when nothing was written.</summary>
    private async Task<bool> CommitAsync(List<ServerItem> batch, string name)
    {
        try
        {
            await (database.CommitStarting?.Invoke() ?? Task.CompletedTask);
            await Session.CommitAsync();
            await (database.CommitEnded?.Invoke() ?? Task.CompletedTask);
            return true;
        }
        catch (Exception error) when (database.Dialect.LeavesCommitUnknown(error))
        {
            await Session.CloseAsync();
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

    private async Task UndoAsync(ServerFault fault)
    {
        if (fault == ServerFault.ConnectionLost)
        {
            await Session.CloseAsync();
        }
        else
        {
            await Session.RollbackAsync();
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
