using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Tenants;

/// <summary>This silo's share of the tenants' quotas: takes permits from leases, asks the tenant grain only when a lease runs low.</summary>
public interface IQuotaPermits
{
    /// <summary>Takes one permit of a tenant; synchronous while the lease lasts. Null when taken, otherwise the limit that answered.</summary>
    ValueTask<LimitInfo?> TakeAsync(TenantId tenant, QuotaKind kind = QuotaKind.Sends);

    /// <summary>Whether a permit could be taken now: null, or the limit that stands in the way. Takes none.</summary>
    ValueTask<LimitInfo?> LookAsync(TenantId tenant, QuotaKind kind = QuotaKind.Sends);

    /// <summary>Gives a permit back that was not used after all.</summary>
    void Return(TenantId tenant, QuotaKind kind = QuotaKind.Sends);

    /// <summary>Gives a permit back whose message never left; with the next lease, while the UTC day lasts that it was claimed on, and in all at most as many as the day has.</summary>
    void ReturnUnsent(TenantId tenant, DateTimeOffset claimedAt);
}
