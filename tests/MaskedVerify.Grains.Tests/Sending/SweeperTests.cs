using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tests.PhoneAliases;
using MaskedVerify.Privacy;
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

        using var sweeper = new Sweeper(store, new InMemoryKeysStore(), world.Grains.Factory, world.Time, world.Options, NullLogger<Sweeper>.Instance);
        var sweep = sweeper.SweepAsync(TestContext.Current.CancellationToken);
        await world.AdvanceUntilAsync(() => sweep.IsCompleted, "the run ended");

        Assert.Equal((2 * SweepRules.Batch) + 3, await sweep);
        Assert.Equal(7, store.UniqueKeys.Count);
    }

    [Fact]
    public async Task SweepUnused_WhenAliasesHaveNoRowLongAfterTheirKeys_DestroysThoseOnly()
    {
        await using var silos = await SiloFixture.StartAsync();
        var (used, unused, young) = (await AliasScene.SetAsync(silos), await AliasScene.SetAsync(silos), await AliasScene.SetAsync(silos));
        var usedAlias = (await used.CreateAliasAsync()).Alias?.Alias ?? default;
        var unusedAlias = await unused.AliasWithoutRowAsync();
        await silos.AdvanceAsync(TimeSpan.FromMinutes(40));
        var youngAlias = await young.AliasWithoutRowAsync();
        var sweeper = silos.Get<Sweeper>();
        Assert.Equal(0, await sweeper.SweepUnusedAsync(TestContext.Current.CancellationToken));
        await silos.AdvanceAsync(TimeSpan.FromMinutes(21));

        // The sweeper of the silo is at it too.
        await sweeper.SweepUnusedAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => !silos.KeysStore.SubjectKeys.ContainsKey(unusedAlias), "the keys are gone");

        Assert.DoesNotContain(unusedAlias, silos.KeysStore.Index.Values);
        Assert.NotNull(await silos.KeysStore.ReadSubjectKeyAsync(usedAlias));
        Assert.NotNull(await silos.KeysStore.ReadSubjectKeyAsync(youngAlias));
        Assert.Equal([youngAlias], silos.KeysStore.Unseen.Keys);
        Assert.Equal(0, await sweeper.SweepUnusedAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task SweepUnused_WhenAStartHasFoundTheAlias_TheStartGoesOnWithANewOne()
    {
        await using var silos = await SiloFixture.StartAsync();
        var scene = await AliasScene.SetAsync(silos);
        var old = await scene.AliasWithoutRowAsync();
        var bytes = (await silos.Get<IAliasDirectory>().SealAsync(scene.Tenant.Id, old, scene.Number)).Bytes;

        await scene.Alias(old).DropUnused(scene.Tenant.Id, old);

        var late = await scene.Alias(old).Open(scene.Caller, AliasScene.Stamp(), new AliasOpen(old, "default", bytes, scene.Number.Describe()));
        Assert.Equal(ReplyKind.NumberRequired, late.Kind);
        var started = AliasScene.Ok(await scene.StartAsync()).Alias;
        Assert.NotEqual(old, started);

        // One that has a row is left alone.
        await scene.Alias(started).DropUnused(scene.Tenant.Id, started);
        Assert.NotNull(await silos.KeysStore.ReadSubjectKeyAsync(started));
    }
}
