using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>Durable home of wrapped keys and of the alias index. Every method may throw <see cref="StorageUnavailableException"/>.</summary>
public interface IKeysStore
{
    /// <summary>The alias behind an index key, or null.</summary>
    ValueTask<AliasId?> FindAliasAsync(ReadOnlyMemory<byte> indexKey, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes index row and subject key in one transaction, or nothing if the index key exists; returns the alias that is durable under the index key
    /// now: the given one, or the winner's of a race.
    /// </summary>
    ValueTask<AliasId> AddAliasAsync(NewAliasKeys keys);

    /// <summary>The wrapped subject key of an alias, or null (never existed, or erased).</summary>
    ValueTask<WrappedKey?> ReadSubjectKeyAsync(AliasId alias, CancellationToken cancellationToken = default);

    /// <summary>Deletes index rows and subject key of an alias, durably and beyond the bytes of the file; true if there was something to delete.</summary>
    ValueTask<bool> EraseAliasAsync(AliasId alias);

    /// <summary>
    /// Aliases whose keys were written before <paramref name="before"/> and that nobody has seen in use (<see cref="MarkSeenAsync"/>), oldest first, at most
    /// <paramref name="max"/> (1 or more).
    /// </summary>
    ValueTask<IReadOnlyList<UnseenAlias>> FindUnseenAsync(DateTimeOffset before, int max, CancellationToken cancellationToken = default);

    /// <summary>These aliases are in use: they are not looked for any more. Repeating it changes nothing.</summary>
    ValueTask MarkSeenAsync(IReadOnlyList<AliasId> aliases);

    /// <summary>All versions of a named key, newest first (region keys have tenant <c>default</c>).</summary>
    ValueTask<IReadOnlyList<WrappedKey>> ReadKeysAsync(TenantId tenant, string name, CancellationToken cancellationToken = default);

    /// <summary>Adds a version of a named key unless it exists; returns the one that is durable now.</summary>
    ValueTask<WrappedKey> AddKeyAsync(TenantId tenant, string name, WrappedKey key);
}

/// <summary>What a first contact writes.</summary>
/// <param name="Tenant">Owner.</param>
/// <param name="Alias">The new alias.</param>
/// <param name="IndexKey">32 bytes: HMAC(TenantAliasKey, context | E.164).</param>
/// <param name="IndexKeyVersion">Version of the TenantAliasKey.</param>
/// <param name="SubjectKey">Wrapped under the tenant key.</param>
/// <param name="AddedAt">Now.</param>
public sealed record NewAliasKeys(TenantId Tenant, AliasId Alias, byte[] IndexKey, int IndexKeyVersion, WrappedKey SubjectKey, DateTimeOffset AddedAt);

/// <summary>An alias that has keys, and perhaps nothing else.</summary>
public readonly record struct UnseenAlias(TenantId Tenant, AliasId Alias);

/// <summary>A wrapped key and the version (of itself for named keys, of the tenant key that wraps it for subject keys).</summary>
public sealed record WrappedKey(int Version, byte[] Bytes);
