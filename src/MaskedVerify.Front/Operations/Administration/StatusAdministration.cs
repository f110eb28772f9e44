using System.Reflection;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;

namespace MaskedVerify.Front.Operations.Administration;

/// <summary>One look at this process.</summary>
internal sealed class StatusAdministration(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public IResult Get(ITenantCatalog catalog, ICarrierOverview carriers, IKeyManagementService keys) => Results.Json(
        new StatusDocument(
            typeof(StatusAdministration).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown",
            (long)time.GetElapsedTime(_started).TotalSeconds,
            keys.Name,
            keys.AllowsLiveTenants,
            catalog.All.Count,
            catalog.FreshAt,
            [.. carriers.Look().Select(c => new CarrierDocument(c.Carrier, c.Channels, c.IsReady, c.Text))]),
        AdministrationJson.Options);
}
