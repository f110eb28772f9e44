using MaskedVerify.Domain;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.HotShards;

/// <summary>Names by where their rows are placed, for stores of three databases.</summary>
internal static class ShardedStores
{
    public const int Count = 3;

    public static ShardedHotStore Sharded(this IHotStore store) => (ShardedHotStore)store;

    /// <summary>The <paramref name="nth"/> alias of a shard.</summary>
    public static int AliasIn(int shard, int nth = 0) =>
        Enumerable.Range(1, 10_000).Where(n => HotPlacement.ShardOf(Pa(n), Count) == shard).Skip(nth).First();

    /// <summary>An idempotency key at home in a shard.</summary>
    public static string KeyIn(int shard, int nth = 0) =>
        Enumerable.Range(0, 10_000).Select(n => $"key {n}").Where(name => HotPlacement.ShardOf(Key(name), Count) == shard).Skip(nth).First();

    /// <summary>A message id at home in a shard.</summary>
    public static string MessageIn(int shard, int nth = 0) =>
        Enumerable.Range(0, 10_000).Select(n => $"m{n}").Where(id => HotPlacement.ShardOf(new ReceiptName(Carrier, id), Count) == shard).Skip(nth).First();
}
