using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.CarrierRouters;

/// <summary>Ranking the routes, and drawing one verification's lot among them.</summary>
internal static partial class CarrierRouterRules
{
    /// <summary>Most routes of a pick, so that a table of any size can be published.</summary>
    internal const int LongestPick = 5;

    /// <summary>
    /// For every question that the rules can tell apart, the enabled routes of that side (sandbox or live), channel and country whose carrier exists and serves the channel.
    /// Ranks: ready carriers first, then an exact country before <c>*</c>, then the smaller priority. Within a rank shares follow <paramref name="weight"/>. The order of the rules
    /// does not matter.
    /// </summary>
    /// <param name="rules">The table.</param>
    /// <param name="readiness">What is known of the carrier of a route.</param>
    /// <param name="seen">Countries that messages went to: they have a pick, and so shares, of their own even when only <c>*</c> leads there.</param>
    /// <param name="weight">How well a route does in a country, above 0.</param>
    internal static IReadOnlyList<RoutePick> Picks(
        IReadOnlyList<RouteRule> rules, Func<RouteRule, CarrierReadiness> readiness, IReadOnlyCollection<string> seen, Func<RouteId, string, double> weight) =>
        [.. from candidate in rules.Where(r => r.IsEnabled).Select(r => new Candidate(r, readiness(r), new PlannedRoute(r.Route, r.Carrier, r.Sender)))
            where candidate.Readiness != CarrierReadiness.Absent
            group candidate by (IsLive: !candidate.Rule.IsSandbox, candidate.Rule.Channel) into side
            from country in side.SelectMany(c => c.Rule.Countries).Concat(seen).Distinct().Order(StringComparer.Ordinal)
            let routes = Rank([.. side], country, weight)
            where routes.Count > 0
            select new RoutePick(new RouteQuestion(side.Key.IsLive, country, side.Key.Channel), routes)];

    /// <summary>
    /// The order in which a verification tries the routes: by rank, within a rank by lot, where each comes first as often as its share says. One seed gives one order on every silo, and a
    /// route that comes or goes leaves the order of the others. What has failed is left out, unless everything has.
    /// </summary>
    internal static RoutePlan Draw(IReadOnlyList<RankedRoute> routes, ulong seed, IReadOnlyCollection<RouteId> failed)
    {
        var left = routes.Where(r => !failed.Contains(r.Route.Route)).ToArray();
        return new RoutePlan([.. (left.Length > 0 ? left : routes).OrderBy(r => r.Rank).ThenBy(r => Lot(r, seed)).Select(r => r.Route)]);
    }

    private static List<RankedRoute> Rank(Candidate[] side, string country, Func<RouteId, string, double> weight)
    {
        var ranked = new List<RankedRoute>();
        var ranks = side.Where(c => IsExact(c.Rule, country) || c.Rule.Countries.Contains(TenantPolicyRules.AnyCountry))
            .GroupBy(c => (c.Readiness == CarrierReadiness.Unready, !IsExact(c.Rule, country), c.Rule.Priority))
            .OrderBy(g => g.Key);
        foreach (var (rank, routes) in ranks.Index())
        {
            var best = routes.Select(c => (c.Route, Weight: weight(c.Route.Route, country)))
                .OrderByDescending(c => c.Weight).ThenBy(c => c.Route.Route.Value, StringComparer.Ordinal).Take(LongestPick - ranked.Count).ToArray();
            var whole = best.Sum(c => c.Weight);
            ranked.AddRange(best.Select(c => new RankedRoute(c.Route, rank, Math.Max(1, (int)Math.Round(100 * c.Weight / whole)))));
        }

        return ranked;
    }

    private static bool IsExact(RouteRule rule, string country) => rule.Countries.Contains(country);

    /// <summary>Exponentially distributed with the share as its rate: the smallest of several belongs to each as often as its share says.</summary>
    private static double Lot(RankedRoute route, ulong seed)
    {
        // FNV-1a of the name, then the finisher of SplitMix64: a name's last character and a seed's last bit must move everything.
        var hash = route.Route.Route.Value.Aggregate(14695981039346656037UL ^ seed, (h, c) => (h ^ c) * 1099511628211UL);
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        hash ^= hash >> 31;
        return -Math.Log(((hash >> 11) + 1) * (1.0 / (1UL << 53))) / route.Share;
    }

    private sealed record Candidate(RouteRule Rule, CarrierReadiness Readiness, PlannedRoute Route);
}

/// <summary>What is known of the carrier of a route.</summary>
internal enum CarrierReadiness
{
    /// <summary>Not configured, or without this channel.</summary>
    Absent,

    /// <summary>Configured, but a submit has no chance now.</summary>
    Unready,

    /// <summary>A submit has a chance.</summary>
    Ready,
}
