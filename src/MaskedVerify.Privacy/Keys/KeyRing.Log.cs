using Microsoft.Extensions.Logging;

namespace MaskedVerify.Privacy;

internal sealed partial class KeyRing
{
    [LoggerMessage(EventIds.KeyCreated, LogLevel.Information, "Made key {Name} version {Version} for tenant '{Tenant}' (empty: the region).")]
    private partial void LogKeyCreated(string name, int version, string tenant);

    [LoggerMessage(EventIds.KeyDoesNotOpen, LogLevel.Critical, "The stored key {Name} version {Version} does not open in region {Region} with key service {Service}.")]
    private partial void LogKeyDoesNotOpen(string name, int version, string region, string service);

    [LoggerMessage(EventIds.RegionKeysReady, LogLevel.Information, "The keys of region {Region} are ready (key service {Service}).")]
    private partial void LogRegionKeysReady(string region, string service);
}
