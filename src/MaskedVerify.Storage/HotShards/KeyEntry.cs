using System.Buffers.Binary;
using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>What the answer column of an idempotency key says in a store of several databases: one byte for the kind, then its parts.</summary>
internal enum KeyEntryKind
{
    /// <summary>The commit that claimed the key is durable, and this is its answer.</summary>
    Answer = 0,

    /// <summary>A commit in another database wants the key; whether it is durable is seen there, under the token.</summary>
    Pointer = 1,

    /// <summary>Under a token: the commit that has it came too late and must not be written any more.</summary>
    Void = 2,
}

/// <summary>A parsed answer column.</summary>
/// <param name="Kind">Which of the parts below count.</param>
/// <param name="Answer">The caller's answer; empty unless it is one.</param>
/// <param name="Shard">Where a pointer points.</param>
/// <param name="Token">16 random bytes that name one try of one commit; empty unless it is a pointer.</param>
/// <param name="At">When the pointer was written.</param>
internal readonly record struct KeyEntry(KeyEntryKind Kind, byte[] Answer, int Shard, byte[] Token, DateTimeOffset At)
{
    /// <summary>Bytes of a token.</summary>
    public const int TokenLength = 16;

    private const int PointerLength = 2 + TokenLength + sizeof(long);

    /// <summary>The column of an answer.</summary>
    public static byte[] OfAnswer(byte[] answer) => [(byte)KeyEntryKind.Answer, .. answer];

    /// <summary>The column of a pointer.</summary>
    public static byte[] OfPointer(int shard, ReadOnlySpan<byte> token, DateTimeOffset at)
    {
        var bytes = new byte[PointerLength];
        bytes[0] = (byte)KeyEntryKind.Pointer;
        bytes[1] = (byte)shard;
        token.CopyTo(bytes.AsSpan(2));
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(2 + TokenLength), at.UtcTicks);
        return bytes;
    }

    /// <summary>The column of a token that is void.</summary>
    public static byte[] OfVoid() => [(byte)KeyEntryKind.Void];

    /// <exception cref="StorageUnavailableException">It is none of the three, or points to a database that there is not.</exception>
    public static KeyEntry Read(ReadOnlySpan<byte> column, int shards) => column switch
    {
        [(byte)KeyEntryKind.Answer, ..] => new KeyEntry(KeyEntryKind.Answer, column[1..].ToArray(), 0, [], default),
        [(byte)KeyEntryKind.Pointer, var shard, ..] when column.Length == PointerLength && shard < shards => new KeyEntry(
            KeyEntryKind.Pointer, [], shard, column.Slice(2, TokenLength).ToArray(),
            new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(column[(2 + TokenLength)..]), TimeSpan.Zero)),
        [(byte)KeyEntryKind.Void] => new KeyEntry(KeyEntryKind.Void, [], 0, [], default),
        _ => throw new StorageUnavailableException("An idempotency key of the hot store cannot be read: it was not written by a store of several databases."),
    };
}
