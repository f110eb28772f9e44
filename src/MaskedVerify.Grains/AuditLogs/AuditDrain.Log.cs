using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.AuditLogs;

internal sealed partial class AuditDrain
{
    [LoggerMessage(EventIds.AuditDrainFailed, LogLevel.Warning, "Audit events could not be moved into their log ({Error}); they wait where they are.")]
    private partial void LogDrainFailed(string error);
}
