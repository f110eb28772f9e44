using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Tenants;

/// <summary>This silo's share of the tenants' quotas: takes permits from leases, asks the tenant grain only when a lease runs low.</summary>
public interface IQuotaPermits
{
    /// <summary>Takes one permit for a message of a tenant; synchronous while the lease lasts. Null when taken, otherwise the limit that answered.</summary>
    ValueTask<LimitInfo?> TakeAsync(TenantId tenant);

    /// <summary>Gives a permit back that was not used after all.</summary>
    void Return(TenantId tenant);

    /// <summary>Gives a permit back whose message never left; with the next lease, while the UTC day lasts that it was claimed on, and in all at most as many as the day has.</summary>
    void ReturnUnsent(TenantId tenant, DateTimeOffset claimedAt);
}
