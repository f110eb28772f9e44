using System.Security.Cryptography;
using MaskedVerify.Domain;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Privacy;

/// <summary>
/// One key of 32 random bytes per alias, wrapped under the tenant's key encryption key: 1 byte format version (1), 12 bytes nonce, 32 bytes ciphertext,
/// 16 bytes tag (61 bytes, AES-256-GCM); additional authenticated data <c>mv-subject/1|region|tenant|alias|subject|epoch</c>, where the epoch is
/// <see cref="WrappedKey.Version"/>. Destroying it makes everything sealed for the person unreadable.
/// </summary>
/// <remarks>An erasure takes effect at once in the process that does it; another silo may still hold the key for <see cref="PrivacyOptions.KeyCacheSeconds"/>.</remarks>
internal sealed class SubjectKeys : IDisposable
{
    private readonly IKeysStore _store;
    private readonly KeyRing _ring;
    private readonly KeySlab _slab;
    private readonly PrivacyMetrics _metrics;
    private readonly KeyCache<SubjectId> _cache;

    public SubjectKeys(IKeysStore store, KeyRing ring, KeySlab slab, IOptions<PrivacyOptions> options, TimeProvider time, PrivacyMetrics metrics)
    {
        _store = store;
        _ring = ring;
        _slab = slab;
        _metrics = metrics;
        _cache = new(time, TimeSpan.FromSeconds(options.Value.KeyCacheSeconds), options.Value.SubjectKeysCached, LoadAsync);
    }

    /// <summary>Subject keys in memory now.</summary>
    public int Count => _cache.Count;

    /// <summary>The subject key of an alias.</summary>
    /// <exception cref="SealBrokenException">Erased, never made, or it does not open.</exception>
    public async ValueTask<KeyLease> LeaseAsync(TenantId tenant, AliasId alias, CancellationToken cancellationToken)
    {
        var lease = await _cache.LeaseAsync(new SubjectId(tenant, alias), cancellationToken);
        return lease.IsNone ? throw new SealBrokenException("The alias has no key: it was erased, or it never was.") : lease;
    }

    /// <summary>A new subject key, in memory and wrapped. Nothing is stored yet: call <see cref="Forget"/> if it never will be.</summary>
    public async ValueTask<NewSubjectKey> CreateAsync(TenantId tenant, AliasId alias, CancellationToken cancellationToken)
    {
        using var kek = await _ring.LeaseAsync(tenant, KeyNames.TenantKek, cancellationToken);
        var keys = new KeySet(_slab, kek.Keys.NewestVersion);
        RandomNumberGenerator.Fill(keys.Writable(0));
        var wrapped = Wrap(kek.Keys, tenant, alias, keys.Newest);

        // One reference for the caller, one for the cache. It is in the cache before it is durable, so that an erasure always finds it there.
        keys.Acquire();
        _cache.Add(new SubjectId(tenant, alias), keys);
        return new NewSubjectKey(new KeyLease(keys), wrapped);
    }

    /// <summary>Zeroes the key of an alias in this process.</summary>
    public void Forget(TenantId tenant, AliasId alias) => _cache.Remove(new SubjectId(tenant, alias));

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();

    private async Task<KeySet?> LoadAsync(SubjectId subject)
    {
        if (await _store.ReadSubjectKeyAsync(subject.Alias) is not { } wrapped)
        {
            return null;
        }

        using var kek = await LeaseEpochAsync(subject.Tenant, wrapped.Version);
        var keys = new KeySet(_slab, wrapped.Version);
        if (!TryUnwrap(kek.Keys, subject, wrapped, keys.Writable(0)))
        {
            keys.Release();
            throw new SealBrokenException("The key of an alias does not open: another tenant's, swapped, edited, or its epoch was destroyed.");
        }

        _metrics.KeyLoaded("subject");
        return keys;
    }

    private async ValueTask<KeyLease> LeaseEpochAsync(TenantId tenant, int epoch)
    {
        var lease = await _ring.LeaseAsync(tenant, KeyNames.TenantKek, CancellationToken.None);
        if (epoch <= lease.Keys.NewestVersion)
        {
            return lease;
        }

        // Another silo has begun a new epoch since this one read the tenant's key.
        lease.Dispose();
        _ring.Forget(tenant, KeyNames.TenantKek);
        return await _ring.LeaseAsync(tenant, KeyNames.TenantKek, CancellationToken.None);
    }

    private WrappedKey Wrap(KeySet kek, TenantId tenant, AliasId alias, ReadOnlySpan<byte> key)
    {
        Span<byte> buffer = stackalloc byte[AsciiWriter.BufferSize];
        return new WrappedKey(kek.NewestVersion, Envelope.Seal(kek.Newest, Bind(buffer, _ring.RegionName, tenant, alias, kek.NewestVersion), key));
    }

    private bool TryUnwrap(KeySet kek, SubjectId subject, WrappedKey wrapped, Span<byte> destination)
    {
        Span<byte> buffer = stackalloc byte[AsciiWriter.BufferSize];
        var key = kek.KeyOf(wrapped.Version);
        return !key.IsEmpty && Envelope.TryOpen(key, Bind(buffer, _ring.RegionName, subject.Tenant, subject.Alias, wrapped.Version), wrapped.Bytes, destination);
    }

    internal static ReadOnlySpan<byte> Bind(Span<byte> buffer, string region, TenantId tenant, AliasId alias, int epoch)
    {
        var data = new AsciiWriter(buffer);
        data.Add("mv-subject/1");
        data.Add(region);
        data.Add(tenant.Value);
        data.Add(alias.Value);
        data.Add("subject");
        data.Add(epoch);
        return data.Written;
    }

    private readonly record struct SubjectId(TenantId Tenant, AliasId Alias);
}

/// <summary>A subject key that was just made.</summary>
/// <param name="Lease">In clear; dispose it.</param>
/// <param name="Wrapped">To be stored.</param>
internal readonly record struct NewSubjectKey(KeyLease Lease, WrappedKey Wrapped);
