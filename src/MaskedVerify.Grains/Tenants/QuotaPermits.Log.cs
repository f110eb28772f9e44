using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Tenants;

internal sealed partial class QuotaPermits
{
    [LoggerMessage(EventIds.QuotaLeaseFailed, LogLevel.Debug, "Unused permits could not be given back ({Error}).")]
    private partial void LogLeaseFailed(string error);
}
