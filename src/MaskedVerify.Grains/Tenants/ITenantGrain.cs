namespace MaskedVerify.Grains.Tenants;

/// <summary>One customer: policy, API keys with hashed secrets, quotas in leases. Key: <see cref="GrainKeys.Tenant"/>.</summary>
[GrainInterfaceType("mv.tenant")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Makes the tenant. Refused when it exists with other properties.</summary>
    [Alias("Create")]
    Task<TenantReply> Create(string name, bool live, TenantPolicy policy);

    /// <summary>The tenant, or null.</summary>
    [Alias("Get")]
    Task<TenantSnapshot?> Get();

    /// <summary>Replaces the policy if <paramref name="expectedVersion"/> still holds. Every mistake in it is reported at once.</summary>
    [Alias("ChangePolicy")]
    Task<TenantReply> ChangePolicy(long expectedVersion, TenantPolicy policy);

    /// <summary>Freezes or thaws; in force on every silo within 5 s.</summary>
    [Alias("SetFrozen")]
    Task<TenantReply> SetFrozen(bool frozen);

    /// <summary>Adds an API key; only its hash travels here. At most 32 that are not revoked.</summary>
    [Alias("AddKey")]
    Task<TenantReply> AddKey(string keyId, byte[] secretHash, string label, DateTimeOffset? expiresAt);

    /// <summary>Revokes an API key for ever; in force on every silo within 5 s.</summary>
    [Alias("RevokeKey")]
    Task<TenantReply> RevokeKey(string keyId);

    /// <summary>
    /// Takes a block of permits for one silo: at most <paramref name="wanted"/>, fewer or none when the second's or the day's quota is nearly used.
    /// </summary>
    [Alias("LeaseQuota")]
    Task<QuotaLease> LeaseQuota(string silo, int wanted);
}

/// <summary>A block of permits that one silo may spend without asking.</summary>
/// <param name="Permits">How many starts, 0 or more.</param>
/// <param name="ExpiresAt">Unused permits are void after this.</param>
/// <param name="RetryAfterSeconds">When <paramref name="Permits"/> is 0: when to ask again, at least 1.</param>
/// <param name="Limit">The limit that answered.</param>
[GenerateSerializer, Immutable, Alias("mv.QuotaLease")]
public sealed record QuotaLease(
    [property: Id(0)] int Permits, [property: Id(1)] DateTimeOffset ExpiresAt, [property: Id(2)] int RetryAfterSeconds, [property: Id(3)] LimitInfo? Limit);

/// <summary>How an administrative command ended.</summary>
/// <param name="Ok">Whether it was done.</param>
/// <param name="Tenant">The tenant after it.</param>
/// <param name="Errors">Every mistake, one sentence each.</param>
/// <param name="NotFound">The tenant (or key) does not exist.</param>
/// <param name="Conflict">The tenant exists already, or was changed in between.</param>
[GenerateSerializer, Immutable, Alias("mv.TenantReply")]
public sealed record TenantReply(
    [property: Id(0)] bool Ok,
    [property: Id(1)] TenantSnapshot? Tenant,
    [property: Id(2)] IReadOnlyList<string> Errors,
    [property: Id(3)] bool NotFound = false,
    [property: Id(4)] bool Conflict = false);
