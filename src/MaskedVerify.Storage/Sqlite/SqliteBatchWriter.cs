using MaskedVerify.Domain;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

/// <summary>
/// Writes a batch in one transaction on the one writing connection. Being alone with the write lock, each item reads what it must compare and then
/// writes, so that a loser has written nothing; an item that the database refuses is taken out and the others run again without it.
/// </summary>
internal sealed partial class SqliteBatchWriter<TSession>(
    SqliteFile file, Func<TSession> open, SqliteCheckpointer checkpointer, StorageMetrics metrics, TimeProvider time, ILogger logger) : IBatchWriter<SqliteItem<TSession>>
    where TSession : SqliteSession
{
    private TSession? _session;

    public void Write(List<SqliteItem<TSession>> batch)
    {
        var repeated = false;
        while (batch.Count > 0)
        {
            try
            {
                if (TryWrite(batch))
                {
                    return;
                }
            }
            catch (SqliteException error) when (error.IsBusy() && !repeated)
            {
                repeated = true;
                LogRepeated(file.Name, error.SqliteExtendedErrorCode);
            }
            catch (Exception error)
            {
                FailAll(batch, error);
                return;
            }
        }
    }

    public void Dispose()
    {
        // The writer's connection last: the last one of a file copies the log and removes it.
        checkpointer.Dispose();
        Close();
    }

    /// <summary>False: an item was refused and taken out, the rest has to run again.</summary>
    private bool TryWrite(List<SqliteItem<TSession>> batch)
    {
        var started = time.GetTimestamp();
        var session = _session ??= open();
        try
        {
            if (Run(session, batch) is { } refused)
            {
                session.Rollback();
                batch.Remove(refused.Item);
                LogRefused(file.Name, refused.Error.SqliteExtendedErrorCode);
                refused.Item.Fail(refused.Error.Unavailable(file));
                return false;
            }
        }
        catch (SqliteException error)
        {
            Undo(session, error);
            throw;
        }

        if (Commit(session, batch))
        {
            metrics.Committed(file.Name, batch.Count, session.Rows, time.GetElapsedTime(started));
            session = _session ?? session;
            var pages = session.TakePagesWritten();
            CompleteAll(session, batch);
            checkpointer.Committed(session, pages);
        }

        return true;
    }

    private static (SqliteItem<TSession> Item, SqliteException Error)? Run(TSession session, List<SqliteItem<TSession>> batch)
    {
        foreach (var item in batch)
        {
            item.Prepare(session);
        }

        session.Begin();
        foreach (var item in batch)
        {
            try
            {
                item.Run(session);
            }
            catch (SqliteException error) when (error.IsRowRefused())
            {
                return (item, error);
            }
        }

        return null;
    }

    /// <summary>True: durable. False: every waiter was told that the outcome is unknown.</summary>
    private bool Commit(TSession session, List<SqliteItem<TSession>> batch)
    {
        try
        {
            file.CommitStarting?.Invoke();
            session.Commit();
            file.CommitEnded?.Invoke();
            return true;
        }
        catch (SqliteException error)
        {
            Undo(session, error);
            if (error.IsBusy())
            {
                throw;
            }

            var written = error.IsFlushFailed() ? null : ReadBack(batch);
            if (written == false)
            {
                // The new connection was opened while the fault lasted, perhaps for reading only.
                Close();
                throw;
            }

            if (written == true)
            {
                return true;
            }

            LogUnknown(error, file.Name, batch.Count);
            metrics.Ended(file.Name, "unknown", batch.Count);
            var reason = new UnknownOutcomeException($"The database {file.Name} failed while it committed (SQLite {error.SqliteExtendedErrorCode}).", error);
            batch.ForEach(item => item.CompleteUnknown(reason));
            return false;
        }
    }

    /// <summary>Whether the lost commit is in the database, asked over a new connection. One item that can tell speaks for all: they share a transaction.</summary>
    private bool? ReadBack(List<SqliteItem<TSession>> batch)
    {
        try
        {
            Close();
            var session = _session = open();
            foreach (var item in batch)
            {
                item.Prepare(session);
                if (item.WasWritten(session) is { } written)
                {
                    return written;
                }
            }
        }
        catch (Exception error) when (error is SqliteException or StorageUnavailableException)
        {
            LogFailed(error, file.Name, batch.Count);
            Close();
        }

        return null;
    }

    private void CompleteAll(TSession session, List<SqliteItem<TSession>> batch)
    {
        foreach (var item in batch)
        {
            try
            {
                item.AfterCommit(session);
                item.Complete();
            }
            catch (Exception error)
            {
                LogFailed(error, file.Name, 1);
                item.Fail(Translate(error));
            }
        }
    }

    private void Undo(TSession session, SqliteException cause)
    {
        try
        {
            session.Rollback();
            if (!cause.NeedsReopen())
            {
                return;
            }
        }
        catch (SqliteException)
        {
            // The cause is what matters; closing the connection below undoes what is open.
        }

        Close();
    }

    private void FailAll(List<SqliteItem<TSession>> batch, Exception error)
    {
        var reason = Translate(error);
        metrics.Ended(file.Name, "unavailable", batch.Count);
        if (error is SqliteException or StorageUnavailableException)
        {
            LogUnavailable(batch.Count, reason.Message);
        }
        else
        {
            // A mistake of ours in the middle of a transaction: leave nothing open.
            LogFailed(error, file.Name, batch.Count);
            Close();
        }

        batch.ForEach(item => item.Fail(reason));
    }

    private StorageUnavailableException Translate(Exception error) => error switch
    {
        StorageUnavailableException known => known,
        SqliteException sqlite => sqlite.Unavailable(file),
        SchemaMismatchException schema => new StorageUnavailableException(schema.Message, schema),
        _ => new StorageUnavailableException($"The database {file.Name} could not be written ({error.GetType().Name}). Nothing was written.", error),
    };

    private void Close()
    {
        var session = _session;
        _session = null;
        try
        {
            session?.Dispose();
        }
        catch (SqliteException error)
        {
            LogFailed(error, file.Name, 0);
        }
    }
}
