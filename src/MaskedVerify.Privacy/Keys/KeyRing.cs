using System.Security.Cryptography;
using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Privacy;

/// <summary>
/// The named keys below the root key. Each is 32 random bytes, wrapped by the key service with <see cref="KeyNames.WrapContext"/> as additional
/// authenticated data and made, as version 1, when it is first needed; of two silos that make one at once the first to store it wins.
/// </summary>
/// <remarks>
/// Region keys live as long as the process. Tenant keys live at most <see cref="PrivacyOptions.KeyCacheSeconds"/>, so another silo sees a new version after
/// that time at the latest: whoever rotates the alias key must publish it for look-ups that long before the first write under it.
/// </remarks>
internal sealed partial class KeyRing : IKeyRingWarmup, ITagKeySource, ITagKeyExport, IDisposable
{
    private const int FirstVersion = 1;

    private readonly IKeysStore _store;
    private readonly IKeyManagementService _kms;
    private readonly KeySlab _slab;
    private readonly PrivacyMetrics _metrics;
    private readonly ILogger _logger;
    private readonly KeyCache<TenantKeyId> _tenantKeys;
    private readonly SemaphoreSlim _warmUp = new(1, 1);
    private volatile RegionKeys? _region;

    public KeyRing(
        IKeysStore store, IKeyManagementService kms, KeySlab slab, IOptions<PrivacyOptions> options, TimeProvider time, PrivacyMetrics metrics, ILogger<KeyRing> logger)
    {
        _store = store;
        _kms = kms;
        _slab = slab;
        _metrics = metrics;
        _logger = logger;
        RegionName = options.Value.Region;
        _tenantKeys = new(time, TimeSpan.FromSeconds(options.Value.KeyCacheSeconds), options.Value.TenantKeysCached, LoadTenantKeyAsync);
    }

    /// <summary>Name of the region that everything is bound to.</summary>
    public string RegionName { get; }

    /// <summary>The region's keys.</summary>
    /// <exception cref="InvalidOperationException">Not warmed up yet.</exception>
    public RegionKeys Region =>
        _region ?? throw new InvalidOperationException("The region's keys are not loaded: await IKeyRingWarmup.WarmUpAsync before the first request.");

    /// <inheritdoc/>
    public KeySet TagKeys => Region.FrontTag;

    /// <inheritdoc/>
    public IReadOnlyList<int> Versions
    {
        get
        {
            var keys = TagKeys;
            return [.. Enumerable.Range(0, keys.Count).Select(keys.VersionAt)];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<TagKey> Export()
    {
        var keys = TagKeys;
        return [.. Enumerable.Range(0, keys.Count).Select(i => new TagKey(keys.VersionAt(i), keys.KeyAt(i).ToArray()))];
    }

    /// <inheritdoc/>
    public async Task WarmUpAsync(CancellationToken cancellationToken = default)
    {
        await _warmUp.WaitAsync(cancellationToken);
        try
        {
            _region ??= new RegionKeys(
                await LoadAsync(default, KeyNames.FrontTag), await LoadAsync(default, KeyNames.Code), await LoadAsync(default, KeyNames.Guard));
            LogRegionKeysReady(RegionName, _kms.Name);
        }
        finally
        {
            _warmUp.Release();
        }
    }

    /// <summary>A tenant's key, all live versions; made if the tenant has none yet.</summary>
    /// <exception cref="KeyManagementException">The key service is away, or the stored key does not open.</exception>
    public ValueTask<KeyLease> LeaseAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        _tenantKeys.LeaseAsync(new TenantKeyId(tenant, name), cancellationToken);

    /// <summary>Reads a tenant's key again at its next use: a version turned up that is newer than what is in memory.</summary>
    public void Forget(TenantId tenant, string name) => _tenantKeys.Remove(new TenantKeyId(tenant, name));

    /// <summary>Zeroes every key.</summary>
    public void Dispose()
    {
        _tenantKeys.Dispose();
        _warmUp.Dispose();
        _region?.Release();
    }

    private async Task<KeySet?> LoadTenantKeyAsync(TenantKeyId id) => await LoadAsync(id.Tenant, id.Name);

    private async Task<KeySet> LoadAsync(TenantId tenant, string name)
    {
        var stored = await _store.ReadKeysAsync(tenant, name);
        if (stored.Count == 0)
        {
            stored = [await CreateAsync(tenant, name)];
        }

        var newestFirst = stored.OrderByDescending(static key => key.Version).ToArray();
        var keys = new KeySet(_slab, Array.ConvertAll(newestFirst, static key => key.Version));
        try
        {
            for (var i = 0; i < newestFirst.Length; i++)
            {
                await UnwrapAsync(tenant, name, newestFirst[i], keys, i);
            }
        }
        catch
        {
            keys.Release();
            throw;
        }

        _metrics.KeyLoaded(name);
        return keys;
    }

    private async Task UnwrapAsync(TenantId tenant, string name, WrappedKey wrapped, KeySet keys, int index)
    {
        byte[] material;
        try
        {
            material = await _kms.UnwrapAsync(wrapped.Bytes, KeyNames.WrapContext(RegionName, tenant, name, wrapped.Version));
        }
        catch (KeyManagementException e)
        {
            LogKeyDoesNotOpen(name, wrapped.Version, RegionName, _kms.Name);
            throw new KeyManagementException(
                $"The stored key '{name}' version {wrapped.Version} does not open in region '{RegionName}' with key service '{_kms.Name}': {e.Message} "
                + "Root key, region name and keys database belong together; restore them from one backup.", e);
        }

        if (material.Length != KeyNames.KeySize)
        {
            CryptographicOperations.ZeroMemory(material);
            throw new KeyManagementException($"The stored key '{name}' version {wrapped.Version} has not {KeyNames.KeySize} bytes.");
        }

        material.CopyTo(keys.Writable(index));
        CryptographicOperations.ZeroMemory(material);
    }

    private async Task<WrappedKey> CreateAsync(TenantId tenant, string name)
    {
        var material = RandomNumberGenerator.GetBytes(KeyNames.KeySize);
        byte[] wrapped;
        try
        {
            wrapped = await _kms.WrapAsync(material, KeyNames.WrapContext(RegionName, tenant, name, FirstVersion));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }

        var durable = await _store.AddKeyAsync(tenant, name, new WrappedKey(FirstVersion, wrapped));
        _metrics.KeyCreated(name);
        LogKeyCreated(name, durable.Version, tenant.Value);
        return durable;
    }

    private readonly record struct TenantKeyId(TenantId Tenant, string Name);
}
