using MaskedVerify.Domain;

namespace MaskedVerify.Front.Operations.Administration;

internal static partial class KeyAdministration
{
    [LoggerMessage(EventIds.KeyCreated, LogLevel.Information, "API key {KeyId} of tenant {Tenant} was created")]
    private static partial void LogCreated(ILogger logger, string keyId, TenantId tenant);

    [LoggerMessage(EventIds.KeyRevoked, LogLevel.Warning, "API key {KeyId} of tenant {Tenant} was revoked")]
    private static partial void LogRevoked(ILogger logger, string keyId, TenantId tenant);
}
