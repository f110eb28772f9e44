using FsCheck;
using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

public sealed class PhoneAliasRulesUnpauseTests
{
    private readonly AliasWorld _world = new(new TenantPolicy { SendsPerHour = 500, SendsPerDay = 5_000, FailuresPerDay = 100 });

    [Fact]
    public void Unpause_WhenAChannelPauses_OpensItAtOnce()
    {
        Fail(100);
        var paused = PhoneAliasRules.Checks(_world.State, _world.Now).Channels.Single();
        Assert.Equal((100, true, 86_400), (paused.WrongInARow, paused.IsPaused, paused.CheckAfterSeconds));

        Unpause(Channel.Sms);

        Assert.Empty(PhoneAliasRules.Checks(_world.State, _world.Now).Channels);
        Assert.Equal(Channel.Sms, PhoneAliasRules.ChannelForStart(_world.State, _world.Terms));
    }

    [Fact]
    public void Unpause_Any_KeepsTheDaysFailuresAndTheirWaits()
    {
        _world.Policy = _world.Policy with { FailuresPerDay = 20 };
        Fail(20);
        var before = PhoneAliasRules.Checks(_world.State, _world.Now);

        Unpause(null);

        var after = PhoneAliasRules.Checks(_world.State, _world.Now);
        Assert.Equal(20, after.FailuresToday);
        Assert.InRange(after.CheckAfterSeconds, 1, 86_400);
        Assert.Equal(before.CheckAfterSeconds, after.CheckAfterSeconds);
        Assert.Equal("check-wait", _world.Start().Outcome.Limit?.Name);
    }

    [Fact]
    public void Unpause_AfterIt_TheNextWrongTryWaitsAsLongAsBefore()
    {
        Fail(12);
        Unpause(Channel.Sms);
        _world.FailOnce();

        Assert.Equal(PhoneAliasLimits.Hour, _world.State.Channels.Single().CheckNotBefore - _world.Now);
        Assert.Equal(1, _world.State.Channels.Single().Consecutive);
    }

    [Fact]
    public void Unpause_OfOneChannel_LeavesTheOther()
    {
        Fail(6);
        _world.Seconds(100);
        for (var i = 0; i < 6; i++)
        {
            _world.FailOnce(Channel.Voice);
        }

        Unpause(Channel.Voice);

        Assert.Equal(Channel.Sms, Assert.Single(_world.State.Channels).Channel);
    }

    [Fact]
    public void Unpause_WhenNothingStandsAgainstTheChannel_ChangesNothing()
    {
        Assert.Same(_world.State, PhoneAliasRules.Unpause(_world.State, null).State);
        Fail(5);
        Assert.Same(_world.State, PhoneAliasRules.Unpause(_world.State, Channel.Voice).State);
    }

    [Property(MaxTest = 50)]
    public void Unpause_AfterAnyWrongTries_LeavesTheAliasLimitAndMakesTheNextCheckPossible(byte tries, bool all)
    {
        Fail(1 + (tries % 30));
        var limit = _world.State.CheckNotBefore;

        Unpause(all ? null : Channel.Sms);

        Assert.Equal(limit, _world.State.CheckNotBefore);
        var id = _world.StartOn(Channel.Sms);
        Assert.Equal(_world.Now >= limit ? 0 : (int)((limit - _world.Now + 999) / 1_000), _world.Next(id).CheckAfterSeconds);
    }

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _world.FailOnce();
        }
    }

    private void Unpause(Channel? channel) => _world.State = PhoneAliasRules.Unpause(_world.State, channel).State;
}
