using System.Buffers.Binary;
using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>Ids as they stand in the state: 25 bytes instead of 43 or 69 characters. 1 byte tag version, 16 own random bits big-endian, 8 tag.</summary>
/// <remarks>A verification's 26 alias characters are not repeated: they are the alias' own.</remarks>
internal static class PackedIds
{
    internal const int Length = 25;

    internal static byte[] Pack(AliasId alias)
    {
        _ = Base32.TryRead(alias.Random, out UInt128 random);
        return Pack(alias.TagVersion, random, alias.Tag);
    }

    internal static byte[] Pack(VerificationId verification)
    {
        _ = Base32.TryRead(OwnRandom(verification), out UInt128 random);
        return Pack(verification.TagVersion, random, verification.Tag);
    }

    internal static AliasId Alias(ReadOnlySpan<byte> packed) =>
        AliasId.Create((char)packed[0], BinaryPrimitives.ReadUInt128BigEndian(packed[1..]), BinaryPrimitives.ReadUInt64BigEndian(packed[17..]));

    internal static VerificationId Verification(ReadOnlySpan<byte> packed, AliasId alias) =>
        VerificationId.Create((char)packed[0], alias, BinaryPrimitives.ReadUInt128BigEndian(packed[1..]), BinaryPrimitives.ReadUInt64BigEndian(packed[17..]));

    private static ReadOnlySpan<char> OwnRandom(VerificationId verification) =>
        verification.Untagged[^Base32.Length128..];

    private static byte[] Pack(char version, UInt128 random, ulong tag)
    {
        var packed = new byte[Length];
        packed[0] = (byte)version;
        BinaryPrimitives.WriteUInt128BigEndian(packed.AsSpan(1), random);
        BinaryPrimitives.WriteUInt64BigEndian(packed.AsSpan(17), tag);
        return packed;
    }
}
