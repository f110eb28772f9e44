using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.RouteTables;

namespace MaskedVerify.Grains.Tests.CarrierRouters;

public sealed class RoutePlanRulesTests
{
    private static readonly string[] Countries = ["*", "DE", "FR", "CN"];

    [Fact]
    public void Plan_WhenCountryIsExact_GoesBeforeAny() => Assert.Equal(
        ["exact", "any"], Plan([Rule("any") with { Priority = 1 }, Rule("exact") with { Countries = ["FR", "DE"], Priority = 900 }]));

    [Fact]
    public void Plan_WhenCarrierIsUnready_GoesLastAndAbsentNotAtAll() => Assert.Equal(
        ["ready", "unready"],
        Plan(
            [Rule("unready") with { Countries = ["DE"] }, Rule("ready"), Rule("absent") with { Countries = ["DE"] }],
            rule => rule.Route.Value switch { "ready" => CarrierReadiness.Ready, "unready" => CarrierReadiness.Unready, _ => CarrierReadiness.Absent }));

    [Fact]
    public void Plan_WhenSandbox_NeverMixesWithLive()
    {
        RouteRule[] rules = [Rule("live"), Rule("sandbox") with { IsSandbox = true }];

        Assert.Equal(["live"], Plan(rules));
        Assert.Equal(["sandbox"], Plan(rules, isLive: false));
    }

    /// <summary>
    /// Any plan: every route in it may serve, none that may is left out before a worse one, the order is the documented one, and the order of the table does not matter.
    /// </summary>
    [Property(MaxTest = 500)]
    public void Plan_WhenAnyTable_IsTheBestFiveInOrder(int seed)
    {
        var random = new Random(seed);
        var rules = Enumerable.Range(0, random.Next(0, 20)).Select(i => AnyRule(random, i)).ToArray();
        var states = rules.DistinctBy(r => r.Carrier).ToDictionary(r => r.Carrier, _ => (CarrierReadiness)random.Next(3));
        var query = new PlanQuery(Countries[random.Next(1, 4)], (Channel)random.Next(2), random.Next(2) == 0);

        var plan = RoutePlanRules.Plan(rules, query, r => states[r.Carrier]);

        var byName = rules.ToDictionary(r => r.Route);
        var expected = rules
            .Where(r => r.IsEnabled && r.IsSandbox == !query.IsLive && r.Channel == query.Channel && states[r.Carrier] != CarrierReadiness.Absent)
            .Where(r => r.Countries.Any(c => c == "*" || c == query.Country))
            .ToList();
        Assert.All(plan, p => Assert.Contains(byName[p.Route], expected));
        Assert.Equal(Math.Min(5, expected.Count), plan.Count);
        for (var i = 1; i < plan.Count; i++)
            Assert.True(Compare(byName[plan[i - 1].Route], byName[plan[i].Route]) < 0);

        Assert.All(expected.Where(r => plan.All(p => p.Route != r.Route)), left => Assert.True(Compare(byName[plan[^1].Route], left) < 0));
        random.Shuffle(rules);
        Assert.Equal(plan, RoutePlanRules.Plan(rules, query, r => states[r.Carrier]));

        int Compare(RouteRule left, RouteRule right) => Rank(left).CompareTo(Rank(right));
        (int, int, int, string) Rank(RouteRule rule) => (
            states[rule.Carrier] == CarrierReadiness.Ready ? 0 : 1, rule.Countries.Contains(query.Country) ? 0 : 1, rule.Priority, rule.Route.Value);
    }

    private static string[] Plan(RouteRule[] rules, Func<RouteRule, CarrierReadiness>? readiness = null, bool isLive = true) =>
        [.. RoutePlanRules.Plan(rules, new PlanQuery("DE", Channel.Sms, isLive), readiness ?? (_ => CarrierReadiness.Ready)).Select(p => p.Route.Value)];

    private static RouteRule Rule(string name) => new(RouteId.Parse(name), CarrierId.Parse("c-" + name), ["*"], Channel.Sms, 500, false, true, null);

    private static RouteRule AnyRule(Random random, int index) => new(
        RouteId.Parse($"r{index:00}"),
        CarrierId.Parse($"c{random.Next(5)}"),
        [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Countries[random.Next(Countries.Length)]).Distinct()],
        (Channel)random.Next(2),
        random.Next(3),
        random.Next(3) == 0,
        random.Next(5) > 0,
        random.Next(2) == 0 ? null : "ACME");
}
