using System.Collections.Immutable;
using System.Security.Cryptography;
using MaskedVerify.Domain;

namespace MaskedVerify.Grains.Tenants;

/// <summary>One immutable version of a silo's copy of the tenants. Pure.</summary>
internal sealed class CatalogSnapshot
{
    /// <summary>Before the first poll.</summary>
    internal static readonly CatalogSnapshot Empty = new(
        0, ImmutableDictionary<TenantId, TenantSnapshot>.Empty, ImmutableDictionary.Create<string, CatalogKey>(StringComparer.Ordinal));

    // What an unknown key is compared with, so that it takes as long as a known one; no SHA-256 of a secret is known to be all zeros.
    private static readonly byte[] NoHash = new byte[ApiKeyText.SecretBytes];

    private readonly ImmutableDictionary<TenantId, TenantSnapshot> _tenants;
    private readonly ImmutableDictionary<string, CatalogKey> _keys;

    private CatalogSnapshot(long version, ImmutableDictionary<TenantId, TenantSnapshot> tenants, ImmutableDictionary<string, CatalogKey> keys)
    {
        Version = version;
        _tenants = tenants;
        _keys = keys;
    }

    /// <summary>Version of the directory that this is the copy of.</summary>
    internal long Version { get; }

    internal IReadOnlyCollection<TenantSnapshot> All => [.. _tenants.Values];

    internal TenantSnapshot? Find(TenantId tenant) => _tenants.GetValueOrDefault(tenant);

    internal TenantSnapshot? FindByKey(string keyId) => _keys.TryGetValue(keyId, out var key) ? Find(key.Tenant) : null;

    /// <summary>
    /// The next version. A tenant's own version never goes back: an outdated activation of the directory cannot undo a revocation.
    /// </summary>
    internal CatalogSnapshot With(TenantChanges changes)
    {
        var tenants = _tenants.ToBuilder();
        var keys = _keys.ToBuilder();
        foreach (var tenant in changes.Changed)
        {
            var known = tenants.GetValueOrDefault(tenant.Tenant);
            if (known is not null && known.Version >= tenant.Version)
                continue;

            keys.RemoveRange((known?.Keys ?? []).Where(k => keys.TryGetValue(k.KeyId, out var key) && key.Tenant == tenant.Tenant).Select(k => k.KeyId));
            foreach (var record in tenant.Keys)
                keys.TryAdd(record.KeyId, new CatalogKey(tenant.Tenant, record));

            tenants[tenant.Tenant] = tenant;
        }

        return new CatalogSnapshot(changes.Version, tenants.ToImmutable(), keys.ToImmutable());
    }

    /// <summary>Judges a caller by the secret it carries (one SHA-256 of 32 bytes, so nothing is remembered); takes as long for an unknown key as for a wrong secret.</summary>
    internal Admission Admit(Caller caller, DateTimeOffset now, bool allowsLive)
    {
        var known = _keys.TryGetValue(caller.KeyId, out var key);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(caller.Secret is { Length: ApiKeyText.SecretBytes } secret ? secret : [], hash);
        var fits = CryptographicOperations.FixedTimeEquals(known ? key.Record.SecretHash : NoHash, hash);
        if (!known || !fits || key.Tenant != caller.Tenant || Find(caller.Tenant) is not { } tenant)
            return new Admission(AdmissionKind.Unauthenticated, null);

        // Whoever has the secret learns nothing new by these.
        if (key.Record.RevokedAt is not null)
            return new Admission(AdmissionKind.Revoked, null);

        if (key.Record.ExpiresAt <= now)
            return new Admission(AdmissionKind.Expired, null);

        if (tenant.IsFrozen)
            return new Admission(AdmissionKind.Frozen, tenant);

        return new Admission(tenant.IsLive && !allowsLive ? AdmissionKind.LiveNotAllowed : AdmissionKind.Admitted, tenant);
    }

    private readonly record struct CatalogKey(TenantId Tenant, ApiKeyRecord Record);
}
