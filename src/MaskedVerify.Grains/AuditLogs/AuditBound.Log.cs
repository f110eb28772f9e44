using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.AuditLogs;

internal sealed partial class AuditBound
{
    [LoggerMessage(EventIds.AuditBoundReached, LogLevel.Error, "Audit events do not leave their outbox: {Events} wait. Starts, checks and all other changes are refused until they do. Reason: {Reason}.")]
    private partial void LogReached(long events, AuditBoundReason reason);

    [LoggerMessage(EventIds.AuditBoundEnded, LogLevel.Warning, "Audit events leave their outbox again: changes are taken.")]
    private partial void LogEnded();
}
