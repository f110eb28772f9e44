using MaskedVerify.Carriers;
using MaskedVerify.Grains.AuditLogs;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Clocks;
using MaskedVerify.Grains.FrontDesks;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Grains.Plumbing;

/// <inheritdoc cref="ISiloReadiness"/>
internal sealed class SiloReadiness(ISiloStatusOracle status, HostedRoles roles, ClusterRoles cluster, PublishedRanges ranges, TimeProvider time, IServiceProvider services) : ISiloReadiness
{
    /// <summary>How old the copy of the tenants, or the last answer of the hot store, may be.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    // What a role lacks is not registered; asked for late, because some of it needs the silo.
    private readonly Lazy<Parts> _parts = new(() => new Parts(
        services.GetService<ClockMonitor>(),
        services.GetService<KeyWarmup>(),
        services.GetService<IKeyManagementService>(),
        services.GetService<FrontTermsCopy>(),
        services.GetService<TenantCatalog>(),
        services.GetService<DuePoller>(),
        services.GetService<EgressDirectory>(),
        services.GetService<AuditBound>(),
        services.GetService<ReachableCarriers>() ?? services.GetService<ICarrierClients>(),
        services.GetService<RouteCatalog>()));

    private readonly CarrierWait _carrierWait = new(time);

    /// <inheritdoc/>
    public SiloReadinessReport Check()
    {
        var parts = _parts.Value;
        var items = new List<ReadinessItem> { new("silo", status.CurrentStatus == SiloStatus.Active, true, $"The silo is {status.CurrentStatus}.") };
        if (parts.Clock is { } clock)
            items.Add(new("clock", clock.Verdict == ClockVerdict.Good, true, clock.Text));

        if (parts is { Warmup: { } warmup, Keys: { } keys })
            items.Add(new("keys", warmup.IsDone, true, warmup.IsDone ? $"Keys are loaded ({keys.Name})." : $"Keys are not loaded yet ({keys.Name})."));

        var (isSame, compared) = cluster.Compare(ranges);
        items.Add(new("phone-ranges", isSame, true, compared));
        if (!roles.Has(SiloRoles.Vault))
            items.Add(Vaults());

        if (parts.Terms is { } terms)
            items.Add(new("tag-key", terms.IsLoaded, true, terms.IsLoaded ? "The front tag key is here." : "The front tag key was not received from a vault yet."));

        if (parts.Tenants is { } tenants)
            items.Add(Fresh("tenants", "The copy of the tenants", tenants.FreshAt));

        if (parts.Due is { } due)
            items.Add(Fresh("hot-store", "The last answer of the hot store", due.SucceededAt));

        if (parts.Audit is { } audit)
            items.Add(Describe(audit));

        items.AddRange((parts.Carriers?.All ?? []).Select(Describe));
        if (parts.Routes is { } routes)
            items.Add(Describe(routes));

        if (roles.Roles == SiloRoles.Egress)
            items.Add(Bound(parts.Carriers));
        else if (roles.Has(SiloRoles.Vault))
            items.Add(_carrierWait.Check(parts.Carriers?.All ?? [], parts.Egress));

        return new SiloReadinessReport(items.TrueForAll(i => i.IsReady || !i.IsRequired), items);
    }

    private ReadinessItem Vaults()
    {
        var found = cluster.Has(SiloRoles.Vault);
        return new ReadinessItem("vaults", found, true, found ? "The cluster has a vault silo." : "The cluster has no vault silo.");
    }

    /// <summary>A silo that only sends is of no use without a carrier.</summary>
    private static ReadinessItem Bound(ICarrierClients? carriers)
    {
        var ready = carriers?.All.Count(c => c.IsReady) ?? 0;
        return new ReadinessItem("carriers", ready > 0, true, ready > 0 ? $"{ready} of its carriers is ready." : "None of its carriers is ready.");
    }

    private static ReadinessItem Describe(ICarrierClient carrier) => new(
        $"carrier:{carrier.Id}",
        carrier.IsReady,
        false,
        ReachableCarriers.TextOf(carrier));

    /// <summary>Not required: it is an operator's decision, and other tenants are served.</summary>
    private static ReadinessItem Describe(RouteCatalog routes)
    {
        var without = routes.WithoutRoute;
        return new ReadinessItem(
            "routes", without.Count == 0, false, without.Count == 0 ? "A route leads to every carrier." : $"No route leads to {string.Join(", ", without)}: maskedverify route add names the countries.");
    }

    /// <summary>Not required: the silo answers reads, and a balancer that left it for another would find the same there.</summary>
    private static ReadinessItem Describe(AuditBound audit) => audit.Reason == AuditBoundReason.None
        ? new ReadinessItem("audit", true, false, "Audit events reach their log.")
        : new ReadinessItem("audit", false, false, "Audit events wait in their outbox: changes are refused.");

    private ReadinessItem Fresh(string name, string what, DateTimeOffset at)
    {
        if (at.UtcTicks == 0)
            return new ReadinessItem(name, false, true, $"{what} is still awaited.");

        var age = time.GetUtcNow() - at;
        return new ReadinessItem(name, age <= MaxAge, true, $"{what} is {(int)Math.Max(0, age.TotalSeconds)} s old (at most {(int)MaxAge.TotalSeconds}).");
    }

    private sealed record Parts(
        ClockMonitor? Clock, KeyWarmup? Warmup, IKeyManagementService? Keys, FrontTermsCopy? Terms, TenantCatalog? Tenants, DuePoller? Due, EgressDirectory? Egress, AuditBound? Audit, ICarrierClients? Carriers,
        RouteCatalog? Routes);
}
