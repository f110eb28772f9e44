using MaskedVerify.Domain;

namespace MaskedVerify.Grains.CarrierRouters;

/// <summary>How the messages of each route ended, by country: in all, and lately. In memory only: a new activation begins to learn anew.</summary>
internal sealed class RouteHealth
{
    /// <summary>Pairs of route and country that are told apart; further ones count as routes of which nothing is known.</summary>
    private const int MostPairs = 100_000;

    /// <summary>Good messages that a route is credited with, so that few bad ones do not yet condemn it.</summary>
    private const double Credit = 10;

    /// <summary>After it a message counts half: what has failed is trusted again within minutes.</summary>
    internal static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(RouteId Route, string Country), Tally> _tallies = [];

    /// <summary>Countries that messages went to.</summary>
    internal IReadOnlyCollection<string> Countries => [.. _tallies.Keys.Select(k => k.Country).Distinct()];

    /// <summary>All that was counted, in no order.</summary>
    internal IReadOnlyList<RouteOutcomeCount> Totals =>
        [.. from tally in _tallies from total in tally.Value.Totals select new RouteOutcomeCount(tally.Key.Route, tally.Key.Country, total.Key, total.Value)];

    internal void Add(IReadOnlyList<RouteOutcomeCount> counts)
    {
        foreach (var count in counts)
        {
            var key = (count.Route, count.Country);
            if (!_tallies.TryGetValue(key, out var tally) && _tallies.Count < MostPairs)
                _tallies[key] = tally = new Tally();

            tally?.Add(count.Outcome, count.Count);
        }
    }

    /// <summary>Lets what was counted grow older.</summary>
    internal void Age(TimeSpan by)
    {
        var factor = Math.Pow(0.5, by / HalfLife);
        foreach (var tally in _tallies.Values)
            tally.Fade(factor);
    }

    /// <summary>
    /// How well a route does in a country lately, above 0, at most 1: the part of its messages that the carrier accepted, times the part of those whose code was right. 1 while
    /// nothing is known.
    /// </summary>
    internal double Weight(RouteId route, string country) => _tallies.GetValueOrDefault((route, country))?.Weight ?? 1;

    private sealed class Tally
    {
        private double _submitted;
        private double _accepted;
        private double _approved;

        internal Dictionary<int, long> Totals { get; } = [];

        internal double Weight => Part(_accepted, _submitted) * Part(_approved, _accepted);

        internal void Add(int outcome, long count)
        {
            Totals[outcome] = Totals.GetValueOrDefault(outcome) + count;
            if (outcome == RouteOutcomeCount.Approved)
            {
                _approved += count;
                return;
            }

            _submitted += count;
            _accepted += outcome == 0 ? count : 0;
        }

        internal void Fade(double factor)
        {
            _submitted *= factor;
            _accepted *= factor;
            _approved *= factor;
        }

        // An approval may outlive what it belongs to.
        private static double Part(double good, double all) => Math.Min(1, (good + Credit) / (all + Credit));
    }
}
