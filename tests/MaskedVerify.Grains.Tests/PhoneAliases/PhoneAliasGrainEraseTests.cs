using MaskedVerify.Domain;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

public sealed class PhoneAliasGrainEraseTests(AliasSilo silo) : IClassFixture<AliasSilo>
{
    private readonly SiloFixture _silos = silo.Silos;

    [Fact]
    public async Task Erase_Any_LeavesNothing()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (ended, code) = await scene.StartedAsync();
        await scene.CheckAsync(ended, code);
        var (live, liveCode) = await scene.StartedAsync();
        var alias = AliasScene.Ok(await scene.GetAsync(live)).Alias;

        var reply = await scene.EraseAsync(alias, AliasScene.Stamp("erase"));

        Assert.Equal((ReplyKind.Ok, alias), (reply.Kind, reply.Alias?.Alias));
        await scene.AssertErasedAsync(alias);
        Assert.Equal((ReplyKind.Ok, alias, "", default), (reply.Kind, reply.Alias!.Alias, reply.Alias.Context, reply.Alias.Destination));
        Assert.Equal(ReplyKind.NotFound, (await scene.GetAsync(live)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await scene.GetAsync(ended)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await scene.CheckAsync(live, liveCode)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await scene.Alias(alias).GetAlias(scene.Caller, alias)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await scene.StartAsync(command: scene.Command(alias: alias))).Kind);
        Assert.Equal(ReplyKind.NotFound, (await scene.EraseAsync(alias)).Kind);
        Assert.Equal((ReplyKind.Replayed, alias), (await scene.EraseAsync(alias, AliasScene.Stamp("erase"))) is var again ? (again.Kind, again.Alias?.Alias ?? default) : default);
    }

    [Fact]
    public async Task Erase_WhenThePersonComesBack_GivesANewAlias()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var alias = (await scene.CreateAliasAsync()).Alias?.Alias ?? default;
        await scene.EraseAsync(alias);

        var back = await scene.CreateAliasAsync();

        Assert.True(back.Created);
        Assert.NotEqual(alias, back.Alias?.Alias);
    }

    [Theory]
    [InlineData(CommitFault.Unavailable)]
    [InlineData(CommitFault.UnknownNotWritten)]
    [InlineData(CommitFault.Conflict)]
    public async Task Erase_WhenWhatProtectsThePersonCannotBeKept_ErasesNothingYet(CommitFault fault)
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Spaced);
        var (id, _) = await scene.StartedAsync();
        var alias = AliasScene.Ok(await scene.GetAsync(id)).Alias;
        _silos.HotStore.FaultNextCommit(fault);

        Assert.Equal(ReplyKind.Unavailable, (await scene.EraseAsync(alias)).Kind);
        Assert.NotNull(await _silos.KeysStore.ReadSubjectKeyAsync(alias));

        Assert.Equal(ReplyKind.Ok, (await scene.EraseAsync(alias)).Kind);
        Assert.Equal("start-spacing", (await scene.StartAsync()).Limit?.Name);
    }

    [Fact]
    public async Task Erase_ThenANewStart_WaitsAsIfNothingHadBeenErased()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Spaced with { SendsPerHour = 3 });
        var (id, code) = await scene.StartedAsync();
        for (var i = 0; i < 5; i++)
        {
            Assert.False((await scene.CheckAsync(id, AliasScene.Wrong(code))).Valid);
        }

        await scene.EraseAsync(AliasScene.Ok(await scene.GetAsync(id)).Alias);

        var spaced = await scene.StartAsync();
        Assert.Equal((ReplyKind.RateLimited, "start-spacing", null), (spaced.Kind, spaced.Limit?.Name, spaced.Verification));
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(30));
        var (second, _) = await scene.StartedAsync();
        var view = AliasScene.Ok(await scene.GetAsync(second));
        var checks = (await scene.Alias(view.Alias).GetChecks(scene.Tenant.Id, view.Alias)).Checks!;
        Assert.Equal((5, 5), (checks.FailuresToday, checks.Channels.Single().WrongInARow));
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(30));
        await scene.EraseAsync(view.Alias);
        var (third, _) = await scene.StartedAsync();
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("alias-sends-hour", (await scene.ResendAsync(third)).Limit?.Name);
    }

    [Fact]
    public async Task Erase_OfAnAliasThatWasVerified_KeepsTheCountsAndShowsNothingOfIt()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Spaced with { SendsPerHour = 2 });
        var (id, code) = await scene.StartedAsync();
        Assert.True((await scene.CheckAsync(id, code)).Valid);
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
        await scene.EraseAsync(AliasScene.Ok(await scene.GetAsync(id)).Alias);

        var back = (await scene.CreateAliasAsync()).Alias!;

        Assert.Null(back.VerifiedAt);
        Assert.Null((await scene.Alias(back.Alias).GetAlias(scene.Caller, back.Alias)).Alias!.VerifiedAt);
        await scene.StartedAsync();
        Assert.Equal("alias-sends-hour", (await scene.StartAsync(command: scene.Command(purpose: "other"))).Limit?.Name);
    }

    [Fact]
    public async Task Erase_OfAnotherContextsAlias_KeepsNothingAgainstThisOne()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Spaced);
        var (id, _) = await scene.StartedAsync(scene.Command(context: "buyer"));
        await scene.EraseAsync(AliasScene.Ok(await scene.GetAsync(id)).Alias);

        Assert.Equal(ReplyKind.Ok, (await scene.StartAsync()).Kind);
    }

    [Fact]
    public async Task Erase_WhenTheAnswerIsLostButItWasWritten_Succeeds()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var alias = (await scene.CreateAliasAsync()).Alias?.Alias ?? default;
        _silos.HotStore.FaultNextCommit(CommitFault.UnknownButWritten);

        Assert.Equal(ReplyKind.Ok, (await scene.EraseAsync(alias)).Kind);
    }

    [Fact]
    public async Task Resume_WhenTheAliasIsGone_DropsTheStep()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        var alias = AliasScene.Ok(await scene.GetAsync(id)).Alias;
        await scene.EraseAsync(alias);
        await _silos.HotStore.CommitAsync(new HotCommit("sample", "pa-left-behind", 0, null, [new DueRow(id, alias, _silos.Time.GetUtcNow().AddYears(1))]));

        await scene.Alias(id).Resume(id);

        await scene.AssertErasedAsync(alias);
    }

    [Fact]
    public async Task Erase_WhenResultsAndReceiptsComeLate_TheyFindNothing()
    {
        var scene = await AliasScene.SetAsync(_silos);
        using var hold = _silos.Carrier.Hold();
        var id = AliasScene.Ok(await scene.StartAsync()).Id;
        await _silos.Carrier.WaitForAsync(id);
        var alias = AliasScene.Ok(await scene.GetAsync(id)).Alias;
        await scene.EraseAsync(alias);
        hold.Dispose();

        await scene.Alias(id).RecordReceipt(id, 0, CarrierId.Parse("sandbox"), "late", AttemptStatus.Delivered, null, _silos.Time.GetUtcNow());
        await scene.Alias(id).Resume(id);

        await scene.AssertErasedAsync(alias);
    }

    [Fact]
    public async Task Erase_WhenItsTimeIsOver_HasNotEvenARow()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var alias = (await scene.CreateAliasAsync()).Alias?.Alias ?? default;
        await scene.EraseAsync(alias);

        await _silos.AdvanceAsync(TimeSpan.FromMinutes(10));
        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.PollDueAsync();
                return await _silos.HotStore.ReadAsync(StateNames.PhoneAlias, GrainKeys.PhoneAlias(alias)) is null;
            },
            "the row is gone");

        Assert.DoesNotContain(_silos.HotStore.Due, row => row.Alias == alias);
        Assert.Equal(ReplyKind.NotFound, (await scene.EraseAsync(alias)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await scene.Alias(alias).GetAlias(scene.Caller, alias)).Kind);
    }

    [Fact]
    public async Task Erase_WhenAnswersWereKept_NoneIsReplayedAndTheirKeysStayTaken()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (create, byNumber, byAlias, check) = (AliasScene.Stamp("create"), AliasScene.Stamp("number"), AliasScene.Stamp("alias"), AliasScene.Stamp("check"));
        var alias = (await scene.CreateAliasAsync(create)).Alias?.Alias ?? default;
        var id = AliasScene.Ok(await scene.StartAsync(byNumber)).Id;
        var code = TestCarrier.CodeIn(await _silos.Carrier.WaitForAsync(id));
        Assert.True((await scene.CheckAsync(id, code, check)).Valid);
        await _silos.AdvanceAsync(TimeSpan.FromMinutes(1));
        AliasScene.Ok(await scene.StartAsync(byAlias, scene.Command(alias: alias)));
        var messages = _silos.Carrier.Messages.Count(m => m.To == scene.Number);

        Assert.Equal(ReplyKind.Ok, (await scene.EraseAsync(alias)).Kind);

        Assert.Equal(ReplyKind.NotFound, (await scene.StartAsync(byAlias, scene.Command(alias: alias))).Kind);
        Assert.Equal(ReplyKind.NotFound, (await scene.CheckAsync(id, code, check)).Kind);
        Assert.Equal((ReplyKind.KeyReused, null), (await scene.StartAsync(byNumber)) is var started ? (started.Kind, started.Verification) : default);
        Assert.Equal((ReplyKind.KeyReused, null), (await scene.CreateAliasAsync(create)) is var created ? (created.Kind, created.Alias) : default);
        Assert.Equal(messages, _silos.Carrier.Messages.Count(m => m.To == scene.Number));
        Assert.DoesNotContain(_silos.HotStore.UniqueKeys, row => row.Alias == alias);
    }

    [Fact]
    public async Task Erase_WhenThereIsNoRowYet_DestroysTheKeysAndIsAudited()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var alias = await scene.AliasWithoutRowAsync();

        Assert.Equal(ReplyKind.Ok, (await scene.EraseAsync(alias, AliasScene.Stamp("erase"))).Kind);

        await scene.AssertErasedAsync(alias);
        Assert.Equal(ReplyKind.Replayed, (await scene.EraseAsync(alias, AliasScene.Stamp("erase"))).Kind);
        Assert.Equal(ReplyKind.NotFound, (await scene.EraseAsync(alias)).Kind);
        Assert.Single(scene.Erasures(alias));
    }
}
