using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierLinks;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.Plumbing;

/// <summary>Every control grain on the embedded database, read back by a new activation.</summary>
public sealed class EmbeddedDatabaseTests
{
    [Fact]
    public async Task ControlGrains_WhenActivatedAgain_ReadWhatTheyWrote()
    {
        await using var silos = await SiloFixture.StartAsync(o => o.UseDatabases = true);
        var tenant = await silos.CreateTenantAsync(new TenantPolicy { Contexts = ["buyer", "seller"] });
        Assert.Null(await silos.Get<IQuotaPermits>().TakeAsync(tenant.Id));
        var grain = silos.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant.Id));
        var table = silos.Grains.GetGrain<ICarrierRouterGrain>(GrainKeys.CarrierRouter("local"));
        var routes = (await table.GetTable());
        Assert.True((await table.Replace(routes.Version, [.. routes.Routes, routes.Routes[0] with { Route = RouteId.Parse("own"), Countries = ["DE", "FR"] }])).Ok);
        var link = silos.Grains.GetGrain<ICarrierLinkGrain>(GrainKeys.CarrierLink(CarrierId.Parse("smpp"), 0));
        Assert.Equal(1, (await link.Acquire("a")).Fence);
        await silos.AdvanceAsync(TimeSpan.FromSeconds(3));

        foreach (var any in new IAddressable[] { grain, table, link, silos.Grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.TenantDirectory) })
            await silos.Cluster.DeactivateAsync(any);

        Assert.Equal(["buyer", "seller"], (await grain.Get())!.Policy.Contexts);
        Assert.Equal(["DE", "FR"], (await table.GetTable()).Routes[^1].Countries);
        Assert.False((await link.Acquire("b")).Granted);
        Assert.Single((await silos.Grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.TenantDirectory).GetIfNewer(0))!.Changed);
        Assert.Null(await silos.Get<IQuotaPermits>().TakeAsync(tenant.Id));
    }
}
