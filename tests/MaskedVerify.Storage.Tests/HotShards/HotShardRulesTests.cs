using CsCheck;

namespace MaskedVerify.Storage.Tests.HotShards;

/// <summary>Which databases make a store.</summary>
public sealed class HotShardRulesTests
{
    private static readonly byte[] s_store = [1, .. new byte[15]];

    private static readonly Gen<int> s_count = Gen.Int[1, HotPlacement.MostShards];

    [Fact]
    public void Next_WhenDatabasesAreNew_MakesOneStoreOfThem() => s_count.Sample(count =>
    {
        var stamps = Made(count);

        Assert.Null(HotShardRules.Next(Locations(count), stamps, new byte[16]));
        Assert.Equal(Enumerable.Range(0, count), stamps.Select(stamp => stamp!.Shard));
        Assert.All(stamps, stamp => Assert.Equal(s_store, stamp!.Store));
    });

    [Fact]
    public void Next_WhenAStepWasLastBeforeACrash_GoesOnWithTheSameStore() => Gen.Select(s_count, Gen.Int[0, HotPlacement.MostShards]).Sample((count, done) =>
    {
        var stamps = Run(new HotShardStamp?[count], s_store, steps: done);
        stamps = Run(stamps, new byte[16], steps: 100);

        var store = done == 0 ? new byte[16] : s_store;
        Assert.All(stamps, stamp => Assert.Equal(store, stamp!.Store));
    });

    /// <summary>A look at several databases takes time, in which another process may make them a store: that is never taken for a loss.</summary>
    [Fact]
    public void IsWhole_WhenAnotherProcessMakesTheStoreMeanwhile_RefusesNothing() => Gen.Select(s_count, Gen.Int[0, 3].Array[2 * HotPlacement.MostShards]).Sample((count, pauses) =>
    {
        var stamps = new HotShardStamp?[count];
        var looks = 0;
        IReadOnlyList<HotShardStamp?> Read() => [.. Enumerable.Range(0, count).Select(shard =>
        {
            var seen = stamps[shard];
            stamps = Run(stamps, s_store, pauses[looks++ % pauses.Length]);
            return seen;
        })];

        _ = HotShardStamps.IsWholeAsync(Locations(count), () => ValueTask.FromResult(Read())).AsTask().GetAwaiter().GetResult();
        Assert.Null(HotShardRules.Next(Locations(count), Run(stamps, s_store, 100), new byte[16]));
    });

    [Fact]
    public void Next_WhenTheNumberChanged_RefusesAndNamesBoth() => Gen.Select(s_count, s_count).Where((was, now) => was != now).Sample((was, now) =>
    {
        HotShardStamp?[] stamps = [.. Made(was).Take(now), .. new HotShardStamp?[Math.Max(0, now - was)]];

        var error = Assert.Throws<SchemaMismatchException>(() => HotShardRules.Next(Locations(now), stamps, s_store));

        Assert.Contains($"a hot store of {was} database", error.Message, StringComparison.Ordinal);
        Assert.Contains($"but {now} database", error.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Next_WhenTwoAreSwapped_Refuses() => Gen.Select(Gen.Int[2, 16], Gen.Int[0, 15], Gen.Int[0, 15]).Where((count, a, b) => a < b && b < count).Sample((count, a, b) =>
    {
        var stamps = Made(count);
        (stamps[a], stamps[b]) = (stamps[b], stamps[a]);

        Assert.Contains("put the databases into their order", Refusal(stamps), StringComparison.Ordinal);
    });

    [Fact]
    public void Next_WhenOneIsEmptyAgain_RefusesAndMakesNothing() => Gen.Select(Gen.Int[2, 16], Gen.Int[0, 15]).Where((count, lost) => lost < count).Sample((count, lost) =>
    {
        var stamps = Made(count);
        stamps[lost] = null;

        Assert.Contains($"place {lost} should be one of the {count} databases of the hot store but is empty", Refusal(stamps), StringComparison.Ordinal);
    });

    [Fact]
    public void Next_WhenOneIsOfAnotherStore_Refuses() => Gen.Select(Gen.Int[2, 16], Gen.Int[1, 15]).Where((count, other) => other < count).Sample((count, other) =>
    {
        var stamps = Made(count);
        stamps[other] = stamps[other]! with { Store = new byte[16] };

        Assert.Contains("another hot store", Refusal(stamps), StringComparison.Ordinal);
    });

    [Fact]
    public void Shares_WhenStepsAreOverdue_AreOfTheOldestAndNoMoreThanTheLimit() => Gen.Select(Gen.Int[0, 50].Array[0, 8].Array[1, 5], Gen.Int[1, 20]).Sample((all, max) =>
    {
        var times = all.Select(some => (IReadOnlyList<DateTimeOffset>)[.. some.Order().Select(n => DateTimeOffset.UnixEpoch.AddSeconds(n))]).ToList();

        var shares = HotShardRules.Shares(times, max);

        Assert.Equal(Math.Min(max, times.Sum(some => some.Count)), shares.Sum());
        var taken = times.SelectMany((some, shard) => some.Take(shares[shard])).ToList();
        var left = times.SelectMany((some, shard) => some.Skip(shares[shard])).ToList();
        Assert.True(taken.Count == 0 || left.Count == 0 || taken.Max() <= left.Min());
    });

    private static string Refusal(HotShardStamp?[] stamps) =>
        Assert.Throws<SchemaMismatchException>(() => HotShardRules.Next(Locations(stamps.Length), stamps, s_store)).Message;

    private static HotShardStamp?[] Made(int count) => Run(new HotShardStamp?[count], s_store, steps: 100);

    private static HotShardStamp?[] Run(HotShardStamp?[] stamps, byte[] store, int steps)
    {
        stamps = [.. stamps];
        for (var n = 0; n < steps && HotShardRules.Next(Locations(stamps.Length), stamps, store) is { } step; n++)
        {
            Assert.Equal(step.IsChange, stamps[step.Shard] is not null);
            stamps[step.Shard] = step.Stamp;
        }

        return stamps;
    }

    private static List<string> Locations(int count) => [.. Enumerable.Range(0, count).Select(n => $"place {n}")];
}
