using FsCheck;
using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

public sealed class PhoneAliasRulesUnpauseTests
{
    private readonly AliasWorld _world = new(new TenantPolicy { SendsPerHour = 500, SendsPerDay = 5_000, ResendSpacingSeconds = 0 });

    [Fact]
    public void Unpause_WhenAChannelPauses_OpensItAtOnce()
    {
        Fail(100);
        var paused = PhoneAliasRules.Checks(_world.State, _world.Terms).Channels.Single();
        Assert.Equal((100, true, 86_400), (paused.WrongInARow, paused.IsPaused, paused.CheckAfterSeconds));

        Unpause(Channel.Sms);

        Assert.Empty(PhoneAliasRules.Checks(_world.State, _world.Terms).Channels);
        Assert.Equal(Channel.Sms, PhoneAliasRules.ChannelForStart(_world.State, _world.Terms));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Channel.Voice)]
    public void Unpause_InStrictMode_EndsItAndKeepsTheDaysFailures(Channel? channel)
    {
        Fail(20);
        Assert.Equal((20, true, 300), Strict());
        Assert.Equal("strict-spacing", _world.Start().Outcome.Limit?.Name);

        Unpause(channel);

        Assert.Equal((20, false, 0), Strict());
        var id = _world.Started();
        Assert.Equal(5, _world.Next(id).ChecksRemaining);
        _world.Seconds(1);
        Fail(19);
        Assert.False(Strict().IsStrict);
        Fail(1);
        Assert.True(Strict().IsStrict);
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
        Assert.Same(_world.State, PhoneAliasRules.Unpause(_world.State, null, _world.Terms).State);
        Fail(5);
        Assert.Same(_world.State, PhoneAliasRules.Unpause(_world.State, Channel.Voice, _world.Terms).State);
    }

    [Property(MaxTest = 50)]
    public void Unpause_AfterAnyWrongTries_MakesTheNextCheckPossible(byte tries, bool all)
    {
        Fail(1 + (tries % 98));

        Unpause(all ? null : Channel.Sms);

        var id = _world.Started();
        Assert.Equal(Channel.Sms, _world.Live(id).Channel);
        Assert.Equal((0, 5), (_world.Next(id).CheckAfterSeconds, _world.Next(id).ChecksRemaining));
    }

    private (int Failures, bool IsStrict, int SendAfter) Strict()
    {
        var checks = PhoneAliasRules.Checks(_world.State, _world.Terms);
        return (checks.FailuresToday, checks.IsStrict, checks.SendAfterSeconds);
    }

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _world.FailOnce();
        }
    }

    private void Unpause(Channel? channel) => _world.State = PhoneAliasRules.Unpause(_world.State, channel, _world.Terms).State;
}
