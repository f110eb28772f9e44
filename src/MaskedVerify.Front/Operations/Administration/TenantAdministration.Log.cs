using MaskedVerify.Domain;

namespace MaskedVerify.Front.Operations.Administration;

internal static partial class TenantAdministration
{
    [LoggerMessage(EventIds.TenantCreated, LogLevel.Information, "Tenant {Tenant} was created (live: {Live})")]
    private static partial void LogCreated(ILogger logger, TenantId tenant, bool live);

    [LoggerMessage(EventIds.PolicyChanged, LogLevel.Information, "The policy of tenant {Tenant} was changed: {Members}")]
    private static partial void LogPolicyChanged(ILogger logger, TenantId tenant, string members);

    [LoggerMessage(EventIds.TenantFrozen, LogLevel.Warning, "Tenant {Tenant} was frozen")]
    private static partial void LogFrozen(ILogger logger, TenantId tenant);

    [LoggerMessage(EventIds.TenantThawed, LogLevel.Warning, "Tenant {Tenant} was thawed")]
    private static partial void LogThawed(ILogger logger, TenantId tenant);
}
