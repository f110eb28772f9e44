using MaskedVerify.Domain;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace MaskedVerify.Storage;

/// <summary>What SQLite's result codes mean to us.</summary>
internal static class SqliteErrors
{
    /// <summary>Another connection holds a lock: trying again may help.</summary>
    public static bool IsBusy(this SqliteException error) => error.SqliteErrorCode is SQLITE_BUSY or SQLITE_LOCKED;

    /// <summary>The database is fine but does not take this row.</summary>
    public static bool IsRowRefused(this SqliteException error) =>
        error.SqliteErrorCode is SQLITE_CONSTRAINT or SQLITE_TOOBIG or SQLITE_MISMATCH or SQLITE_RANGE;

    /// <summary>
    /// The write-ahead log was written but perhaps not flushed. The running process sees the transaction as undone, yet its frames are in the file and
    /// would be taken as committed if the process died before the next commit overwrote them.
    /// </summary>
    public static bool IsFlushFailed(this SqliteException error) => error.SqliteExtendedErrorCode is SQLITE_IOERR_FSYNC or SQLITE_IOERR_DIR_FSYNC;

    /// <summary>The connection is of no use any more; a new one may be.</summary>
    public static bool NeedsReopen(this SqliteException error) =>
        error.SqliteErrorCode is not (SQLITE_BUSY or SQLITE_LOCKED or SQLITE_FULL or SQLITE_CONSTRAINT or SQLITE_TOOBIG or SQLITE_MISMATCH or SQLITE_RANGE);

    /// <summary>A sentence for the operator, without any data.</summary>
    public static StorageUnavailableException Unavailable(this SqliteException error, SqliteFile file) =>
        new($"The database {file.Name} {Describe(error.SqliteErrorCode)} (SQLite {error.SqliteExtendedErrorCode}). Nothing was written. File: {file.Path}", error);

    private static string Describe(int code) => code switch
    {
        SQLITE_BUSY or SQLITE_LOCKED => "is locked by another process; find it and let it finish",
        SQLITE_READONLY => "is read-only; make the file and its folder writable for the server's user",
        SQLITE_FULL => "cannot grow because the disk is full; free some space",
        SQLITE_IOERR => "could not be read or written; look at the disk",
        SQLITE_CORRUPT or SQLITE_NOTADB => "is damaged; restore it from a backup",
        SQLITE_CANTOPEN => "cannot be opened; see that the folder exists and the server's user may write there",
        SQLITE_PERM or SQLITE_AUTH => "may not be used by the server's user",
        SQLITE_CONSTRAINT or SQLITE_TOOBIG or SQLITE_MISMATCH or SQLITE_RANGE => "does not take this row",
        _ => "failed",
    };
}
