using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>Commits that fail, answers that are lost, activations that are overtaken.</summary>
public sealed class PhoneAliasGrainFaultTests(AliasSilo silo) : IClassFixture<AliasSilo>
{
    private readonly SiloFixture _silos = silo.Silos;

    [Fact]
    public async Task Start_WhenTheAnswerIsLostButItWasWritten_StartsAndSendsOnce()
    {
        var scene = await AliasScene.SetAsync(_silos);
        _silos.HotStore.FaultNextCommit(CommitFault.UnknownButWritten);

        var id = AliasScene.Ok(await scene.StartAsync()).Id;

        await _silos.Carrier.WaitForAsync(id);
        Assert.Single(_silos.Carrier.Messages, m => m.To == scene.Number);
    }

    [Fact]
    public async Task Start_WhenTheAnswerIsLostAndNothingWasWritten_CanBeRepeatedAndSendsOnce()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var stamp = AliasScene.Stamp();
        _silos.HotStore.FaultNextCommit(CommitFault.UnknownNotWritten);

        Assert.Equal(ReplyKind.Unavailable, (await scene.StartAsync(stamp)).Kind);
        var id = AliasScene.Ok(await scene.StartAsync(stamp)).Id;

        await _silos.Carrier.WaitForAsync(id);
        Assert.Single(_silos.Carrier.Messages, m => m.To == scene.Number);
    }

    [Fact]
    public async Task Check_WhenTheAnswerIsLostButItWasWritten_IsApproved()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        _silos.HotStore.FaultNextCommit(CommitFault.UnknownButWritten);

        Assert.True((await scene.CheckAsync(id, code)).Valid);
        Assert.Equal(ReplyKind.Ended, (await scene.CheckAsync(id, code)).Kind);
    }

    [Theory]
    [InlineData(CommitFault.UnknownNotWritten)]
    [InlineData(CommitFault.Unavailable)]
    [InlineData(CommitFault.Conflict)]
    public async Task Check_WhenNothingWasWritten_IsNeverApprovedAndCanBeRepeated(CommitFault fault)
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        var stamp = AliasScene.Stamp("check-" + fault);
        _silos.HotStore.FaultNextCommit(fault);

        var failed = await scene.CheckAsync(id, code, stamp);

        Assert.Equal((ReplyKind.Unavailable, null), (failed.Kind, failed.Valid));
        Assert.DoesNotContain(_silos.HotStore.Outcomes, o => o.Verification == id);
        Assert.True((await scene.CheckAsync(id, code, stamp)).Valid);
    }

    [Fact]
    public async Task Check_WhenAWrongOneWasNotWritten_DoesNotCount()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        _silos.HotStore.FaultNextCommit(CommitFault.Unavailable);

        Assert.Equal(ReplyKind.Unavailable, (await scene.CheckAsync(id, AliasScene.Wrong(code))).Kind);
        Assert.Equal(5, AliasScene.Ok(await scene.GetAsync(id)).Next.ChecksRemaining);
    }

    [Fact]
    public async Task Check_WhenAnotherActivationWasFaster_IsRefusedByTheZombie()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        await OvertakeAsync(id);

        var zombie = await scene.CheckAsync(id, code);

        Assert.Equal((ReplyKind.Unavailable, null), (zombie.Kind, zombie.Valid));
        Assert.True((await scene.CheckAsync(id, code)).Valid);
    }

    [Fact]
    public async Task Check_WhenTheFasterActivationHadAcceptedTheCode_IsNotAcceptedTwice()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        var hold = _silos.HotStore.HoldNextCommit();
        var first = scene.CheckAsync(id, code);
        await hold.Reached;

        // While the first commit hangs, another activation accepts the code: the same row with the verification gone.
        var row = await _silos.HotStore.ReadAsync(StateNames.PhoneAlias, GrainKeys.PhoneAlias(id)) ?? throw new InvalidOperationException();
        await _silos.HotStore.CommitAsync(new HotCommit(StateNames.PhoneAlias, GrainKeys.PhoneAlias(id), row.Version, row.Payload, [new DueDoneRow(id)]));
        hold.Release();

        Assert.Equal(ReplyKind.Unavailable, (await first).Kind);
        Assert.DoesNotContain(_silos.HotStore.Outcomes, o => o.Verification == id);
    }

    [Fact]
    public async Task AnyCommand_WhenStorageIsAway_IsUnavailableAndWorksAgainAfterwards()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        _silos.HotStore.IsUnavailable = true;
        try
        {
            Assert.Equal(ReplyKind.Unavailable, (await scene.CheckAsync(id, code)).Kind);
            Assert.Equal(ReplyKind.Unavailable, (await scene.StartAsync()).Kind);
            Assert.Equal(ReplyKind.Unavailable, (await scene.CancelAsync(id)).Kind);
            Assert.Equal(5, AliasScene.Ok(await scene.GetAsync(id)).Next.ChecksRemaining);
        }
        finally
        {
            _silos.HotStore.IsUnavailable = false;
        }

        Assert.True((await scene.CheckAsync(id, code)).Valid);
    }

    [Fact]
    public async Task Start_WhenItFails_GivesItsPermitBack()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous with { SendsPerUtcDay = 2 });
        AliasScene.Ok(await scene.StartAsync());
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(40));
        _silos.HotStore.FaultNextCommit(CommitFault.Unavailable);

        Assert.Equal(ReplyKind.Unavailable, (await scene.StartAsync()).Kind);
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(ReplyKind.Ok, (await scene.StartAsync()).Kind);
        Assert.Equal(ReplyKind.QuotaExceeded, (await scene.StartAsync()).Kind);
    }

    [Fact]
    public async Task RecordAttempt_WhenItsCommitFails_IsKeptForTheNext()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        _silos.HotStore.FaultNextCommit(CommitFault.Unavailable);
        Assert.Equal(ReplyKind.Unavailable, (await scene.CheckAsync(id, AliasScene.Wrong(code))).Kind);

        Assert.True((await scene.CheckAsync(id, code)).Valid);

        Assert.Contains(scene.Commits(id).SelectMany(c => c.SideRows), r => r is ReceiptMapRow);
        Assert.Equal(AttemptStatus.Accepted, AliasScene.Ok(await scene.GetAsync(id)).Attempts.Single().Status);
    }

    [Fact]
    public async Task RecordAttempt_WhenMoreComesAllTheTime_IsWrittenASecondAfterTheFirst()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, _) = await scene.StartedAsync();
        var before = scene.Commits(id).Count;
        for (var n = 0; n < 2; n++)
        {
            await _silos.AdvanceAsync(TimeSpan.FromMilliseconds(400));
            await scene.Alias(id).RecordAttempt(new AttemptReport(id, 0, CarrierId.Parse("sandbox"), 0, "again", 1, default));
        }

        Assert.Equal(before, scene.Commits(id).Count);
        await _silos.AdvanceAsync(TimeSpan.FromMilliseconds(200));

        await Eventually.TrueAsync(() => scene.Commits(id).Count == before + 1, "what waits is written");
        Assert.Contains(scene.Commits(id)[^1].SideRows.OfType<ReceiptMapRow>(), row => row.MessageId == "again");
    }

    [Fact]
    public async Task RecordAttempt_WhenTheActivationIsOvertaken_IsLostAndTheAttemptBecomesUnknown()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        await OvertakeAsync(id);
        Assert.Equal(ReplyKind.Unavailable, (await scene.CheckAsync(id, AliasScene.Wrong(code))).Kind);

        await _silos.AdvanceAsync(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.PollDueAsync();
                return AliasScene.Ok(await scene.GetAsync(id)).Attempts.Single().Status == AttemptStatus.Unknown;
            },
            "the claim is given up");

        Assert.Single(_silos.Carrier.Of(id));
        Assert.True((await scene.CheckAsync(id, code)).Valid);
    }

    /// <summary>What a second activation of the same alias does: writes the row.</summary>
    private async Task OvertakeAsync(VerificationId id)
    {
        var key = GrainKeys.PhoneAlias(id);
        var row = await _silos.HotStore.ReadAsync(StateNames.PhoneAlias, key) ?? throw new InvalidOperationException("no row");
        var result = await _silos.HotStore.CommitAsync(new HotCommit(StateNames.PhoneAlias, key, row.Version, row.Payload, []));
        Assert.Equal(CommitStatus.Committed, result.Status);
    }
}
