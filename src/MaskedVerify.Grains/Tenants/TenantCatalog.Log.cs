using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Tenants;

internal sealed partial class TenantCatalog
{
    [LoggerMessage(EventIds.CatalogPollFailed, LogLevel.Warning, "The tenants could not be polled ({Error}): this silo goes on with its copy and is not ready after 10 s.")]
    private partial void LogPollFailed(string error);

    [LoggerMessage(EventIds.CatalogFresh, LogLevel.Information, "The tenants are polled again.")]
    private partial void LogFreshAgain();
}
