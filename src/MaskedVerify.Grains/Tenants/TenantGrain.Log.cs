using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Tenants;

internal sealed partial class TenantGrain
{
    [LoggerMessage(EventIds.TenantCreated, LogLevel.Information, "Tenant {Tenant} exists (live: {Live}).")]
    private partial void LogCreated(TenantId tenant, bool live);

    [LoggerMessage(EventIds.TenantPolicyChanged, LogLevel.Information, "Tenant {Tenant} has its policy at version {Version}.")]
    private partial void LogPolicyChanged(TenantId tenant, long version);

    [LoggerMessage(EventIds.TenantFrozenChanged, LogLevel.Warning, "Tenant {Tenant} is frozen: {Frozen}.")]
    private partial void LogFrozenChanged(TenantId tenant, bool frozen);

    [LoggerMessage(EventIds.TenantKeyAdded, LogLevel.Information, "Tenant {Tenant} has API key {KeyId}.")]
    private partial void LogKeyAdded(TenantId tenant, string keyId);

    [LoggerMessage(EventIds.TenantKeyRevoked, LogLevel.Warning, "Tenant {Tenant} had API key {KeyId} revoked.")]
    private partial void LogKeyRevoked(TenantId tenant, string keyId);

    [LoggerMessage(EventIds.TenantPublishFailed, LogLevel.Warning, "Tenant {Tenant} is not in the directory yet ({Error}); it is tried again every second.")]
    private partial void LogPublishFailed(TenantId tenant, string error);

    [LoggerMessage(EventIds.TenantQuotaNotClosed, LogLevel.Information, "The quota of tenant {Tenant} was not closed ({Error}); its next activation waits a moment.")]
    private partial void LogQuotaNotClosed(TenantId tenant, string error);
}
