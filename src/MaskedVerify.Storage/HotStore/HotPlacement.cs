using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>
/// The one place that decides in which database a hot row lives. A grain's side rows live beside its state, for they share its transaction: a grain key of
/// the shape <c>xx-</c> and 26 base32 characters, its alias and its verifications have those characters in common, and the shard depends on them alone.
/// Stable for ever for a given number of shards, counted from 0.
/// </summary>
internal static class HotPlacement
{
    /// <summary>Most databases of a hot store.</summary>
    public const int MostShards = 16;

    /// <summary>The shard of a grain key.</summary>
    public static int ShardOf(string key, int shards) => ShardOf(HotIds.HasRandom(key) ? key.AsSpan(3) : key, shards);

    /// <summary>The shard of an alias' rows.</summary>
    public static int ShardOf(AliasId alias, int shards) => ShardOf(alias.Random, shards);

    /// <summary>The shard of a verification's rows: that of its alias.</summary>
    public static int ShardOf(VerificationId verification, int shards) => ShardOf(verification.AliasRandom, shards);

    /// <summary>The shard that says who holds an idempotency key.</summary>
    public static int ShardOf(ReadOnlySpan<byte> uniqueKey, int shards)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(uniqueKey, hash);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(hash) % (uint)shards);
    }

    /// <summary>The shard in which a receipt waits for its message id.</summary>
    public static int ShardOf(ReceiptName name, int shards) => ShardOf(string.Concat(name.Carrier.Value, " ", name.MessageId).AsSpan(), shards);

    /// <summary>Name of a shard's database.</summary>
    public static string DatabaseOf(int shard) => shard == 0 ? "hot" : "hot-" + shard;

    private static int ShardOf(ReadOnlySpan<char> text, int shards)
    {
        if (shards == 1)
        {
            return 0;
        }

        // Keys and message ids have at most 256 characters.
        Span<byte> utf8 = stackalloc byte[1024];
        return ShardOf(utf8[..Encoding.UTF8.GetBytes(text, utf8)], shards);
    }
}
