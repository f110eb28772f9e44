using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.AuditLogs;

internal sealed partial class AuditBound
{
    [LoggerMessage(EventIds.AuditBoundReached, LogLevel.Error, "Audit events of the database {Database} do not leave its outbox: {Events} wait. Starts, checks and all other changes are refused until they do. Reason: {Reason}.")]
    private partial void LogReached(string database, long events, AuditBoundReason reason);

    [LoggerMessage(EventIds.AuditBoundEnded, LogLevel.Warning, "Audit events of the database {Database} leave its outbox again: changes are taken.")]
    private partial void LogEnded(string database);
}
