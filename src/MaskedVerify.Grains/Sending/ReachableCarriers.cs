using System.Collections.Concurrent;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Doors;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Sending;

/// <summary>
/// The carriers that a vault silo can use: those of its own process and those that egress silos have. A carrier that was seen once stays in the list (not ready while
/// nobody has it), so places in the list keep their meaning.
/// </summary>
internal sealed partial class ReachableCarriers : ICarrierClients, ICarrierOverview
{
    private readonly EgressDirectory _directory;
    private readonly EgressDoors _doors;
    private readonly TimeProvider _time;
    private readonly ILogger<ReachableCarriers> _logger;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<CarrierId, ICarrierClient> _byId = new();
    private IReadOnlyList<ICarrierClient> _all;

    public ReachableCarriers(ICarrierClients own, EgressDirectory directory, EgressDoors doors, TimeProvider time, ILogger<ReachableCarriers> logger)
    {
        _directory = directory;
        _doors = doors;
        _time = time;
        _logger = logger;

        // What has no connection, the sandbox, is everywhere and needs no other silo.
        _all = [.. own.All.Select(c => c is ICarrierSession ? new RoutedCarrier(c.Id, c.Channels, c, directory, doors, time) : c)];
        foreach (var carrier in _all)
            _byId[carrier.Id] = carrier;

        directory.Seen = Add;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ICarrierClient> All => Volatile.Read(ref _all);

    /// <inheritdoc/>
    public ICarrierClient? Find(CarrierId id) => _byId.GetValueOrDefault(id);

    /// <inheritdoc/>
    public IReadOnlyList<CarrierOverview> Look() => [.. All.Select(c => new CarrierOverview(c.Id, [.. c.Channels.Order()], c.IsReady, TextOf(c)))];

    /// <summary>One sentence about a carrier for readiness and status.</summary>
    internal static string TextOf(ICarrierClient carrier) => carrier switch
    {
        RoutedCarrier routed => routed.StatusText,
        ICarrierSession session => session.StatusText,
        _ => carrier.IsReady ? "ready" : "not ready",
    };

    private void Add(IReadOnlyCollection<EgressCarrier> seen)
    {
        foreach (var carrier in seen)
        {
            if (_byId.ContainsKey(carrier.Carrier))
                continue;

            lock (_gate)
            {
                var routed = new RoutedCarrier(carrier.Carrier, carrier.Channels.ToHashSet(), null, _directory, _doors, _time);
                if (_byId.TryAdd(carrier.Carrier, routed))
                {
                    Volatile.Write(ref _all, [.. _all, routed]);
                    LogFound(carrier.Carrier);
                }
            }
        }
    }

    [LoggerMessage(EventIds.CarrierFound, LogLevel.Information, "Carrier {Carrier} is served by an egress silo.")]
    private partial void LogFound(CarrierId carrier);
}
