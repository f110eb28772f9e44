using System.Collections.Concurrent;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Grains.Sending;

/// <inheritdoc cref="ISendPump"/>
internal sealed partial class SendPump : IHostedService, ISendPump, IDisposable
{
    private readonly ConcurrentDictionary<CarrierId, SendLane> _lanes = new();
    private readonly Lock _gate = new();
    private readonly PumpDoor _door = new();
    private readonly ICarrierClients _carriers;
    private readonly Func<ICarrierClient, SendLane> _newLane;
    private readonly AttemptReporter _reporter;
    private readonly ILogger<SendPump> _logger;
    private bool _running;

    public SendPump(
        ICarrierClients carriers,
        AttemptReporter reporter,
        RouteCatalog routes,
        IOptions<GrainsOptions> options,
        TimeProvider time,
        GrainsMetrics metrics,
        ILogger<SendPump> logger)
    {
        _carriers = carriers;
        _newLane = carrier => new SendLane(carrier, _door, reporter, routes, options.Value, time, metrics, logger);
        foreach (var carrier in carriers.All)
            _lanes[carrier.Id] = _newLane(carrier);

        _reporter = reporter;
        _logger = logger;
        metrics.ObserveQueues(() => _lanes.Values.Select(lane => (lane.Carrier, lane.Waiting)), options.Value.SendQueueCapacity);
    }

    /// <inheritdoc/>
    public bool IsClosed => _door.IsClosed;

    /// <inheritdoc/>
    public bool TryEnter(SendTurn turn) => _door.TryEnter(turn);

    /// <inheritdoc/>
    public void Leave() => _door.Leave();

    /// <inheritdoc/>
    public bool TryEnqueue(SendTicket ticket) => (_lanes.GetValueOrDefault(ticket.Route.Carrier) ?? LaneOfNewCarrier(ticket.Route.Carrier))?.TryEnqueue(ticket) ?? false;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _reporter.Start();
        lock (_gate)
        {
            _running = true;
            foreach (var lane in _lanes.Values)
                lane.Start();
        }

        LogStarted(_lanes.Count);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // The silo still hosts aliases, and other silos still call them: the lanes stay open until nobody is inside any more.
        await _door.CloseAsync(cancellationToken);
        lock (_gate)
            _running = false;

        var left = await Task.WhenAll(_lanes.Values.Select(lane => lane.StopAsync(cancellationToken)));
        await _reporter.StopAsync(cancellationToken);
        if (left.Sum() > 0)
            LogDropped(left.Sum());

        LogStopped();
    }

    // An egress silo brought a carrier that was not there when the pump was made.
    private SendLane? LaneOfNewCarrier(CarrierId id)
    {
        if (_carriers.Find(id) is not { } carrier)
            return null;

        lock (_gate)
        {
            if (_lanes.TryGetValue(id, out var lane) || !_running)
                return lane;

            lane = _newLane(carrier);
            lane.Start();
            return _lanes[id] = lane;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var lane in _lanes.Values)
            lane.Dispose();
    }
}
