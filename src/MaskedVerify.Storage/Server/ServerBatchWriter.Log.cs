using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

internal sealed partial class ServerBatchWriter
{
    [LoggerMessage(EventIds.ServerCommitFailed, LogLevel.Error, "The database {Database} did not write {Items} item(s)")]
    private partial void LogFailed(Exception error, string database, int items);

    [LoggerMessage(EventIds.ServerCommitUnknown, LogLevel.Error, "The connection to the database {Database} was lost while it committed {Items} item(s); whether they are durable is unknown")]
    private partial void LogUnknown(Exception error, string database, int items);

    [LoggerMessage(EventIds.ServerCommitRepeated, LogLevel.Warning, "The database {Database} {Fault}; the transaction runs once more")]
    private partial void LogRepeated(string database, string fault);

    [LoggerMessage(EventIds.ServerRowRefused, LogLevel.Error, "The database {Database} {Fault}; the transaction of {Items} items runs again in halves")]
    private partial void LogHalved(string database, string fault, int items);

    [LoggerMessage(EventIds.ServerRowUnreadable, LogLevel.Error, "An item is durable in the database {Database}, but its answer cannot be read")]
    private partial void LogUnreadable(Exception error, string database);

    [LoggerMessage(EventIds.ServerCommitNotAsked, LogLevel.Warning, "The database {Database} {Fault}, so that the outcome of a commit cannot be looked up yet")]
    private partial void LogNotAsked(string database, string fault);
}
