using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.CarrierRouters;

public sealed class CarrierRouterRulesTests
{
    private static readonly TestCarrier s_sandbox = new("sandbox");

    [Fact]
    public void Seed_WhenTableIsEmpty_TakesTheRoutesOfTheSandboxOnly()
    {
        var table = CarrierRouterRules.Seed(new CarrierRouterState(), [new TestCarrier("smpp"), s_sandbox])!;

        Assert.Equal(["sandbox-sms", "sandbox-voice"], table.Routes.Select(r => r.Route.Value));
        Assert.All(table.Routes, r => Assert.True(r is { IsSandbox: true, IsEnabled: true, Countries: ["*"] }));
        Assert.Equal(1, table.Version);
        Assert.Null(CarrierRouterRules.Seed(table, [s_sandbox]));
    }

    [Fact]
    public void Seed_WhenTheOperatorRemovedOne_ItDoesNotComeBack()
    {
        var table = CarrierRouterRules.Seed(new CarrierRouterState(), [s_sandbox])!;
        table = CarrierRouterRules.Replace(table, 1, [Rule("b")]).Next!;

        Assert.Null(CarrierRouterRules.Seed(table, [s_sandbox]));
        Assert.Equal("b", Assert.Single(table.Routes).Route.Value);
    }

    [Fact]
    public void Seed_WhenTheNameIsTaken_LeavesTheOperatorsRoute()
    {
        var own = Rule("sandbox-sms") with { Priority = 7 };
        var table = CarrierRouterRules.Replace(new CarrierRouterState(), 0, [own]).Next!;

        Assert.Equal(own, CarrierRouterRules.Seed(table, [s_sandbox])!.Routes[0]);
    }

    [Fact]
    public void Replace_WhenVersionIsOld_Conflicts() =>
        Assert.True(CarrierRouterRules.Replace(new CarrierRouterState { Version = 3 }, 2, [Rule("a")]) is { Conflict: true, Next: null });

    [Fact]
    public void Replace_WhenEverythingIsWrong_ReportsItAll()
    {
        var bad = new RouteRule(default, default, ["de"], (Channel)9, 1_001, false, true, "läuft");

        var outcome = CarrierRouterRules.Replace(new CarrierRouterState(), 0, [bad, Rule("a"), Rule("a"), Rule("b") with { Countries = [] }]);

        Assert.Null(outcome.Next);
        Assert.Equal(8, outcome.Errors.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ACME")]
    [InlineData("491701234567890")]
    public void Replace_WhenSenderIsPlain_IsGood(string? sender) =>
        Assert.NotNull(CarrierRouterRules.Replace(new CarrierRouterState(), 0, [Rule("a") with { Sender = sender }]).Next);

    /// <summary>Whatever comes in which order: an operator's table is taken as it is, each version is one more, and each route of the sandbox comes once.</summary>
    [Property]
    public void Seed_WhateverOperatorsDoInBetween_BringsEachRouteOnceAndLeavesTheirs(byte[] steps)
    {
        var table = new CarrierRouterState();
        var seeded = new HashSet<Channel>();
        foreach (var step in steps)
        {
            var before = table;
            if (step % 2 == 0)
            {
                RouteRule[] own = [.. new[] { Rule($"r{step % 7}"), Rule("sandbox-sms") }.Take(step % 3)];
                table = CarrierRouterRules.Replace(table, table.Version, own).Next!;
                Assert.Equal(own, table.Routes);
            }
            else
            {
                var channel = (Channel)(step / 2 % 2);
                var next = CarrierRouterRules.Seed(table, [new TestCarrier("sandbox", channel)]);
                Assert.Equal(seeded.Add(channel), next is not null);
                table = next ?? table;
                Assert.Equal(before.Routes, table.Routes.Take(before.Routes.Count));
            }

            Assert.Empty(CarrierRouterRules.Validate(table.Routes));
            Assert.Equal(before.Version + (ReferenceEquals(before, table) ? 0 : 1), table.Version);
        }
    }

    private static RouteRule Rule(string name) => new(RouteId.Parse(name), CarrierId.Parse("smpp"), ["*"], Channel.Sms, 500, false, true, null);
}
