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
    private readonly Dictionary<CarrierId, SendLane> _lanes;
    private readonly AttemptReporter _reporter;
    private readonly ILogger<SendPump> _logger;

    public SendPump(
        ICarrierClients carriers,
        AttemptReporter reporter,
        RouteCatalog routes,
        IOptions<GrainsOptions> options,
        TimeProvider time,
        GrainsMetrics metrics,
        ILogger<SendPump> logger)
    {
        _lanes = carriers.All.ToDictionary(c => c.Id, c => new SendLane(c, reporter, routes, options.Value, time, metrics, logger));
        _reporter = reporter;
        _logger = logger;
        metrics.ObserveQueues(() => _lanes.Values.Select(lane => (lane.Carrier, lane.Waiting)));
    }

    /// <inheritdoc/>
    public bool TryEnqueue(SendTicket ticket) => _lanes.TryGetValue(ticket.Route.Carrier, out var lane) && lane.TryEnqueue(ticket);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _reporter.Start();
        foreach (var lane in _lanes.Values)
            lane.Start();

        LogStarted(_lanes.Count);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var left = await Task.WhenAll(_lanes.Values.Select(lane => lane.StopAsync(cancellationToken)));
        await _reporter.StopAsync(cancellationToken);
        if (left.Sum() > 0)
            LogDropped(left.Sum());

        LogStopped();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var lane in _lanes.Values)
            lane.Dispose();
    }
}
