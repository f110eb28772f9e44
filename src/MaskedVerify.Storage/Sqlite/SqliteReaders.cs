using System.Collections.Concurrent;
using MaskedVerify.Domain;
using Microsoft.Data.Sqlite;

namespace MaskedVerify.Storage;

/// <summary>
/// A small pool of reading connections. A read runs on the caller's thread: it takes some ten microseconds, less than handing it to another thread
/// would, and SQLite has no asynchronous reads. It never waits for the writer (write-ahead log), so no more connections are used than threads read at once.
/// </summary>
internal sealed class SqliteReaders<TSession>(SqliteFile file, Func<TSession> open) : IDisposable
    where TSession : SqliteSession
{
    private const int MostKept = 16;

    private readonly ConcurrentStack<TSession> _idle = new();
    private volatile bool _disposed;

    /// <exception cref="StorageUnavailableException">The database cannot be read.</exception>
    public TAnswer Read<TArgument, TAnswer>(TArgument argument, Func<TSession, TArgument, TAnswer> read)
    {
        if (_disposed)
        {
            throw new StorageUnavailableException("The store is closed.");
        }

        using var span = StorageTracing.Read(file.Name);
        TSession? session = null;
        try
        {
            session = _idle.TryPop(out var idle) ? idle : open();
            var answer = read(session, argument);
            Return(session);
            return answer;
        }
        catch (SqliteException error)
        {
            StorageTracing.Failed(span);
            session?.Dispose();
            throw error.Unavailable(file);
        }
        catch (SchemaMismatchException error)
        {
            StorageTracing.Failed(span);
            throw new StorageUnavailableException(error.Message, error);
        }
        catch
        {
            StorageTracing.Failed(span);
            session?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryPop(out var session))
        {
            session.Dispose();
        }
    }

    private void Return(TSession session)
    {
        if (_disposed || _idle.Count >= MostKept)
        {
            session.Dispose();
            return;
        }

        _idle.Push(session);
        if (_disposed && _idle.TryPop(out var late))
        {
            late.Dispose();
        }
    }
}
