using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.Sending;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.CarrierRouters;

/// <inheritdoc cref="ICarrierRouterGrain"/>
[GrainType("carrier-router")]
internal sealed partial class CarrierRouterGrain : IGrainBase, ICarrierRouterGrain
{
    /// <summary>Oldest picks that are handed out again.</summary>
    private static readonly TimeSpan PickEvery = TimeSpan.FromSeconds(1);

    private readonly DurableState<CarrierRouterState> _state;
    private readonly ReachableCarriers _carriers;
    private readonly EgressDirectory _egress;
    private readonly TimeProvider _time;
    private readonly ILogger<CarrierRouterGrain> _logger;
    private readonly RouteHealth _health = new();
    private RoutePicks _picks = new(0, [], []);
    private (long Version, IReadOnlyList<(CarrierId, bool)> Carriers) _pickedFor = (-1, []);
    private long _pickedAt;

    public CarrierRouterGrain(
        IGrainContext context,
        [PersistentState(StateNames.CarrierRouter, StateNames.ControlStorage)] IPersistentState<CarrierRouterState> state,
        ReachableCarriers carriers,
        EgressDirectory egress,
        TimeProvider time,
        ILogger<CarrierRouterGrain> logger)
    {
        GrainContext = context;
        _state = new DurableState<CarrierRouterState>(state, this);
        _carriers = carriers;
        _egress = egress;
        _time = time;
        _logger = logger;
    }

    /// <inheritdoc/>
    public IGrainContext GrainContext { get; }

    private RouteTable Table => new(_state.Value.Version, _state.Value.Routes, _health.Totals);

    /// <summary>Before the first look at the egress silos a route over them would seem to lead nowhere.</summary>
    public Task OnActivateAsync(CancellationToken cancellationToken) => _egress.Looked.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<RoutePicks?> Exchange(long stamp, IReadOnlyList<RouteOutcomeCount> counted)
    {
        await ConfirmAsync();
        _health.Add(counted);
        Pick();
        return _picks.Stamp == stamp ? null : _picks;
    }

    /// <inheritdoc/>
    public async Task<RouteTable> GetTable()
    {
        await ConfirmAsync();
        return Table;
    }

    /// <inheritdoc/>
    public async Task<RouteTableReply> Replace(long expectedVersion, IReadOnlyList<RouteRule> routes)
    {
        var outcome = CarrierRouterRules.Replace(_state.Value, expectedVersion, routes);
        if (outcome.Next is not null)
        {
            await _state.WriteAsync(outcome.Next);
            LogReplaced(outcome.Next.Version, outcome.Next.Routes.Count);
        }

        return new RouteTableReply(outcome.Next is not null, Table, outcome.Errors, outcome.Conflict);
    }

    /// <summary>The row as it is in the store, with the routes that are there without a step.</summary>
    private async Task ConfirmAsync()
    {
        await _state.ConfirmAsync(_time);
        if (CarrierRouterRules.Seed(_state.Value, _carriers.All) is not { } next)
            return;

        await _state.WriteAsync(next);
        LogSeeded(next.Version, next.Routes.Count);
    }

    private void Pick()
    {
        var carriers = _carriers.All;
        var ready = carriers.Select(c => (c.Id, c.IsReady)).ToArray();
        var since = _time.GetElapsedTime(_pickedAt);
        var isSame = _pickedFor.Version == _state.Value.Version && _pickedFor.Carriers.SequenceEqual(ready);
        if (isSame && since < PickEvery)
            return;

        _pickedAt = _time.GetTimestamp();
        _pickedFor = (_state.Value.Version, ready);
        _health.Age(since);
        var rules = _state.Value.Routes;
        var picks = CarrierRouterRules.Picks(rules, Readiness, _health.Countries, _health.Weight);
        if (isSame && Flat(picks).SequenceEqual(Flat(_picks.Picks)))
            return;

        CarrierId[] without = [.. carriers.Select(c => c.Id).Where(id => !rules.Any(r => r.IsEnabled && r.Carrier == id))];
        foreach (var carrier in without.Except(_picks.WithoutRoute))
            LogWithoutRoute(carrier);

        _picks = new RoutePicks(BitConverter.ToInt64(SecureRandom.GetBytes(sizeof(long))), picks, without);

        CarrierReadiness Readiness(RouteRule rule) => carriers.FirstOrDefault(c => c.Id == rule.Carrier && c.Channels.Contains(rule.Channel)) switch
        {
            null => CarrierReadiness.Absent,
            var carrier => ready.Contains((carrier.Id, true)) ? CarrierReadiness.Ready : CarrierReadiness.Unready,
        };
    }

    private static IEnumerable<(RouteQuestion, RankedRoute)> Flat(IReadOnlyList<RoutePick> picks) => picks.SelectMany(p => p.Routes, (p, route) => (p.Question, route));
}
