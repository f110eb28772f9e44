using System.Security.Cryptography;
using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>
/// Index key of a number: HMAC-SHA-256(TenantAliasKey vN, <c>context|+digits</c>), 32 bytes. New aliases are written under the newest version; look-ups try
/// every live version, newest first. Numbers are sealed as <see cref="SealedNumbers"/> says.
/// </summary>
internal sealed class AliasDirectory(IKeysStore store, KeyRing ring, SubjectKeys subjects, IIdTagger tagger, TimeProvider time) : IAliasDirectory
{
    private const int LongestContext = 64;

    /// <inheritdoc/>
    public async ValueTask<AliasId?> FindAsync(TenantId tenant, string context, PhoneNumber number, CancellationToken cancellationToken = default)
    {
        using var index = await ring.LeaseAsync(tenant, KeyNames.TenantAlias, cancellationToken);
        return await FindAsync(index.Keys, tenant, context, number, IndexKey(index.Keys.Newest, context, number), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<AliasResolution> GetOrAddAsync(TenantId tenant, string context, PhoneNumber number, CancellationToken cancellationToken = default)
    {
        using var index = await ring.LeaseAsync(tenant, KeyNames.TenantAlias, cancellationToken);
        var newest = IndexKey(index.Keys.Newest, context, number);
        if (await FindAsync(index.Keys, tenant, context, number, newest, cancellationToken) is { } known)
        {
            return new AliasResolution(known, IsNew: false, Number: null);
        }

        var alias = tagger.NewAlias(tenant);
        var subject = await subjects.CreateAsync(tenant, alias, cancellationToken);
        using var lease = subject.Lease;
        var stored = false;
        try
        {
            var durable = await store.AddAliasAsync(new NewAliasKeys(tenant, alias, newest, index.Keys.NewestVersion, subject.Wrapped, time.GetUtcNow()));
            stored = durable == alias;
            return stored
                ? new AliasResolution(alias, IsNew: true, SealedNumbers.Seal(lease.Keys.Newest, ring.RegionName, tenant, alias, number))
                : new AliasResolution(Owned(tenant, durable), IsNew: false, Number: null);
        }
        finally
        {
            if (!stored)
            {
                subjects.Forget(tenant, alias);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<SealedNumber> SealAsync(TenantId tenant, AliasId alias, PhoneNumber number, CancellationToken cancellationToken = default)
    {
        using var key = await subjects.LeaseAsync(tenant, alias, cancellationToken);
        return SealedNumbers.Seal(key.Keys.Newest, ring.RegionName, tenant, alias, number);
    }

    /// <inheritdoc/>
    public async ValueTask<PhoneNumber> OpenAsync(TenantId tenant, AliasId alias, SealedNumber sealedNumber, CancellationToken cancellationToken = default)
    {
        using var key = await subjects.LeaseAsync(tenant, alias, cancellationToken);
        return SealedNumbers.Open(key.Keys.Newest, ring.RegionName, tenant, alias, sealedNumber);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> HasKeyAsync(TenantId tenant, AliasId alias, CancellationToken cancellationToken = default) =>
        tagger.Owns(tenant, alias) && await store.ReadSubjectKeyAsync(alias, cancellationToken) is not null;

    /// <inheritdoc/>
    public async ValueTask<bool> EraseAsync(TenantId tenant, AliasId alias)
    {
        if (!tagger.Owns(tenant, alias))
        {
            return false;
        }

        try
        {
            return await store.EraseAliasAsync(alias);
        }
        finally
        {
            subjects.Forget(tenant, alias);
        }
    }

    internal static byte[] IndexKey(ReadOnlySpan<byte> key, string context, PhoneNumber number)
    {
        if (context.Length is 0 or > LongestContext || number.IsNone)
        {
            throw new ArgumentException("An index key needs a context of 1 to 64 characters and a number.", nameof(context));
        }

        Span<byte> buffer = stackalloc byte[LongestContext + 1 + 1 + 16];
        var message = new AsciiWriter(buffer);
        message.Add(context);
        var rest = message.Rest();
        rest[0] = (byte)'+';
        message.Advance(1 + number.Reveal(rest[1..]));
        var result = new byte[KeyedMac.Size];
        KeyedMac.Compute(key, message.Written, result);
        CryptographicOperations.ZeroMemory(buffer);
        return result;
    }

    private async ValueTask<AliasId?> FindAsync(
        KeySet indexKeys, TenantId tenant, string context, PhoneNumber number, byte[] newest, CancellationToken cancellationToken)
    {
        for (var i = 0; i < indexKeys.Count; i++)
        {
            var key = i == 0 ? newest : IndexKey(indexKeys.KeyAt(i), context, number);
            if (await store.FindAliasAsync(key, cancellationToken) is { } alias)
            {
                return Owned(tenant, alias);
            }
        }

        return null;
    }

    // An index row that points to another tenant's alias was put there by somebody who can write to the database.
    private AliasId Owned(TenantId tenant, AliasId alias) =>
        tagger.Owns(tenant, alias) ? alias : throw new SealBrokenException("An index row points to an alias that is not the tenant's.");
}
