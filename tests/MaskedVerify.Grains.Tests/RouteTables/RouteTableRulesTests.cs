using FsCheck.Xunit;
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

    [Property]
    public void Seed_WhateverOperatorsDoInBetween_BringsEachRouteOnceAndLeavesTheirs(byte[] steps)
    {
        var table = new RouteTableState();
        var seeded = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            RouteRule[] some = [Rule($"r{step % 7}"), Rule($"r{step % 5}")];
            if (step % 2 == 0)
            {
                var own = some.DistinctBy(r => r.Route).Select(r => r with { Priority = step }).ToArray();
                table = RouteTableRules.Replace(table, table.Version, own).Next!;
                Assert.Equal(own, table.Routes);
                continue;
            }

            var next = RouteTableRules.Seed(table, some);
            var isNew = some.Any(r => !seeded.Contains(r.Route.Value));
            Assert.Equal(isNew, next is not null);
            if (next is null)
            {
                continue;
            }

            Assert.Equal(table.Version + 1, next.Version);
            Assert.Equal(table.Routes, next.Routes.Take(table.Routes.Count));
            Assert.All(next.Routes.Skip(table.Routes.Count), r => Assert.DoesNotContain(r.Route.Value, seeded));
            Assert.Empty(RouteTableRules.Validate(next.Routes));
            seeded.UnionWith(some.Select(r => r.Route.Value));
            table = next;
        }
    }

    private static RouteRule Rule(string name) => new(RouteId.Parse(name), CarrierId.Parse("smpp"), ["*"], Channel.Sms, 500, false, true, null);
}
