using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Tenants;

/// <summary>This silo's copy of the tenants, kept fresh by polling every 2 s. Never activates a grain for an unknown key.</summary>
public interface ITenantCatalog
{
    /// <summary>
    /// The tenant of a caller whose key exists, is not revoked or expired, and whose secret fits its hash (fixed-time); otherwise why not. By a copy that is at most 5 s
    /// old: when it is older, and no poll succeeds within 2 s, a <see cref="StorageUnavailableException"/>.
    /// </summary>
    ValueTask<Admission> AdmitAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>The tenant that owns an API key id, if this silo knows it; an unknown one triggers at most one early poll a second.</summary>
    ValueTask<TenantSnapshot?> FindByKeyAsync(string keyId, CancellationToken cancellationToken = default);

    /// <summary>A tenant by id, or null.</summary>
    TenantSnapshot? Find(TenantId tenant);

    /// <summary>All tenants of this silo's copy.</summary>
    IReadOnlyCollection<TenantSnapshot> All { get; }

    /// <summary>Polls now and returns when the copy is at least as new as this call. For readiness and for a silo's first second.</summary>
    Task RefreshAsync(CancellationToken cancellationToken = default);

    /// <summary>When the copy was last confirmed fresh; readiness fails when it is older than 10 s.</summary>
    DateTimeOffset FreshAt { get; }
}

/// <summary>Result of <see cref="ITenantCatalog.AdmitAsync"/>.</summary>
public readonly record struct Admission(AdmissionKind Kind, TenantSnapshot? Tenant);

/// <summary>Why a caller is or is not admitted.</summary>
public enum AdmissionKind
{
    /// <summary>The credential does not exist or does not fit.</summary>
    Unauthenticated = 0,

    /// <summary>Admitted.</summary>
    Admitted = 1,

    /// <summary>The tenant is frozen.</summary>
    Frozen = 2,

    /// <summary>A live tenant, but this installation's keys are not fit for live traffic.</summary>
    LiveNotAllowed = 3,

    /// <summary>The credential fits and was revoked.</summary>
    Revoked = 4,

    /// <summary>The credential fits and its time is over.</summary>
    Expired = 5,
}
