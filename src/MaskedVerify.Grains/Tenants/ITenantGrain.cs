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
    /// Takes a block of permits for one silo: at most <see cref="QuotaRequest.Wanted"/>, fewer or none when the second's or the day's quota is nearly used.
    /// </summary>
    [Alias("LeaseQuota")]
    Task<QuotaLease> LeaseQuota(QuotaRequest request);
}

/// <summary>What a silo asks for.</summary>
/// <param name="Silo">Who asks: its address with generation, at most 64 characters.</param>
/// <param name="Wanted">How many permits would be of use now; 0 only gives back.</param>
/// <param name="Unused">Permits of earlier leases that this silo has voided without using them: they count for the day again.</param>
/// <param name="UnusedOfDay">The <see cref="QuotaLease.Day"/> those and <paramref name="Unsent"/> were of.</param>
/// <param name="Kind">What for.</param>
/// <param name="Unsent">Permits that were used for messages which never left: they count for the day again, but in all no more than the day has.</param>
[GenerateSerializer, Immutable, Alias("mv.QuotaRequest")]
public sealed record QuotaRequest(
    [property: Id(0)] string Silo,
    [property: Id(1)] int Wanted,
    [property: Id(2)] int Unused,
    [property: Id(3)] int UnusedOfDay,
    [property: Id(4)] QuotaKind Kind = QuotaKind.Sends,
    [property: Id(5)] int Unsent = 0);

/// <summary>A block of permits that one silo may spend without asking.</summary>
/// <param name="Permits">How many starts, 0 or more.</param>
/// <param name="ValidFor">
/// Counted from the moment the request was sent: unused permits are void after it; a refusal stands that long; without permits and without a limit the quota is
/// being handed over from one silo to another, and is asked again after it.
/// </param>
/// <param name="RetryAfterSeconds">When <paramref name="Permits"/> is 0: when to ask again, at least 1.</param>
/// <param name="Limit">The limit that refused, or null.</param>
/// <param name="Day">UTC day the permits count for, in days since 0001-01-01.</param>
[GenerateSerializer, Immutable, Alias("mv.QuotaLease")]
public sealed record QuotaLease(
    [property: Id(0)] int Permits,
    [property: Id(1)] TimeSpan ValidFor,
    [property: Id(2)] int RetryAfterSeconds,
    [property: Id(3)] LimitInfo? Limit,
    [property: Id(4)] int Day);

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
