using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

/// <summary>
/// Copies a write-ahead log into its database beside the writer. SQLite's own way does that on the committing thread, where everybody waits for it. A copy beside a
/// writer never reaches the end of the log, which is only written over from its beginning when all of it is copied: so the writer copies the rest, a few pages.
/// </summary>
internal sealed partial class SqliteCheckpointer(SqliteFile file, TimeSpan busyTimeout, ILogger logger) : IDisposable
{
    /// <summary>
    /// Pages in the log from which on it is copied (16 MB): often enough that the log is written over instead of growing, which costs a third of the flushes, and
    /// seldom enough that pages which many commits touch are copied once.
    /// </summary>
    public const int Pages = 4000;

    /// <summary>Pages in the log from which on the writer waits for the copy (128 MB): a disk that is slower than its writers must not grow the log without an end.</summary>
    private const int MostPages = 8 * Pages;

    private SqliteConnection? _connection;
    private Task? _copy;
    private int _pages;
    private bool _failing;

    /// <summary>Called on the writer's thread after each commit, with the pages that it wrote to the log.</summary>
    public void Committed(SqliteSession session, int pages)
    {
        _pages += pages;
        if (_copy is null)
        {
            if (_pages >= Pages)
            {
                _copy = Task.Factory.StartNew(Copy, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }

            return;
        }

        if (_pages >= MostPages)
        {
            _copy.Wait();
        }

        if (_copy.IsCompleted)
        {
            _copy = null;
            Take(session.Checkpoint());
        }
    }

    public void Dispose()
    {
        _copy?.Wait();
        _connection?.Dispose();
    }

    // A commit is durable in the log: that it cannot be copied now is no commit's failure.
    private void Copy()
    {
        try
        {
            _connection ??= SqliteOpening.Open(file, busyTimeout);
            lock (file.CopyGate)
            {
                // What could not be copied is the writer's to tell, which tries again.
                _ = SqliteSession.Checkpoint(_connection.Handle ?? throw new InvalidOperationException("The connection is not open."));
            }
        }
        catch (Exception error) when (error is SqliteException or Domain.StorageUnavailableException)
        {
            Fail((error as SqliteException)?.SqliteExtendedErrorCode ?? 0);
            _connection?.Dispose();
            _connection = null;
        }
    }

    private void Take((int Error, int Log, int Copied) end)
    {
        if (end.Error != 0)
        {
            Fail(end.Error);
            _pages = 0;
            return;
        }

        // Where a reader holds an old page the rest waits for the next time.
        _pages = end.Log - end.Copied;
        _failing = false;
    }

    private void Fail(int code)
    {
        if (!_failing)
        {
            LogFailed(file.Name, code);
        }

        _failing = true;
    }

    [LoggerMessage(EventIds.CheckpointFailed, LogLevel.Warning, "The log of the database {Database} could not be copied into it (SQLite {Code}); it grows until that works again.")]
    private partial void LogFailed(string database, int code);
}
