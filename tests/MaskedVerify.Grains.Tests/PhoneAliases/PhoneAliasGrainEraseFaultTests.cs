using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Privacy;
using MaskedVerify.Testing;
using Orleans.Serialization;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>Erasures that stop between two of their steps, and starts that meet them.</summary>
public sealed class PhoneAliasGrainEraseFaultTests(AliasSilo silo) : IClassFixture<AliasSilo>
{
    private readonly SiloFixture _silos = silo.Silos;

    [Theory]
    [InlineData(Stop.BeforeKeys)]
    [InlineData(Stop.AfterKeys)]
    [InlineData(Stop.CommitUnavailable)]
    [InlineData(Stop.CommitNotWritten)]
    [InlineData(Stop.CommitConflict)]
    public async Task Erase_WhenItStops_LosesNoStepAndIsFinishedByRepeatingIt(Stop stop)
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (ended, code) = await scene.StartedAsync();
        await scene.CheckAsync(ended, code, AliasScene.Stamp("check"));
        var (live, _) = await scene.StartedAsync();
        var alias = AliasScene.Ok(await scene.GetAsync(live)).Alias;
        var stamp = AliasScene.Stamp("erase");
        if (stop is not (Stop.BeforeKeys or Stop.AfterKeys))
        {
            // The commit that keeps what protects the person.
            _silos.HotStore.PassNextCommit();
        }

        Assert.Equal(ReplyKind.Unavailable, (await StopAsync(stop, () => scene.EraseAsync(alias, stamp))).Kind);

        // All of the rows, or none: what is live still has its step.
        Assert.Contains(_silos.HotStore.Due, row => row.Verification == live);
        Assert.Contains(_silos.HotStore.Outcomes, row => row.Verification == ended);
        Assert.Empty(scene.Erasures(alias));
        Assert.Equal(stop != Stop.BeforeKeys, await _silos.KeysStore.ReadSubjectKeyAsync(alias) is null);

        Assert.Equal(ReplyKind.Ok, (await scene.EraseAsync(alias, stamp)).Kind);
        await scene.AssertErasedAsync(alias);
        Assert.Single(scene.Erasures(alias));
        Assert.Equal(ReplyKind.Replayed, (await scene.EraseAsync(alias, stamp)).Kind);
    }

    [Theory]
    [InlineData(Stop.CommitUnavailable, ReplyKind.Ok)]
    [InlineData(Stop.CommitNotWritten, ReplyKind.Ok)]
    [InlineData(Stop.CommitConflict, ReplyKind.Ok)]
    [InlineData(Stop.BeforeKeys, ReplyKind.Replayed)]
    [InlineData(Stop.AfterKeys, ReplyKind.Replayed)]
    public async Task Erase_WhenItStopsAndThereIsNoRow_IsFinishedByRepeatingIt(Stop stop, ReplyKind repeated)
    {
        var scene = await AliasScene.SetAsync(_silos);
        var alias = await scene.AliasWithoutRowAsync();
        var stamp = AliasScene.Stamp("erase");

        Assert.Equal(ReplyKind.Unavailable, (await StopAsync(stop, () => scene.EraseAsync(alias, stamp))).Kind);

        Assert.Equal(repeated, (await scene.EraseAsync(alias, stamp)).Kind);
        await scene.AssertErasedAsync(alias);
        Assert.Single(scene.Erasures(alias));
    }

    [Fact]
    public async Task Erase_WhenItStopsWithoutARowAndNobodyRepeatsIt_IsFinishedByThePoller()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var alias = await scene.AliasWithoutRowAsync();
        await StopAsync(Stop.BeforeKeys, () => scene.EraseAsync(alias));
        Assert.NotNull(await _silos.KeysStore.ReadSubjectKeyAsync(alias));

        await _silos.AdvanceAsync(TimeSpan.FromMinutes(10));
        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.PollDueAsync();
                return await _silos.HotStore.ReadAsync(StateNames.PhoneAlias, GrainKeys.PhoneAlias(alias)) is null;
            },
            "the row is gone");

        await scene.AssertErasedAsync(alias);
    }

    [Fact]
    public async Task Erase_WhenTheAnswerIsLostButItWasWritten_IsToldOnce()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var alias = (await scene.CreateAliasAsync()).Alias?.Alias ?? default;
        _silos.HotStore.FaultNextCommit(CommitFault.UnknownButWritten);

        Assert.Equal(ReplyKind.Ok, (await scene.EraseAsync(alias)).Kind);

        await scene.AssertErasedAsync(alias);
        Assert.Single(scene.Erasures(alias));
    }

    [Fact]
    public async Task Start_WhenItsNumberWasSealedBeforeTheErasure_DoesNotBringTheAliasBack()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var alias = await scene.AliasWithoutRowAsync();
        var bytes = (await _silos.Get<IAliasDirectory>().SealAsync(scene.Tenant.Id, alias, scene.Number)).Bytes;
        await scene.EraseAsync(alias);

        Assert.Equal(ReplyKind.NumberRequired, (await LateStartAsync(scene, alias, bytes)).Kind);
        Assert.Equal(ReplyKind.NumberRequired, (await LateOpenAsync(scene, alias, bytes)).Kind);

        // Long afterwards there is no row that could tell; there is no key either.
        await _silos.AdvanceAsync(TimeSpan.FromMinutes(10));
        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.PollDueAsync();
                return await _silos.HotStore.ReadAsync(StateNames.PhoneAlias, GrainKeys.PhoneAlias(alias)) is null;
            },
            "the row is gone");
        Assert.Equal(ReplyKind.NumberRequired, (await LateStartAsync(scene, alias, bytes)).Kind);
        Assert.Equal(ReplyKind.NumberRequired, (await LateOpenAsync(scene, alias, bytes)).Kind);
        await scene.AssertErasedAsync(alias);
    }

    [Fact]
    public async Task Start_WhenAnotherActivationErasesBeforeItsFirstCommit_DoesNotBringTheAliasBack()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var alias = await scene.AliasWithoutRowAsync();
        var hold = _silos.HotStore.HoldNextCommit();
        var start = scene.StartAsync();
        await hold.Reached;

        // What the erasure of another activation does while this one stands still.
        await _silos.KeysStore.EraseAliasAsync(alias);
        var erased = _silos.Get<Serializer>().SerializeToArray(new PhoneAliasState { PackedAlias = PackedIds.Pack(alias), Tenant = scene.Tenant.Id });
        await _silos.HotStore.CommitAsync(new HotCommit(StateNames.PhoneAlias, GrainKeys.PhoneAlias(alias), 0, erased, [new AliasErasedRow(alias)]));
        hold.Release();

        Assert.Equal(ReplyKind.Unavailable, (await start).Kind);
        await scene.AssertErasedAsync(alias);
        Assert.DoesNotContain(_silos.Carrier.Messages, m => m.To == scene.Number);
        Assert.NotEqual(alias, AliasScene.Ok(await scene.StartAsync()).Alias);
    }

    [Fact]
    public async Task Start_WhenItsAliasIsErasedOnTheWay_StartsWithANewAlias()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var old = await scene.AliasWithoutRowAsync();
        var looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _silos.KeysStore.AfterRead = () =>
        {
            // The desk has found the alias, and waits.
            _silos.KeysStore.AfterRead = null;
            looked.SetResult();
            return goOn.Task;
        };
        var start = scene.StartAsync();
        await looked.Task;
        Assert.Equal(ReplyKind.Ok, (await scene.EraseAsync(old)).Kind);
        goOn.SetResult();

        var reply = await start;

        await scene.AssertErasedAsync(old);
        Assert.NotEqual(old, AliasScene.Ok(reply.Kind == ReplyKind.Unavailable ? await scene.StartAsync() : reply).Alias);
    }

    private static Task<VerificationReply> LateStartAsync(AliasScene scene, AliasId alias, byte[] sealedNumber) => scene.Alias(alias).Start(
        scene.Caller, AliasScene.Stamp(), new AliasStart(alias, "default", sealedNumber, scene.Number.Describe(), null, null, null, null, null, null));

    private static Task<AliasReply> LateOpenAsync(AliasScene scene, AliasId alias, byte[] sealedNumber) =>
        scene.Alias(alias).Open(scene.Caller, AliasScene.Stamp(), new AliasOpen(alias, "default", sealedNumber, scene.Number.Describe()));

    /// <summary>Lets an erasure stop where it is told.</summary>
    private async Task<AliasReply> StopAsync(Stop stop, Func<Task<AliasReply>> erase)
    {
        static Task Fail() => throw new StorageUnavailableException("The test made the keys unavailable.");
        switch (stop)
        {
            case Stop.BeforeKeys:
                _silos.KeysStore.BeforeErase = Fail;
                break;
            case Stop.AfterKeys:
                _silos.KeysStore.AfterErase = Fail;
                break;
            default:
                _silos.HotStore.FaultNextCommit(
                    stop == Stop.CommitConflict ? CommitFault.Conflict : stop == Stop.CommitNotWritten ? CommitFault.UnknownNotWritten : CommitFault.Unavailable);
                break;
        }

        try
        {
            return await erase();
        }
        finally
        {
            (_silos.KeysStore.BeforeErase, _silos.KeysStore.AfterErase) = (null, null);
        }
    }

    /// <summary>Where an erasure stops.</summary>
    public enum Stop
    {
        /// <summary>Before the keys are deleted.</summary>
        BeforeKeys,

        /// <summary>After the keys were deleted.</summary>
        AfterKeys,

        /// <summary>The commit is refused: storage is away.</summary>
        CommitUnavailable,

        /// <summary>The answer of the commit is lost, and it had not happened.</summary>
        CommitNotWritten,

        /// <summary>Another activation was faster.</summary>
        CommitConflict,
    }
}
