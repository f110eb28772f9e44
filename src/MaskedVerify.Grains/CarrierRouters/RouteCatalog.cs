using System.Collections.Concurrent;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.Tenants;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.CarrierRouters;

/// <summary>This silo's copy of what the router has picked, and what it has counted for the router since the last poll.</summary>
internal sealed partial class RouteCatalog(IGrainFactory grains, TimeProvider time, IOptions<GrainsOptions> options, ILogger<RouteCatalog> logger) : PolledCopy(time, options.Value)
{
    /// <summary>Combinations counted between two polls; more are not counted.</summary>
    private const int MaxCounts = 10_000;

    private readonly ConcurrentDictionary<(RouteId Route, string Country, int Outcome), StrongBox> _counts = new();
    private readonly ICarrierRouterGrain _router = grains.GetGrain<ICarrierRouterGrain>(GrainKeys.CarrierRouter(options.Value.Region));
    private Copy _copy = new(0, new Dictionary<RouteQuestion, IReadOnlyList<RankedRoute>>(), []);

    /// <summary>Carriers that no enabled route leads to: what is sent does not leave over them.</summary>
    internal IReadOnlyList<CarrierId> WithoutRoute => Volatile.Read(ref _copy).WithoutRoute;

    /// <inheritdoc/>
    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    /// <summary>
    /// The routes that a verification tries, drawn by this silo's copy. The router is asked first when the copy is older than <see cref="PolledCopy.MaxAge"/> or knows no route.
    /// </summary>
    /// <param name="question">Where the message goes.</param>
    /// <param name="seed">The same for every plan of one verification.</param>
    /// <param name="failed">Routes that have failed in it.</param>
    /// <exception cref="StorageUnavailableException">The router was asked and did not answer.</exception>
    internal ValueTask<RoutePlan> PlanAsync(RouteQuestion question, ulong seed, IReadOnlyCollection<RouteId> failed) =>
        IsFresh && Find(question) is { Count: > 0 } routes ? ValueTask.FromResult(CarrierRouterRules.Draw(routes, seed, failed)) : PlanAfterPollAsync(question, seed, failed);

    /// <summary>Counts how a message ended, for the next poll; <paramref name="outcome"/> as in <see cref="RouteOutcomeCount"/>.</summary>
    internal void Count(RouteId route, string country, int outcome)
    {
        var key = (route, country, outcome);
        if (_counts.TryGetValue(key, out var count) || (_counts.Count < MaxCounts && (count = _counts.GetOrAdd(key, static _ => new StrongBox())) is not null))
            count.Add();
    }

    /// <inheritdoc/>
    protected override async Task PollAsync()
    {
        RouteOutcomeCount[] counted = [.. _counts.Select(c => new RouteOutcomeCount(c.Key.Route, c.Key.Country, c.Key.Outcome, c.Value.Take())).Where(c => c.Count > 0)];
        try
        {
            if (await _router.Exchange(_copy.Stamp, counted) is { } picks)
                Volatile.Write(ref _copy, new Copy(picks.Stamp, picks.Picks.ToDictionary(p => p.Question, p => p.Routes), picks.WithoutRoute));
        }
        catch
        {
            foreach (var count in counted)
                _counts[(count.Route, count.Country, count.Outcome)].Add(count.Count);

            throw;
        }
    }

    /// <inheritdoc/>
    protected override void OnPollFailed(string error) => LogPollFailed(error);

    /// <inheritdoc/>
    protected override void OnPolledAgain() => LogPolledAgain();

    private async ValueTask<RoutePlan> PlanAfterPollAsync(RouteQuestion question, ulong seed, IReadOnlyCollection<RouteId> failed)
    {
        // A route that an operator has just opened is used by the next start.
        await PollEarlyAsync(again: true, CancellationToken.None);
        return CarrierRouterRules.Draw(Find(question), seed, failed);
    }

    private IReadOnlyList<RankedRoute> Find(RouteQuestion question)
    {
        var picks = Volatile.Read(ref _copy).Picks;
        return picks.GetValueOrDefault(question) ?? picks.GetValueOrDefault(question with { Country = TenantPolicyRules.AnyCountry }) ?? [];
    }

    private sealed record Copy(long Stamp, IReadOnlyDictionary<RouteQuestion, IReadOnlyList<RankedRoute>> Picks, IReadOnlyList<CarrierId> WithoutRoute);

    private sealed class StrongBox
    {
        private long _value;

        internal void Add(long count = 1) => Interlocked.Add(ref _value, count);

        internal long Take() => Interlocked.Exchange(ref _value, 0);
    }
}
