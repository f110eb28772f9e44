using MaskedVerify.Grains.RouteTables;
using MaskedVerify.Grains.Tenants;

namespace MaskedVerify.Grains.CarrierRouters;

/// <summary>Picks the ordered plan. Pure.</summary>
internal static class RoutePlanRules
{
    /// <summary>Longest plan.</summary>
    internal const int MaxRoutes = 5;

    /// <summary>
    /// Enabled routes of the asked side (sandbox or live), channel and country whose carrier exists here and serves the channel: ready carriers first, then an
    /// exact country before <c>*</c>, then the smaller priority, then the name (so that every silo gives the same plan).
    /// </summary>
    internal static IReadOnlyList<PlannedRoute> Plan(IReadOnlyList<RouteRule> rules, PlanQuery query, Func<RouteRule, CarrierReadiness> readiness) =>
        rules
            .Where(r => r.IsEnabled && r.IsSandbox != query.IsLive && r.Channel == query.Channel && Serves(r, query.Country))
            .Select(r => (Rule: r, Readiness: readiness(r)))
            .Where(r => r.Readiness != CarrierReadiness.Absent)
            .OrderBy(r => r.Readiness == CarrierReadiness.Ready ? 0 : 1)
            .ThenBy(r => IsExact(r.Rule, query.Country) ? 0 : 1)
            .ThenBy(r => r.Rule.Priority)
            .ThenBy(r => r.Rule.Route.Value, StringComparer.Ordinal)
            .Take(MaxRoutes)
            .Select(r => new PlannedRoute(r.Rule.Route, r.Rule.Carrier, r.Rule.Sender))
            .ToArray();

    private static bool Serves(RouteRule rule, string country) => IsExact(rule, country) || rule.Countries.Contains(TenantPolicyRules.AnyCountry);

    private static bool IsExact(RouteRule rule, string country) => rule.Countries.Contains(country);
}

/// <summary>What a silo knows of the carrier of a route.</summary>
internal enum CarrierReadiness
{
    /// <summary>Not configured here, or without this channel.</summary>
    Absent,

    /// <summary>Configured, but a submit has no chance now.</summary>
    Unready,

    /// <summary>A submit has a chance.</summary>
    Ready,
}
