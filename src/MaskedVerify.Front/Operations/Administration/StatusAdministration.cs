using System.Reflection;
using MaskedVerify.Carriers;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;

namespace MaskedVerify.Front.Operations.Administration;

/// <summary>One look at this process.</summary>
internal sealed class StatusAdministration(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public IResult Get(ITenantCatalog catalog, ICarrierClients carriers, IKeyManagementService keys) => Results.Json(
        new StatusDocument(
            typeof(StatusAdministration).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown",
            (long)time.GetElapsedTime(_started).TotalSeconds,
            keys.Name,
            keys.AllowsLiveTenants,
            catalog.All.Count,
            catalog.FreshAt,
            [.. carriers.All.Select(Describe)]),
        AdministrationJson.Options);

    private static CarrierDocument Describe(ICarrierClient carrier) => new(
        carrier.Id,
        [.. carrier.Channels.Order()],
        carrier.IsReady,
        carrier is ICarrierSession session ? session.StatusText : carrier.IsReady ? "ready" : "not ready");
}
