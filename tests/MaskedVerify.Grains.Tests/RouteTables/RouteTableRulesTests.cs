using MaskedVerify.Domain;
using MaskedVerify.Grains.RouteTables;

namespace MaskedVerify.Grains.Tests.RouteTables;

public sealed class RouteTableRulesTests
{
    [Fact]
    public void Seed_WhenTableIsEmpty_TakesThem()
    {
        var table = RouteTableRules.Seed(new RouteTableState(), [Rule("a"), Rule("b")])!;

        Assert.Equal((1, 2, 2), (table.Version, table.Routes.Count, table.Seeded.Count));
        Assert.Null(RouteTableRules.Seed(table, [Rule("b"), Rule("a")]));
    }

    [Fact]
    public void Seed_WhenTheOperatorRemovedOne_ItDoesNotComeBack()
    {
        var table = RouteTableRules.Seed(new RouteTableState(), [Rule("a"), Rule("b")])!;
        table = RouteTableRules.Replace(table, 1, [Rule("b")]).Next!;

        Assert.Null(RouteTableRules.Seed(table, [Rule("a"), Rule("b")]));
        Assert.Equal("b", Assert.Single(table.Routes).Route.Value);
    }

    [Fact]
    public void Seed_WhenTheNameIsTaken_LeavesTheOperatorsRoute()
    {
        var own = Rule("a") with { Priority = 7 };
        var table = RouteTableRules.Replace(new RouteTableState(), 0, [own]).Next!;

        Assert.Equal(own, Assert.Single(RouteTableRules.Seed(table, [Rule("a")])!.Routes));
    }

    [Fact]
    public void Replace_WhenVersionIsOld_Conflicts() =>
        Assert.True(RouteTableRules.Replace(new RouteTableState { Version = 3 }, 2, [Rule("a")]) is { Conflict: true, Next: null });

    [Fact]
    public void Replace_WhenEverythingIsWrong_ReportsItAll()
    {
        var bad = new RouteRule(default, default, ["de"], (Channel)9, 1_001, false, true, "läuft");

        var outcome = RouteTableRules.Replace(new RouteTableState(), 0, [bad, Rule("a"), Rule("a"), Rule("b") with { Countries = [] }]);

        Assert.Null(outcome.Next);
        Assert.Equal(8, outcome.Errors.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ACME")]
    [InlineData("491701234567890")]
    public void Replace_WhenSenderIsPlain_IsGood(string? sender) =>
        Assert.NotNull(RouteTableRules.Replace(new RouteTableState(), 0, [Rule("a") with { Sender = sender }]).Next);

    private static RouteRule Rule(string name) => new(RouteId.Parse(name), CarrierId.Parse("smpp"), ["*"], Channel.Sms, 500, false, true, null);
}
