using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

public sealed class PhoneAliasRulesCheckTests
{
    private readonly AliasWorld _world = new(new TenantPolicy { SendsPerHour = 500, SendsPerDay = 5_000, ResendSpacingSeconds = 0 });

    [Fact]
    public void Check_WhenRight_ApprovesOnceAndDropsTheCode()
    {
        var id = _world.Started();

        var decision = _world.Check(id, 1);

        Assert.True(decision.Outcome.Valid);
        Assert.Equal(VerificationStatus.Approved, _world.Ended[id].Status);
        Assert.Null(_world.State.LiveOrNull);
        Assert.Equal(_world.Now, _world.State.VerifiedAt);
        Assert.Equal(ReplyKind.Ended, _world.Check(id, 1).Outcome.Kind);
        Assert.Empty(_world.DueTable);
    }

    [Fact]
    public void Check_WhenRightAtTheMomentOfExpiry_IsEnded()
    {
        var id = _world.Started();
        _world.Now = _world.Live(id).ExpiresAt;

        Assert.Equal(ReplyKind.Ended, _world.Check(id, 1).Outcome.Kind);
        _world.Now--;
        Assert.True(_world.Check(id, 1).Outcome.Valid);
    }

    [Fact]
    public void Check_WhenFiveAreWrong_EndsTheVerification()
    {
        var id = _world.Started();
        for (var i = 5; i > 1; i--)
        {
            Assert.Equal(i, _world.Next(id).ChecksRemaining);
            Assert.Equal(ReplyKind.Ok, _world.Check(id, null).Outcome.Kind);
        }

        Assert.Equal(1, _world.Next(id).ChecksRemaining);
        Assert.False(_world.Check(id, null).Outcome.Valid);
        Assert.Equal(VerificationStatus.AttemptsExhausted, _world.Ended[id].Status);
        Assert.Equal(ReplyKind.Ended, _world.Check(id, 1).Outcome.Kind);
    }

    [Fact]
    public void Check_WhenACommandComesAgainAfterOthers_IsJudgedOnce()
    {
        var id = _world.Started();
        _world.Commit(PhoneAliasRules.Check(_world.State, id, 91, null, _world.Terms));
        _world.Commit(PhoneAliasRules.Check(_world.State, id, 92, null, _world.Terms));
        var before = _world.State;

        var again = PhoneAliasRules.Check(before, id, 91, 1, _world.Terms);
        Assert.Same(before, again.State);
        Assert.Equal((ReplyKind.Ok, false), (again.Outcome.Kind, again.Outcome.Valid));

        _world.Commit(PhoneAliasRules.Check(before, id, 93, 1, _world.Terms));
        var ended = _world.Ended[id];
        Assert.Equal([false, false, true], new ulong[] { 91, 92, 93 }.Select(c => PhoneAliasRules.CheckEnded(ended, c).Valid));
        Assert.Equal(ReplyKind.Ended, PhoneAliasRules.CheckEnded(ended, 94).Kind);
    }

    [Fact]
    public void Check_WhenTheSameCommandComesAgain_IsJudgedOnce()
    {
        var id = _world.Started();
        var first = PhoneAliasRules.Check(_world.State, id, 99, null, _world.Terms);
        var again = PhoneAliasRules.Check(first.State, id, 99, 1, _world.Terms);

        Assert.Same(first.State, again.State);
        Assert.Equal((ReplyKind.Ok, false), (again.Outcome.Kind, again.Outcome.Valid));

        var right = PhoneAliasRules.Check(first.State, id, 100, 1, _world.Terms);
        Assert.True(PhoneAliasRules.CheckEnded(right.Ended[0], 100).Valid);
        Assert.Equal(ReplyKind.Ended, PhoneAliasRules.CheckEnded(right.Ended[0], 101).Kind);
    }

    [Fact]
    public void Check_WhenWrongOverAndOver_WaitsAsTheLadderSays()
    {
        var waits = new List<int>();
        for (var i = 0; i < 14; i++)
        {
            _world.FailOnce();
            waits.Add((int)Math.Max(0, (_world.State.Channels[0].CheckNotBefore - _world.Now) / 1_000));
        }

        Assert.Equal([0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600], waits);
    }

    [Fact]
    public void Check_WhenANewCodeIsSent_StillWaits()
    {
        for (var i = 0; i < 6; i++)
        {
            _world.FailOnce();
        }

        var id = _world.Started();

        Assert.Equal(60, _world.Next(id).CheckAfterSeconds);
        Assert.Equal("check-wait", _world.Check(id, 1).Outcome.Limit?.Name);
        Assert.Equal(0, _world.Live(id).FailedChecks);
        Assert.Equal(_world.Now + 360_000, _world.Live(id).ExpiresAt);
        _world.Seconds(60);
        Assert.True(_world.Check(id, 1).Outcome.Valid);
    }

    [Fact]
    public void Check_WhenAWaitIsImposed_StopsTheClockOfTheCode()
    {
        for (var i = 0; i < 4; i++)
        {
            _world.FailOnce();
        }

        var id = _world.Started(AliasWorld.Request(ttl: 60));
        _world.Seconds(50);
        _world.Check(id, null);

        Assert.Equal(30, _world.Next(id).CheckAfterSeconds);
        _world.Seconds(39);
        Assert.True(_world.Check(id, 1).Outcome.Valid);
    }

    [Fact]
    public void Check_WhenAnAttackerGuessesOn_ExtendsAVerificationByOneHourAtMost()
    {
        for (var i = 0; i < 11; i++)
        {
            _world.FailOnce();
        }

        _world.Seconds(10_000);
        var id = _world.Started(AliasWorld.Request(ttl: 600));
        var start = _world.Now;
        while (_world.Next(id).MayCheck)
        {
            _world.Seconds(_world.Next(id).CheckAfterSeconds);
            _world.Check(id, null);
        }

        Assert.InRange(_world.Any(id).ExpiresAt, start, start + 4_200_000);
    }

    [Fact]
    public void Check_WhenAHundredFailInARow_PausesTheChannelForADayThenAllowsOneAnHour()
    {
        for (var i = 0; i < 100; i++)
        {
            _world.FailOnce();
        }

        Assert.Equal(PhoneAliasLimits.Day, _world.State.Channels.Single().CheckNotBefore - _world.Now);
        Assert.Equal(Channel.Voice, PhoneAliasRules.ChannelForStart(_world.State, _world.Terms));

        _world.Now += PhoneAliasLimits.Day;
        for (var i = 0; i < 3; i++)
        {
            _world.FailOnce();
            Assert.Equal(PhoneAliasLimits.Hour, _world.State.Channels.Single().CheckNotBefore - _world.Now);
        }
    }

    [Fact]
    public void Check_WhenAHundredFailInARowAndThePolicyDisables_ClosesTheChannelUntilItIsOpened()
    {
        _world.Policy = _world.Policy with { DisableAfter100 = true };
        for (var i = 0; i < 100; i++)
        {
            _world.FailOnce();
        }

        _world.Now += 40 * PhoneAliasLimits.Day;
        var id = _world.Started();
        Assert.Equal(Channel.Voice, _world.Live(id).Channel);
        Assert.Equal(31_536_000, PhoneAliasRules.Checks(_world.State, _world.Terms).Channels.Single().CheckAfterSeconds);
        Assert.Equal(("check-wait", 31_532_400), (_world.Resend(id, Channel.Sms).Outcome.Limit?.Name, _world.Resend(id, Channel.Sms).Outcome.Limit?.RetryAfterSeconds));

        _world.State = PhoneAliasRules.Unpause(_world.State, Channel.Sms, _world.Terms).State;
        Assert.Equal(ReplyKind.Ok, _world.Resend(id, Channel.Sms).Outcome.Kind);
        Assert.True(_world.Check(id, 2).Outcome.Valid);
    }

    [Fact]
    public void Check_WhenAnotherChannelSucceeds_OpensThePausedOne()
    {
        for (var i = 0; i < 100; i++)
        {
            _world.FailOnce();
        }

        _world.Now += PhoneAliasLimits.Hour;
        var id = _world.Started();
        Assert.Equal(Channel.Voice, _world.Live(id).Channel);
        _world.Seconds(1);
        Assert.True(_world.Check(id, 1).Outcome.Valid);

        Assert.Empty(_world.State.Channels);
        Assert.Equal(Channel.Sms, _world.Live(_world.Started()).Channel);
        _world.FailOnce();
        Assert.Equal(0, _world.State.Channels[0].CheckNotBefore - _world.Now);
    }

    [Fact]
    public void Check_WhenSmsWaits_VoiceIsOpen()
    {
        for (var i = 0; i < 9; i++)
        {
            _world.FailOnce();
        }

        var id = _world.Started();
        Assert.Equal(480, _world.Next(id).CheckAfterSeconds);
        _world.Seconds(30);
        _world.Resend(id, Channel.Voice);

        Assert.Equal(0, _world.Next(id).CheckAfterSeconds);
        Assert.True(_world.Check(id, 2).Outcome.Valid);
    }

    [Fact]
    public void Cancel_WhenRepeated_ChangesNothing()
    {
        var id = _world.Started();

        Assert.Equal(ReplyKind.Ok, _world.Cancel(id).Outcome.Kind);
        Assert.Equal((VerificationStatus.Canceled, "canceled-by-caller"), (_world.Ended[id].Status, _world.Ended[id].Reason));
        Assert.Equal(ReplyKind.Ok, _world.Cancel(id).Outcome.Kind);
        Assert.Equal(ReplyKind.Ended, _world.Check(id, 1).Outcome.Kind);
        var approved = _world.Started();
        _world.Check(approved, 1);
        Assert.Equal(ReplyKind.Ended, _world.Cancel(approved).Outcome.Kind);
    }
}
