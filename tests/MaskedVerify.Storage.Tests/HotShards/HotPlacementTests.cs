using CsCheck;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.HotShards;

/// <summary>What belongs together is placed together.</summary>
public sealed class HotPlacementTests
{
    [Fact]
    public void ShardOf_WhenAGrainItsAliasAndAVerificationAreAsked_IsOneShard() => Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 16]).Sample((n, shards) =>
    {
        var shard = HotPlacement.ShardOf(Pa(n), shards);

        Assert.InRange(shard, 0, shards - 1);
        Assert.Equal(shard, HotPlacement.ShardOf(Alias(n), shards));
        Assert.Equal(shard, HotPlacement.ShardOf(Verification(n, 7), shards));
    });

    [Fact]
    public void ShardOf_WhenManyAreAsked_SpreadsThem()
    {
        var keys = Enumerable.Range(0, 3000).GroupBy(n => HotPlacement.ShardOf(Pa(n), 3)).Select(group => group.Count());
        var uniqueKeys = Enumerable.Range(0, 3000).GroupBy(n => HotPlacement.ShardOf(Key($"{n}"), 3)).Select(group => group.Count());
        var messages = Enumerable.Range(0, 3000).GroupBy(n => HotPlacement.ShardOf(new ReceiptName(Carrier, $"{n}"), 3)).Select(group => group.Count());

        Assert.All([keys, uniqueKeys, messages], counts => Assert.All(counts, count => Assert.InRange(count, 850, 1150)));
    }

    // Rows in the field lie where these numbers say.
    [Fact]
    public void ShardOf_WhenAsked_IsTheSameForEver()
    {
        Assert.Equal("2 0 1 1 1 1 1 1", string.Join(' ', Enumerable.Range(1, 8).Select(n => HotPlacement.ShardOf(Pa(n), 3))));
        Assert.Equal("2 0 2 0 0 0 1 1", string.Join(' ', Enumerable.Range(1, 8).Select(n => HotPlacement.ShardOf(Key($"{n}"), 3))));
        Assert.Equal("1 1 0 2 0 2 0 2", string.Join(' ', Enumerable.Range(1, 8).Select(n => HotPlacement.ShardOf(new ReceiptName(Carrier, $"m{n}"), 3))));
        Assert.Equal(["hot", "hot-1", "hot-15"], new[] { 0, 1, 15 }.Select(HotPlacement.DatabaseOf));
    }
}
