using MaskedVerify.Carriers;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;

namespace MaskedVerify.Grains.Plumbing;

/// <inheritdoc cref="ISiloReadiness"/>
internal sealed class SiloReadiness(
    ISiloStatusOracle status, KeyWarmup warmup, IKeyManagementService keys, TenantCatalog tenants, DuePoller due, ICarrierClients carriers, TimeProvider time)
    : ISiloReadiness
{
    /// <summary>How old the copy of the tenants, or the last answer of the hot store, may be.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public SiloReadinessReport Check()
    {
        var items = new List<ReadinessItem>
        {
            new("silo", status.CurrentStatus == SiloStatus.Active, true, $"The silo is {status.CurrentStatus}."),
            new("keys", warmup.IsDone, true, warmup.IsDone ? $"Keys are loaded ({keys.Name})." : $"Keys are not loaded yet ({keys.Name})."),
            Fresh("tenants", "The copy of the tenants", tenants.FreshAt),
            Fresh("hot-store", "The last answer of the hot store", due.SucceededAt),
        };
        items.AddRange(carriers.All.Select(Describe));
        return new SiloReadinessReport(items.TrueForAll(i => i.IsReady || !i.IsRequired), items);
    }

    private static ReadinessItem Describe(ICarrierClient carrier) =>
        new($"carrier:{carrier.Id}", carrier.IsReady, false, carrier is ICarrierSession session ? session.StatusText : carrier.IsReady ? "ready" : "not ready");

    private ReadinessItem Fresh(string name, string what, DateTimeOffset at)
    {
        if (at.UtcTicks == 0)
            return new ReadinessItem(name, false, true, $"{what} is still awaited.");

        var age = time.GetUtcNow() - at;
        return new ReadinessItem(name, age <= MaxAge, true, $"{what} is {(int)Math.Max(0, age.TotalSeconds)} s old (at most {(int)MaxAge.TotalSeconds}).");
    }
}
