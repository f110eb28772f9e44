using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

internal sealed partial class SqliteBatchWriter<TSession>
{
    [LoggerMessage(EventIds.CommitFailed, LogLevel.Error, "The database {Database} did not write {Items} item(s)")]
    private partial void LogFailed(Exception error, string database, int items);

    [LoggerMessage(EventIds.CommitUnavailable, LogLevel.Error, "{Items} item(s) were refused. {Reason}")]
    private partial void LogUnavailable(int items, string reason);

    [LoggerMessage(EventIds.CommitUnknown, LogLevel.Error, "The database {Database} failed while it committed {Items} item(s); whether they are durable is unknown")]
    private partial void LogUnknown(Exception error, string database, int items);

    [LoggerMessage(EventIds.CommitRepeated, LogLevel.Warning, "The database {Database} was busy (SQLite {Code}); the transaction runs once more")]
    private partial void LogRepeated(string database, int code);

    [LoggerMessage(EventIds.RowRefused, LogLevel.Error, "The database {Database} refused a row (SQLite {Code}); the rest of its transaction runs without it")]
    private partial void LogRefused(string database, int code);
}
