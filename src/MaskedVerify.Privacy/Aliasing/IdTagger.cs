using System.Buffers.Binary;
using System.Security.Cryptography;
using MaskedVerify.Domain;

namespace MaskedVerify.Privacy;

/// <summary>
/// Tag of an id: the first 64 bits (big-endian) of HMAC-SHA-256(front tag key, <c>tenant|untagged id</c>), ASCII. The version character of an id is the
/// base32 digit of the key's version, 1 to 31. The untagged id begins with its kind and version, so a tag fits one kind and one key version only.
/// </summary>
internal sealed class IdTagger(ITagKeySource source) : IIdTagger
{
    private const string VersionDigits = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <inheritdoc/>
    public AliasId NewAlias(TenantId tenant)
    {
        var keys = source.TagKeys;
        var random = NewRandom();
        var version = VersionDigits[keys.NewestVersion];
        return AliasId.Create(version, random, Tag(keys.Newest, tenant, AliasId.Create(version, random, 0).Untagged));
    }

    /// <inheritdoc/>
    public VerificationId NewVerification(TenantId tenant, AliasId alias)
    {
        var keys = source.TagKeys;
        var random = NewRandom();
        var version = VersionDigits[keys.NewestVersion];
        return VerificationId.Create(version, alias, random, Tag(keys.Newest, tenant, VerificationId.Create(version, alias, random, 0).Untagged));
    }

    /// <inheritdoc/>
    public bool Owns(TenantId tenant, AliasId alias) => !alias.IsNone && Owns(tenant, alias.TagVersion, alias.Untagged, alias.Tag);

    /// <inheritdoc/>
    public bool Owns(TenantId tenant, VerificationId verification) =>
        !verification.IsNone && Owns(tenant, verification.TagVersion, verification.Untagged, verification.Tag);

    internal static ulong Tag(ReadOnlySpan<byte> key, TenantId tenant, ReadOnlySpan<char> untagged)
    {
        Span<byte> buffer = stackalloc byte[AsciiWriter.BufferSize];
        Span<byte> mac = stackalloc byte[KeyedMac.Size];
        var message = new AsciiWriter(buffer);
        message.Add(tenant.Value);
        message.Add(untagged);
        KeyedMac.Compute(key, message.Written, mac);
        return BinaryPrimitives.ReadUInt64BigEndian(mac);
    }

    private static UInt128 NewRandom()
    {
        Span<byte> bytes = stackalloc byte[16];
        SecureRandom.Fill(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private bool Owns(TenantId tenant, char versionDigit, ReadOnlySpan<char> untagged, ulong tag)
    {
        if (tenant.IsNone)
        {
            return false;
        }

        // An id of an unknown key version costs the same MAC as any other, and is refused after it.
        var keys = source.TagKeys;
        var named = keys.KeyOf(VersionDigits.IndexOf(versionDigit, StringComparison.Ordinal));
        var expected = Tag(named.IsEmpty ? keys.Newest : named, tenant, untagged);
        Span<byte> left = stackalloc byte[sizeof(ulong)];
        Span<byte> right = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(left, expected);
        BinaryPrimitives.WriteUInt64BigEndian(right, tag);
        return CryptographicOperations.FixedTimeEquals(left, right) & !named.IsEmpty;
    }
}
