using FsCheck.Xunit;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;

namespace MaskedVerify.Grains.Tests.CarrierRouters;

public sealed class CarrierRouterRulesPicksTests
{
    private static readonly string[] Countries = ["*", "DE", "FR", "CN"];

    [Fact]
    public void Picks_WhenCountryIsExact_GoesBeforeAny() => Assert.Equal(
        ["exact 0", "any 1"], Pick([Rule("any") with { Priority = 1 }, Rule("exact") with { Countries = ["FR", "DE"], Priority = 900 }]));

    [Fact]
    public void Picks_WhenCarrierIsUnready_GoesLastAndAbsentNotAtAll() => Assert.Equal(
        ["ready 0", "unready 1"],
        Pick(
            [Rule("unready") with { Countries = ["DE"] }, Rule("ready"), Rule("absent") with { Countries = ["DE"] }],
            rule => rule.Route.Value switch { "ready" => CarrierReadiness.Ready, "unready" => CarrierReadiness.Unready, _ => CarrierReadiness.Absent }));

    [Fact]
    public void Picks_WhenSandbox_NeverMixesWithLive()
    {
        RouteRule[] rules = [Rule("live"), Rule("sandbox") with { IsSandbox = true }];

        Assert.Equal(["live 0"], Pick(rules));
        Assert.Equal(["sandbox 0"], Pick(rules, isLive: false));
    }

    [Fact]
    public void Picks_WhenRoutesHaveOneRank_ShareByWeight()
    {
        var pick = Assert.Single(CarrierRouterRules.Picks([Rule("bad"), Rule("good")], _ => CarrierReadiness.Ready, ["DE"], (r, country) => country == "DE" && r.Value == "bad" ? 0.25 : 1), p => p.Question.Country == "DE");

        Assert.Equal([("good", 0, 80), ("bad", 0, 20)], pick.Routes.Select(r => (r.Route.Route.Value, r.Rank, r.Share)));
    }

    /// <summary>
    /// Any table: every route of a pick may serve, none that may is left out before a worse one, the order is the documented one, and the order of the table does not matter.
    /// </summary>
    [Property(MaxTest = 500)]
    public void Picks_WhenAnyTable_AreTheBestFiveInOrder(int seed)
    {
        var random = new Random(seed);
        var rules = Enumerable.Range(0, random.Next(0, 20)).Select(i => AnyRule(random, i)).ToArray();
        var states = rules.DistinctBy(r => r.Carrier).ToDictionary(r => r.Carrier, _ => (CarrierReadiness)random.Next(3));
        var weights = rules.ToDictionary(r => r.Route, _ => random.Next(1, 4) / 4.0);
        var question = new RouteQuestion(random.Next(2) == 0, Countries[random.Next(1, 4)], (Channel)random.Next(2));

        var routes = Routes();

        var byName = rules.ToDictionary(r => r.Route);
        var expected = rules
            .Where(r => r.IsEnabled && r.IsSandbox == !question.IsLive && r.Channel == question.Channel && states[r.Carrier] != CarrierReadiness.Absent)
            .Where(r => r.Countries.Any(c => c == "*" || c == question.Country))
            .OrderBy(Rank).ThenByDescending(r => weights[r.Route]).ThenBy(r => r.Route.Value, StringComparer.Ordinal)
            .Select(r => new PlannedRoute(r.Route, r.Carrier, r.Sender));
        Assert.Equal(expected.Take(5), routes.Select(r => r.Route));
        Assert.All(routes.Zip(routes.Skip(1)), pair => Assert.Equal(
            pair.Second.Rank - pair.First.Rank, Rank(byName[pair.First.Route.Route]) == Rank(byName[pair.Second.Route.Route]) ? 0 : 1));
        Assert.All(routes.GroupBy(r => r.Rank), rank => Assert.InRange(rank.Sum(r => r.Share), 97, 103));
        random.Shuffle(rules);
        Assert.Equal(routes, Routes());

        IReadOnlyList<RankedRoute> Routes() =>
            CarrierRouterRules.Picks(rules, r => states[r.Carrier], Countries[1..], (route, _) => weights[route]).SingleOrDefault(p => p.Question == question)?.Routes ?? [];
        (int, int, int) Rank(RouteRule rule) => (states[rule.Carrier] == CarrierReadiness.Ready ? 0 : 1, rule.Countries.Contains(question.Country) ? 0 : 1, rule.Priority);
    }

    /// <summary>Any pick and verification: one seed gives one order, ranks stay, what failed is left out, and leaving it out moves nothing else.</summary>
    [Property]
    public void Draw_WhateverFailed_KeepsTheOrderOfTheOthers(ulong seed, byte failures)
    {
        RankedRoute[] routes = [Ranked("a", 0, 50), Ranked("b", 0, 30), Ranked("c", 0, 20), Ranked("d", 1, 50), Ranked("e", 1, 50)];
        RouteId[] failed = [.. routes.Where((_, i) => (failures >> i & 1) == 1).Select(r => r.Route.Route)];

        var all = CarrierRouterRules.Draw(routes, seed, []).Routes;
        var left = CarrierRouterRules.Draw(routes, seed, failed).Routes;

        Assert.Equal(["d", "e"], all.Skip(3).Select(r => r.Route.Value).Order());
        Assert.Equal(failed.Length == 5 ? all : all.Where(r => !failed.Contains(r.Route)), left);
    }

    [Fact]
    public void Draw_WhenManyVerificationsDraw_ComesFirstAsOftenAsTheShareSays()
    {
        const int Draws = 20_000;
        RankedRoute[] routes = [Ranked("a", 0, 60), Ranked("b", 0, 30), Ranked("c", 0, 10)];

        var first = Enumerable.Range(0, Draws).CountBy(i => CarrierRouterRules.Draw(routes, (ulong)i, []).Routes[0].Route.Value).ToDictionary();

        Assert.All(routes, r => Assert.InRange(100.0 * first[r.Route.Route.Value] / Draws, r.Share - 2, r.Share + 2));
    }

    private static RankedRoute Ranked(string name, int rank, int share) => new(new PlannedRoute(RouteId.Parse(name), CarrierId.Parse("c"), null), rank, share);

    private static string[] Pick(RouteRule[] rules, Func<RouteRule, CarrierReadiness>? readiness = null, bool isLive = true) =>
        [.. from pick in CarrierRouterRules.Picks(rules, readiness ?? (_ => CarrierReadiness.Ready), ["DE"], (_, _) => 1)
            where pick.Question == new RouteQuestion(isLive, "DE", Channel.Sms)
            from route in pick.Routes
            select $"{route.Route.Route} {route.Rank}"];

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
