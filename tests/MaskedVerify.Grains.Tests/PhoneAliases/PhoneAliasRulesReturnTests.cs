using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>What a message that never left gives back.</summary>
public sealed class PhoneAliasRulesReturnTests
{
    private readonly AliasWorld _world = new(new TenantPolicy { SendsPerHour = 50, SendsPerDay = 100 });

    [Theory]
    [InlineData(CarrierError.Refused, true)]
    [InlineData(CarrierError.NotSent, true)]
    [InlineData(CarrierError.InvalidDestination, true)]
    [InlineData(CarrierError.NoAnswer, false)]
    [InlineData(CarrierError.Garbled, false)]
    [InlineData(CarrierError.None, false)]
    public void Report_WhenAMessageNeverLeft_UsesUpNothing(CarrierError error, bool isGivenBack)
    {
        _world.Plan = AliasWorld.PlanOf("one");
        _world.Policy = _world.Policy with { SendsPerHour = 2, SendsPerDay = 9, ResendSpacingSeconds = 0 };
        var first = _world.Started();
        _world.Seconds(1);
        var id = _world.Started();

        var decision = _world.Report(id, 0, error);

        Assert.Equal(isGivenBack ? new ReturnedSend(id, 1, _world.Any(id).CreatedAt) : null, decision.Returned);
        Assert.Equal((isGivenBack ? 1 : 2, isGivenBack ? 1 : 0), (_world.State.Sends.Sum(s => s.Count), _world.State.Sends.Sum(s => s.Returned)));
        Assert.Equal(isGivenBack ? null : "alias-sends-hour", _world.Start().Outcome.Limit?.Name);
        Assert.Null(_world.Report(id, 0, error).Returned);
        Assert.Equal(AttemptStatus.Claimed, _world.Live(first).Attempts[0].Status);
    }

    [Fact]
    public void Report_WhenEveryRouteRefuses_GivesTheMessageBackWithTheLast()
    {
        _world.Plan = AliasWorld.PlanOf("one", "two");
        var id = _world.Started();

        Assert.Null(_world.Report(id, 0, CarrierError.Refused).Returned);
        Assert.NotNull(_world.Report(id, 1, CarrierError.Refused).Returned);
        Assert.Equal(VerificationStatus.Undeliverable, _world.Ended[id].Status);
    }

    [Fact]
    public void Report_WhenItComesAfterTheEnd_GivesTheMessageBackToo()
    {
        _world.Plan = AliasWorld.PlanOf("one");
        var id = _world.Started();
        _world.Cancel(id);

        Assert.Equal(1, _world.Report(id, 0, CarrierError.Refused).Returned?.Send);
        Assert.Equal(0, _world.State.Sends.Sum(s => s.Count));
        Assert.Null(_world.Report(id, 0, CarrierError.Refused).Returned);
    }

    [Fact]
    public void Start_WhenEveryMessageIsRefused_TakesTwoCapsWorthInAWindow()
    {
        _world.Plan = AliasWorld.PlanOf("one");
        _world.Policy = _world.Policy with { SendsPerHour = 3, SendsPerDay = 4, ResendSpacingSeconds = 0 };
        for (var i = 0; i < 6; i++)
        {
            _world.Report(_world.Started(), 0, CarrierError.Refused);
            _world.Seconds(60);
        }

        Assert.Equal(new LimitInfo("alias-sends-hour", 3, 3_600, 3_240), _world.Start().Outcome.Limit);
        _world.Seconds(3_240);
        for (var i = 0; i < 2; i++)
        {
            _world.Report(_world.Started(), 0, CarrierError.Refused);
            _world.Seconds(3_600);
        }

        Assert.Equal("alias-sends-day", _world.Start().Outcome.Limit?.Name);
    }
}
