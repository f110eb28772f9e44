using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.RouteTables;

/// <inheritdoc cref="IRouteTableGrain"/>
[GrainType("route-table")]
internal sealed partial class RouteTableGrain : IGrainBase, IRouteTableGrain
{
    /// <summary>Combinations of route, country and outcome that are counted apart; further ones wait for the next activation.</summary>
    private const int MaxCounts = 100_000;

    private readonly DurableState<RouteTableState> _state;
    private readonly TimeProvider _time;
    private readonly ILogger<RouteTableGrain> _logger;
    private readonly Dictionary<(RouteId Route, string Country, int Error), long> _counts = [];

    public RouteTableGrain(
        IGrainContext context,
        [PersistentState(StateNames.RouteTable, StateNames.ControlStorage)] IPersistentState<RouteTableState> state,
        TimeProvider time,
        ILogger<RouteTableGrain> logger)
    {
        GrainContext = context;
        _state = new DurableState<RouteTableState>(state, this);
        _time = time;
        _logger = logger;
    }

    /// <inheritdoc/>
    public IGrainContext GrainContext { get; }

    private RouteTableSnapshot Snapshot => new(_state.Value.Version, _state.Value.Routes);

    /// <inheritdoc/>
    public async Task<RouteTableSnapshot?> GetIfOther(long version)
    {
        await _state.ConfirmAsync(_time);
        return _state.Value.Version != version ? Snapshot : null;
    }

    /// <inheritdoc/>
    public async Task<RouteTableReply> Replace(long expectedVersion, IReadOnlyList<RouteRule> routes)
    {
        var outcome = RouteTableRules.Replace(_state.Value, expectedVersion, routes);
        if (outcome.Next is not null)
        {
            await _state.WriteAsync(outcome.Next);
            LogReplaced(outcome.Next.Version, outcome.Next.Routes.Count);
        }

        return new RouteTableReply(outcome.Next is not null, Snapshot, outcome.Errors, outcome.Conflict);
    }

    /// <inheritdoc/>
    public async Task Seed(IReadOnlyList<RouteRule> routes)
    {
        if (RouteTableRules.Seed(_state.Value, routes) is not { } next)
            return;

        await _state.WriteAsync(next);
        LogSeeded(next.Version, next.Routes.Count);
    }

    /// <inheritdoc/>
    public Task Report(IReadOnlyList<RouteOutcomeCount> counts)
    {
        foreach (var count in counts)
        {
            var key = (count.Route, count.Country, count.Error);
            if (_counts.TryGetValue(key, out var known))
                _counts[key] = known + count.Count;
            else if (_counts.Count < MaxCounts)
                _counts[key] = count.Count;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RouteOutcomeCount>> GetOutcomes() => Task.FromResult<IReadOnlyList<RouteOutcomeCount>>(
        _counts.Select(c => new RouteOutcomeCount(c.Key.Route, c.Key.Country, c.Key.Error, c.Value)).ToArray());
}
