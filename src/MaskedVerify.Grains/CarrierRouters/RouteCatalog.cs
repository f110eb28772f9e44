using System.Collections.Concurrent;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Plumbing;
using MaskedVerify.Grains.RouteTables;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.CarrierRouters;

/// <summary>
/// This silo's copy of the route table, polled in the background, and the outcomes it has counted since the last report. Shared by all workers of the router, so
/// that none of them has a memory of its own.
/// </summary>
internal sealed partial class RouteCatalog(
    IGrainFactory grains, ICarrierClients carriers, TimeProvider time, IOptions<GrainsOptions> options, ILogger<RouteCatalog> logger) : BackgroundService
{
    /// <summary>Combinations counted between two reports; more are not counted.</summary>
    private const int MaxCounts = 10_000;

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly GrainsOptions _options = options.Value;
    private readonly ConcurrentDictionary<(RouteId Route, string Country, int Error), StrongBox> _counts = new();
    private Copy _copy = new(new RouteTableSnapshot(0, []));
    private int _seeded;

    private IRouteTableGrain Table => grains.GetGrain<IRouteTableGrain>(GrainKeys.RouteTable(_options.Region));

    /// <summary>The plan for a message, from this silo's copy.</summary>
    internal RoutePlan Plan(PlanQuery query)
    {
        var copy = Volatile.Read(ref _copy);
        var ready = ReadyMask();
        var known = carriers.All.Count;
        if (copy.Plans.TryGetValue((query, ready, known), out var plan))
            return plan;

        plan = new RoutePlan(copy.Table.Version, RoutePlanRules.Plan(copy.Table.Routes, query, rule => Readiness(rule, ready)));
        if (copy.Plans.Count < MaxCounts)
            copy.Plans.TryAdd((query, ready, known), plan);

        return plan;
    }

    /// <summary>Carriers that no enabled route leads to: what is sent does not leave over them.</summary>
    internal IReadOnlyList<CarrierId> WithoutRoute()
    {
        var routes = Volatile.Read(ref _copy).Table.Routes;
        return [.. carriers.All.Select(c => c.Id).Where(id => !routes.Any(r => r.IsEnabled && r.Carrier == id))];
    }

    /// <summary>Counts an outcome for the next report.</summary>
    internal void Count(RouteId route, string country, int error)
    {
        var key = (route, country, error);
        if (_counts.TryGetValue(key, out var count) || (_counts.Count < MaxCounts && (count = _counts.GetOrAdd(key, static _ => new StrongBox())) is not null))
            count.Add();
    }

    /// <summary>Ends with the first successful poll: a silo that just joined has grains before it has routes, and nobody is told "no route" meanwhile.</summary>
    internal Task Loaded => _loaded.Task;

    /// <summary>Polls the table once.</summary>
    internal async Task PollAsync(CancellationToken cancellationToken)
    {
        if (await Table.GetIfOther(_copy.Table.Version).WaitAsync(cancellationToken) is { } newer)
            Volatile.Write(ref _copy, new Copy(newer));

        _loaded.TrySetResult();
    }

    /// <summary>Reports what was counted since the last time; what cannot be reported is counted on.</summary>
    internal async Task ReportAsync()
    {
        var counts = _counts.Select(c => new RouteOutcomeCount(c.Key.Route, c.Key.Country, c.Key.Error, c.Value.Take())).Where(c => c.Count > 0).ToArray();
        if (counts.Length == 0)
            return;

        try
        {
            await Table.Report(counts);
        }
        catch
        {
            foreach (var count in counts)
                _counts[(count.Route, count.Country, count.Error)].Add(count.Count);

            throw;
        }
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Patience.RetryAsync(SeedAndPollAsync, _options.StartupTimeout, time, LogPollFailed, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var polledAt = time.GetTimestamp();
        using var timer = new PeriodicTimer(ReportInterval, time);
        var rounds = new RepeatedWork(LogPollFailed);
        while (await Patience.NextTickAsync(timer, stoppingToken))
            await rounds.TryAsync(ReportAndPollAsync, stoppingToken);

        async Task ReportAndPollAsync(CancellationToken cancellationToken)
        {
            await ReportAsync();
            if (carriers.All.Count != _seeded)
                await SeedAndPollAsync(cancellationToken);
            else if (time.GetElapsedTime(polledAt) >= _options.SnapshotPollInterval)
            {
                polledAt = time.GetTimestamp();
                await PollAsync(cancellationToken);
            }
        }
    }

    private async Task SeedAndPollAsync(CancellationToken cancellationToken)
    {
        var all = carriers.All;
        await Table.Seed(RouteSeeds.For(all)).WaitAsync(cancellationToken);
        _seeded = all.Count;
        await PollAsync(cancellationToken);
        foreach (var carrier in WithoutRoute())
            LogWithoutRoute(carrier);
    }

    /// <summary>One bit a carrier, in the order of <see cref="ICarrierClients.All"/>; carriers beyond the 64th always count as ready.</summary>
    private ulong ReadyMask()
    {
        var mask = 0ul;
        for (var i = 0; i < carriers.All.Count && i < 64; i++)
        {
            if (carriers.All[i].IsReady)
                mask |= 1ul << i;
        }

        return mask;
    }

    private CarrierReadiness Readiness(RouteRule rule, ulong ready)
    {
        for (var i = 0; i < carriers.All.Count; i++)
        {
            var carrier = carriers.All[i];
            if (carrier.Id != rule.Carrier || !carrier.Channels.Contains(rule.Channel))
                continue;

            return i >= 64 || (ready & (1ul << i)) != 0 ? CarrierReadiness.Ready : CarrierReadiness.Unready;
        }

        return CarrierReadiness.Absent;
    }

    /// <summary>One version of the table with the plans made from it.</summary>
    private sealed class Copy(RouteTableSnapshot table)
    {
        internal RouteTableSnapshot Table => table;

        internal ConcurrentDictionary<(PlanQuery Query, ulong Ready, int Known), RoutePlan> Plans { get; } = new();
    }

    private sealed class StrongBox
    {
        private long _value;

        internal void Add(long count = 1) => Interlocked.Add(ref _value, count);

        internal long Take() => Interlocked.Exchange(ref _value, 0);
    }
}
