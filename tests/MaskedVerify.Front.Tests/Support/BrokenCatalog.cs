using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>A catalog of tenants that cannot look a key up.</summary>
internal static class BrokenCatalog
{
    public static ITenantCatalog Create() => (ITenantCatalog)InterfaceProxy.Create(typeof(ITenantCatalog), (method, _) => method.Name switch
    {
        "RefreshAsync" => Task.CompletedTask,
        "get_FreshAt" => DateTimeOffset.MinValue,
        "get_All" => Array.Empty<TenantSnapshot>(),
        _ => throw new TimeoutException(),
    });
}
