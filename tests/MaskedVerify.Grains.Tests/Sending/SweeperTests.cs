using MaskedVerify.Domain;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MaskedVerify.Grains.Tests.Sending;

public sealed class SweeperTests
{
    [Fact]
    public async Task Sweep_WhenThereIsMoreThanABatch_RemovesItAllAndNothingElse()
    {
        using var world = new PumpWorld();
        var store = new InMemoryHotStore();
        var now = world.Time.GetUtcNow();
        for (var i = 0; i < (2 * SweepRules.Batch) + 10; i++)
        {
            var key = new byte[32];
            BitConverter.TryWriteBytes(key, i);
            var expired = i < (2 * SweepRules.Batch) + 3;
            await store.CommitAsync(new HotCommit("t", $"pa-{i}", 0, [1], [new UniqueKeyRow(key, new byte[16], [], expired ? now.AddSeconds(-1) : now.AddSeconds(1))]));
        }

        using var sweeper = new Sweeper(store, world.Time, world.Options, NullLogger<Sweeper>.Instance);
        var sweep = sweeper.SweepAsync(TestContext.Current.CancellationToken);
        await world.AdvanceUntilAsync(() => sweep.IsCompleted, "the run ended");

        Assert.Equal((2 * SweepRules.Batch) + 3, await sweep);
        Assert.Equal(7, store.UniqueKeys.Count);
    }
}
