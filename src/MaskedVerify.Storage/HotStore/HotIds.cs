using System.Buffers.Binary;
using System.Text;
using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>
/// Ids as the bytes that hot rows hold; the same on every engine, for ever. The random part comes first, so that a verification's bytes begin with
/// those of its alias and one range of an index holds all rows of an alias.
/// </summary>
internal static class HotIds
{
    /// <summary>16 random, 1 tag version, 8 tag.</summary>
    public const int AliasLength = 25;

    /// <summary>What an alias has beyond its random bytes.</summary>
    public const int AliasTagLength = 9;

    /// <summary>16 random of the alias, 16 random, 1 tag version, 8 tag.</summary>
    public const int VerificationLength = 41;

    private const int Random = 16;

    /// <exception cref="ArgumentException">It is no alias.</exception>
    public static void Write(AliasId alias, Span<byte> destination)
    {
        if (alias.IsNone || !Base32.TryRead(alias.Random, out UInt128 random))
        {
            throw new ArgumentException("A row names no alias.", nameof(alias));
        }

        BinaryPrimitives.WriteUInt128BigEndian(destination, random);
        WriteTag(alias, destination[Random..]);
    }

    /// <summary>The 9 bytes of the alias that a verification of it does not carry.</summary>
    public static void WriteTag(AliasId alias, Span<byte> destination)
    {
        destination[0] = (byte)alias.TagVersion;
        BinaryPrimitives.WriteUInt64BigEndian(destination[1..], alias.Tag);
    }

    /// <exception cref="ArgumentException">It is no verification, or not one of this alias.</exception>
    public static void Write(VerificationId verification, AliasId alias, Span<byte> destination)
    {
        if (verification.IsNone || alias.IsNone || !verification.AliasRandom.SequenceEqual(alias.Random))
        {
            throw new ArgumentException("A row names no verification, or one of another alias.", nameof(verification));
        }

        Write(verification, destination);
    }

    /// <exception cref="ArgumentException">It is no verification.</exception>
    public static void Write(VerificationId verification, Span<byte> destination)
    {
        if (verification.IsNone || !Base32.TryRead(verification.AliasRandom, out UInt128 aliasRandom)
            || !Base32.TryRead(verification.Value.AsSpan(4 + Base32.Length128, Base32.Length128), out UInt128 random))
        {
            throw new ArgumentException("A row names no verification.", nameof(verification));
        }

        BinaryPrimitives.WriteUInt128BigEndian(destination, aliasRandom);
        BinaryPrimitives.WriteUInt128BigEndian(destination[Random..], random);
        destination[2 * Random] = (byte)verification.TagVersion;
        BinaryPrimitives.WriteUInt64BigEndian(destination[((2 * Random) + 1)..], verification.Tag);
    }

    /// <summary>The random bytes of an alias, which every verification of it begins with and no other comes before, and what none of them comes after.</summary>
    /// <exception cref="ArgumentException">It is no alias.</exception>
    public static (byte[] First, byte[] Last) VerificationsOf(AliasId alias)
    {
        Span<byte> bytes = stackalloc byte[AliasLength];
        Write(alias, bytes);
        var last = new byte[VerificationLength];
        last.AsSpan().Fill(0xff);
        bytes[..Random].CopyTo(last);
        return (bytes[..Random].ToArray(), last);
    }

    public static AliasId ReadAlias(ReadOnlySpan<byte> bytes) => ReadAlias(bytes, bytes[Random..]);

    /// <summary>An alias from the bytes of a verification of it and its tag bytes.</summary>
    public static AliasId ReadAlias(ReadOnlySpan<byte> verification, ReadOnlySpan<byte> tag) =>
        AliasId.Create((char)tag[0], BinaryPrimitives.ReadUInt128BigEndian(verification), BinaryPrimitives.ReadUInt64BigEndian(tag[1..]));

    public static VerificationId ReadVerification(ReadOnlySpan<byte> bytes) => VerificationId.Create(
        (char)bytes[2 * Random],
        AliasId.Create('0', BinaryPrimitives.ReadUInt128BigEndian(bytes), 0),
        BinaryPrimitives.ReadUInt128BigEndian(bytes[Random..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[((2 * Random) + 1)..]));

    /// <summary>
    /// A grain key: its two letters and the 16 bytes behind them if it is <c>xx-</c> and 26 base32 characters, otherwise a zero byte and its UTF-8
    /// text. No two keys have the same bytes.
    /// </summary>
    public static int WriteKey(string key, Span<byte> destination)
    {
        if (TryReadRandom(key, out var random))
        {
            destination[0] = (byte)key[0];
            destination[1] = (byte)key[1];
            BinaryPrimitives.WriteUInt128BigEndian(destination[2..], random);
            return 2 + Random;
        }

        destination[0] = 0;
        return 1 + Encoding.UTF8.GetBytes(key, destination[1..]);
    }

    /// <summary>Room that <see cref="WriteKey"/> needs at most.</summary>
    public static int KeyRoom(string key) => Math.Max(2 + Random, 1 + (key.Length * 3));

    private static bool TryReadRandom(string key, out UInt128 random)
    {
        random = default;
        return key.Length == 3 + Base32.Length128 && key[2] == '-' && char.IsAsciiLetterLower(key[0]) && char.IsAsciiLetterLower(key[1])
            && Base32.TryRead(key.AsSpan(3), out random);
    }
}
