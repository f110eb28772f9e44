using CsCheck;
using MaskedVerify.Domain;

namespace MaskedVerify.Storage.Tests.HotStore;

public sealed class HotIdsTests
{
    private static readonly Gen<UInt128> Random = Gen.Select(Gen.ULong, Gen.ULong, (high, low) => new UInt128(high, low));

    private static readonly Gen<AliasId> Alias = Gen.Select(Gen.Char["0123456789abcdefghjkmnpqrstvwxyz"], Random, Gen.ULong, AliasId.Create);

    private static readonly Gen<VerificationId> Verification =
        Gen.Select(Gen.Char["0123456789abcdefghjkmnpqrstvwxyz"], Alias, Random, Gen.ULong, VerificationId.Create);

    [Fact]
    public void Alias_WhenWritten_ReadsBack() => Alias.Sample(alias =>
    {
        var bytes = new byte[HotIds.AliasLength];
        HotIds.Write(alias, bytes);
        return HotIds.ReadAlias(bytes) == alias;
    });

    [Fact]
    public void Verification_WhenWrittenWithItsAlias_ReadsBackAndBeginsWithTheAlias() => Gen.Select(Alias, Random, Gen.ULong).Sample((alias, random, tag) =>
    {
        var verification = VerificationId.Create('7', alias, random, tag);
        var bytes = new byte[HotIds.VerificationLength];
        var tagBytes = new byte[HotIds.AliasTagLength];
        var aliasBytes = new byte[HotIds.AliasLength];
        HotIds.Write(verification, alias, bytes);
        HotIds.WriteTag(alias, tagBytes);
        HotIds.Write(alias, aliasBytes);
        return HotIds.ReadVerification(bytes) == verification && HotIds.ReadAlias(bytes, tagBytes) == alias
            && bytes.AsSpan(0, 16).SequenceEqual(aliasBytes.AsSpan(0, 16));
    });

    [Fact]
    public void Verification_WhenItIsOfAnotherAlias_IsRefused() => Gen.Select(Alias, Verification).Sample((alias, verification) =>
        Assert.Throws<ArgumentException>(() => HotIds.Write(verification, alias, new byte[HotIds.VerificationLength])));

    [Fact]
    public void Key_WhenKeysDiffer_TheirBytesDiffer() =>
        Gen.OneOf(Alias.Select(alias => "pa-" + alias.Random.ToString()), Alias.Select(alias => "tn-" + alias.Random.ToString()), Gen.String[Gen.Char.AlphaNumeric, 1, 30])
            .Array[2].Sample(keys => keys[0] == keys[1] || !Bytes(keys[0]).AsSpan().SequenceEqual(Bytes(keys[1])));

    // Rows on disk are for ever: these bytes never change.
    [Theory]
    [InlineData("pa-00000000000000000000000001", "706100000000000000000000000000000001")]
    [InlineData("pa-7zzzzzzzzzzzzzzzzzzzzzzzzz", "7061FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData("tn-default", "00746E2D64656661756C74")]
    [InlineData("pa-0000000000000000000000000I", "0070612D3030303030303030303030303030303030303030303030303049")]
    public void Key_WhenWritten_HasTheseBytes(string key, string hex) => Assert.Equal(hex, Convert.ToHexString(Bytes(key)));

    [Fact]
    public void Verification_WhenWritten_HasTheseBytes()
    {
        var alias = AliasId.Create('3', 0x0102, 0x0a0b);
        var bytes = new byte[HotIds.VerificationLength];
        HotIds.Write(VerificationId.Create('2', alias, 0x0304, 0x0506), alias, bytes);

        Assert.Equal("00000000000000000000000000000102" + "00000000000000000000000000000304" + "32" + "0000000000000506", Convert.ToHexString(bytes));
    }

    private static byte[] Bytes(string key)
    {
        var room = new byte[HotIds.KeyRoom(key)];
        return room[..HotIds.WriteKey(key, room)];
    }
}
