using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Tests.Plumbing;

namespace MaskedVerify.Grains.Tests.CarrierRouters;

public sealed class CarrierRouterStateTests
{
    [Fact]
    public void CarrierRouterState_OfVersion1_CanStillBeReadAndWritten()
    {
        var rule = new RouteRule(RouteId.Parse("cn-direct-1"), CarrierId.Parse("smpp"), new[] { "CN", "*" }, Channel.Voice, 17, true, true, "ACME");
        var golden = new CarrierRouterState { Version = 5, Routes = new[] { rule }, Seeded = new[] { RouteId.Parse("smpp-sms") } };

        var state = GoldenBytes.Check("CarrierRouterState.v1", golden);

        var read = Assert.Single(state.Routes);
        Assert.Equal(rule with { Countries = read.Countries }, read);
        Assert.Equal(["CN", "*"], read.Countries);
        Assert.Equal((5L, "smpp-sms"), (state.Version, Assert.Single(state.Seeded).Value));
    }
}
