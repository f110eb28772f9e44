using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;

namespace MaskedVerify.Grains.Tests.CarrierRouters;

public sealed class RouteHealthTests
{
    private static readonly RouteId s_route = RouteId.Parse("smpp-sms");

    [Fact]
    public void Weight_WhenMessagesFailOrCodesDoNotCome_Falls()
    {
        var health = new RouteHealth();
        Assert.Equal(1, health.Weight(s_route, "DE"));

        health.Add([Count(0, 90), Count(RouteOutcomeCount.Approved, 90)]);
        Assert.Equal(1, health.Weight(s_route, "DE"));
        health.Add([Count(7, 100)]);
        Assert.Equal(0.5, health.Weight(s_route, "DE"));
        health.Add([Count(0, 100)]);

        Assert.Equal(2.0 / 3 * 0.5, health.Weight(s_route, "DE"), 9);
        Assert.Equal(1, health.Weight(s_route, "FR"));
        Assert.Equal([(-1, 90L), (0, 190L), (7, 100L)], health.Totals.OrderBy(t => t.Outcome).Select(t => (t.Outcome, t.Count)));
    }

    [Fact]
    public void Weight_WhenTimeGoesBy_IsTrustedAgain()
    {
        var health = new RouteHealth();
        health.Add([Count(7, 90)]);
        Assert.Equal(0.1, health.Weight(s_route, "DE"), 9);

        health.Age(RouteHealth.HalfLife);
        Assert.Equal(10.0 / 55, health.Weight(s_route, "DE"), 9);
        health.Age(20 * RouteHealth.HalfLife);

        Assert.InRange(health.Weight(s_route, "DE"), 0.99, 1);
        Assert.Equal(90, Assert.Single(health.Totals).Count);
    }

    [Property]
    public void Weight_WhateverWasCounted_IsAboveZeroAndAtMostOne(byte[] outcomes)
    {
        var health = new RouteHealth();
        foreach (var outcome in outcomes)
        {
            health.Add([Count((outcome % 4) - 1, 1 + outcome)]);
            health.Age(TimeSpan.FromSeconds(outcome % 90));
            Assert.InRange(health.Weight(s_route, "DE"), double.Epsilon, 1);
        }

        Assert.Equal(outcomes.Sum(o => 1L + o), health.Totals.Sum(t => t.Count));
    }

    private static RouteOutcomeCount Count(int outcome, long count) => new(s_route, "DE", outcome, count);
}
