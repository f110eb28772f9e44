using System.Security.Cryptography;
using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Orleans.Serialization;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>An Idempotency-Key of a request, hashed, with the fingerprint of what was asked.</summary>
/// <param name="Key">32 bytes.</param>
/// <param name="Fingerprint">16 bytes.</param>
internal sealed record HeldKey(byte[] Key, byte[] Fingerprint);

/// <summary>What is stored under an Idempotency-Key.</summary>
/// <param name="IsReused">The key belongs to another request.</param>
/// <param name="Answer">The answer to replay, when it does not.</param>
internal sealed record KeyRecord<T>(bool IsReused, T? Answer)
    where T : class;

/// <summary>Keys of requests and the answers under them: the rows are written by the commit that has the effect.</summary>
internal sealed class IdempotencyLedger(IKeyedHashes hashes, ICodeProtector codes, IHotStore store, Serializer serializer)
{
    /// <summary>The key of a request, or null when it has none. Every member of <paramref name="command"/> is in the fingerprint, see <see cref="CommandMembers"/>.</summary>
    internal async ValueTask<HeldKey?> HoldAsync<T>(TenantId tenant, CommandStamp stamp, T command)
        where T : class
    {
        if (stamp.Key.IsNone)
        {
            return null;
        }

        var fingerprint = await hashes.FingerprintAsync(tenant, CommandMembers.Of(command, tenant, codes));
        return new HeldKey(await hashes.IdempotencyAsync(tenant, stamp.Key), fingerprint);
    }

    /// <summary>Whether the key of a request is taken, by whatever request.</summary>
    internal async ValueTask<bool> IsTakenAsync(TenantId tenant, CommandStamp stamp) =>
        !stamp.Key.IsNone && await store.FindUniqueKeyAsync(await hashes.IdempotencyAsync(tenant, stamp.Key)) is not null;

    /// <summary>What stands under a key, or null.</summary>
    internal async ValueTask<KeyRecord<T>?> FindAsync<T>(HeldKey? key)
        where T : class
    {
        if (key is null || await store.FindUniqueKeyAsync(key.Key) is not { } row)
        {
            return null;
        }

        return CryptographicOperations.FixedTimeEquals(row.Fingerprint, key.Fingerprint)
            ? new KeyRecord<T>(IsReused: false, serializer.Deserialize<T>(row.Answer))
            : new KeyRecord<T>(IsReused: true, Answer: null);
    }

    /// <summary>The row that claims a key, for the commit that has the effect; nothing without a key.</summary>
    /// <param name="key">Or null.</param>
    /// <param name="answer">What is replayed.</param>
    /// <param name="now">When the answer is given.</param>
    /// <param name="alias">With whose erasure the answer goes, while its key is still taken; none: it stays.</param>
    internal IEnumerable<SideRow> Claim<T>(HeldKey? key, T answer, DateTimeOffset now, AliasId alias) =>
        key is null ? [] : [new UniqueKeyRow(key.Key, key.Fingerprint, serializer.SerializeToArray(answer), now + PhoneAliasLimits.KeyRetention) { Alias = alias }];
}
