using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>Keyed hashes of things that must be recognised but not read.</summary>
public interface IKeyedHashes
{
    /// <summary>
    /// 32 bytes under the region guard key: the same for one number in every tenant and context, related to no tenant's key. Test traffic has another one, so that it
    /// uses up nothing of a real number.
    /// </summary>
    byte[] Guard(PhoneNumber number, bool live);

    /// <summary>16 bytes under the region guard key that name a send (from 1) of a verification beside a guard: they lead to no verification.</summary>
    byte[] GuardedSend(VerificationId verification, int send);

    /// <summary>
    /// 32 bytes under the region guard key: what a tenant's context keeps of a number when its alias is erased. The tenant's own keys may go with the alias, and whoever reads the row learns
    /// nothing of other tenants.
    /// </summary>
    byte[] Kept(TenantId tenant, string context, PhoneNumber number);

    /// <summary>32 bytes under a tenant key: an idempotency key.</summary>
    ValueTask<byte[]> IdempotencyAsync(TenantId tenant, IdempotencyKey key, CancellationToken cancellationToken = default);

    /// <summary>
    /// 16 bytes under a tenant key: a request, given as its parts in a fixed order (a code as its MAC, never a number). Parts are length-prefixed, so that
    /// no two different lists collide.
    /// </summary>
    ValueTask<byte[]> FingerprintAsync(TenantId tenant, IReadOnlyList<string> parts, CancellationToken cancellationToken = default);
}
