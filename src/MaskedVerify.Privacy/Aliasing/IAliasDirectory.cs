using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>Number to alias and back: the only code that knows both. Uses the keyed index, the subject keys and the tag key.</summary>
public interface IAliasDirectory
{
    /// <summary>The alias of a number in a tenant's context, if there is one; tries live versions of the index key, newest first.</summary>
    ValueTask<AliasId?> FindAsync(TenantId tenant, string context, PhoneNumber number, CancellationToken cancellationToken = default);

    /// <summary>
    /// The alias of a number, made durable (index row and subject key) when it is new. Two first contacts at once get the same alias.
    /// The sealed number is for the alias' own row.
    /// </summary>
    ValueTask<AliasResolution> GetOrAddAsync(TenantId tenant, string context, PhoneNumber number, CancellationToken cancellationToken = default);

    /// <summary>Seals a number again under the alias' existing subject key (the alias row was lost before its first commit).</summary>
    ValueTask<SealedNumber> SealAsync(TenantId tenant, AliasId alias, PhoneNumber number, CancellationToken cancellationToken = default);

    /// <summary>Opens a sealed number.</summary>
    /// <exception cref="SealBrokenException">Erased, swapped or edited.</exception>
    ValueTask<PhoneNumber> OpenAsync(TenantId tenant, AliasId alias, SealedNumber sealedNumber, CancellationToken cancellationToken = default);

    /// <summary>Whether an alias has a subject key. Asked of the store: the key of an erased alias does not count, although this silo may remember it for a while.</summary>
    ValueTask<bool> HasKeyAsync(TenantId tenant, AliasId alias, CancellationToken cancellationToken = default);

    /// <summary>Destroys index rows and subject key, and forgets cached ones. True if there was something.</summary>
    ValueTask<bool> EraseAsync(TenantId tenant, AliasId alias);
}

/// <summary>What a look-up with creation found.</summary>
/// <param name="Alias">The alias.</param>
/// <param name="IsNew">Whether this call made it.</param>
/// <param name="Number">The number sealed for this alias when <paramref name="IsNew"/>; otherwise null.</param>
public sealed record AliasResolution(AliasId Alias, bool IsNew, SealedNumber? Number);

/// <summary>A number under AES-256-GCM. Prints no bytes.</summary>
/// <param name="Bytes">1 byte format version, 12 nonce, ciphertext, 16 tag.</param>
public sealed record SealedNumber(byte[] Bytes)
{
    /// <inheritdoc/>
    public override string ToString() => "[sealed]";
}

/// <summary>A ciphertext does not open: erased key, swapped row, or edited bytes. Carries no user data.</summary>
public sealed class SealBrokenException(string message, Exception? innerException = null) : Exception(message, innerException);
