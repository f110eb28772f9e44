using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MaskedVerify.Storage;

/// <summary>The one place that decides in which database a hot row lives. A grain's side rows live beside its state, for they share its transaction.</summary>
internal static class HotPlacement
{
    /// <summary>The shard of a grain key, from 0. Stable for ever for a given number of shards.</summary>
    public static int ShardOf(string key, int shards)
    {
        if (shards == 1)
        {
            return 0;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(hash) % (uint)shards);
    }

    /// <summary>Name of a shard's database.</summary>
    public static string DatabaseOf(int shard) => shard == 0 ? "hot" : "hot-" + shard;
}
