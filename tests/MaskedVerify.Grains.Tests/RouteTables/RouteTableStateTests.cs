using MaskedVerify.Domain;
using MaskedVerify.Grains.RouteTables;
using MaskedVerify.Grains.Tests.Plumbing;

namespace MaskedVerify.Grains.Tests.RouteTables;

public sealed class RouteTableStateTests
{
    [Fact]
    public void RouteTableState_OfVersion1_CanStillBeReadAndWritten()
    {
        var rule = new RouteRule(RouteId.Parse("cn-direct-1"), CarrierId.Parse("smpp"), new[] { "CN", "*" }, Channel.Voice, 17, true, true, "ACME");
        var golden = new RouteTableState { Version = 5, Routes = new[] { rule }, Seeded = new[] { RouteId.Parse("smpp-sms") } };

        var state = GoldenBytes.Check("RouteTableState.v1", golden);

        var read = Assert.Single(state.Routes);
        Assert.Equal(rule with { Countries = read.Countries }, read);
        Assert.Equal(["CN", "*"], read.Countries);
        Assert.Equal((5L, "smpp-sms"), (state.Version, Assert.Single(state.Seeded).Value));
    }
}
