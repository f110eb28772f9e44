using System.Diagnostics;
using System.Threading.Channels;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Plumbing;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Sending;

/// <summary>Queue and workers of one carrier: a slow carrier fills its own lane and nobody else's.</summary>
internal sealed partial class SendLane(
    ICarrierClient carrier,
    PumpDoor door,
    AttemptReporter reporter,
    RouteCatalog routes,
    GrainsOptions options,
    TimeProvider time,
    GrainsMetrics metrics,
    ILogger logger)
    : IDisposable
{
    private readonly System.Threading.Channels.Channel<SendTicket> _queue = System.Threading.Channels.Channel.CreateBounded<SendTicket>(
        new BoundedChannelOptions(options.SendQueueCapacity) { FullMode = BoundedChannelFullMode.Wait });

    private readonly CancellationTokenSource _abort = new();
    private Task _workers = Task.CompletedTask;

    /// <summary>Tickets that wait.</summary>
    internal int Waiting => _queue.Reader.Count;

    /// <summary>Its carrier.</summary>
    internal CarrierId Carrier => carrier.Id;

    internal void Start() => _workers = Task.WhenAll(Enumerable.Range(0, options.SendWorkers).Select(_ => Task.Run(WorkAsync)));

    /// <summary>Takes a ticket, which is inside the pump until its result was told.</summary>
    internal bool TryEnqueue(SendTicket ticket)
    {
        if (!door.TryEnter(SendTurn.Step))
            return false;

        if (_queue.Writer.TryWrite(ticket))
            return true;

        door.Leave();
        return false;
    }

    /// <summary>Takes no more, sends what waits and is still young enough, and ends; when cancelled, gives up what is under way and returns how many tickets were left.</summary>
    internal async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        using var registration = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _abort);
        await _workers;
        return _queue.Reader.Count;
    }

    /// <inheritdoc/>
    public void Dispose() => _abort.Dispose();

    private async Task WorkAsync()
    {
        try
        {
            // What is left in the queue when the host does not wait any longer becomes unknown by its due step.
            await foreach (var ticket in _queue.Reader.ReadSharedAsync(_abort.Token))
            {
                try
                {
                    await CarryAsync(ticket);
                }
                finally
                {
                    door.Leave();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Aborted while it waited.
        }
    }

    private async Task CarryAsync(SendTicket ticket)
    {
        // The lane's own loop has no trace: the ticket brings that of the turn which claimed the attempt.
        using var span = SendTracing.Source.StartActivity("send", ActivityKind.Internal, ticket.Trace);
        var result = await SubmitAsync(ticket);
        while (SendRules.WaitsForConnection(result.Error, carrier.IsReady, ticket.IsLastRoute, time.GetElapsedTime(ticket.ClaimedTimestamp)) && !_abort.IsCancellationRequested)
        {
            await Task.Delay(SendRules.ConnectionPause, time);
            result = await SubmitAsync(ticket);
        }

        metrics.Submitted(carrier.Id, result.Error);
        routes.Count(ticket.Route.Route, ticket.Number.Describe().Country, (int)result.Error);
        var report = new AttemptReport(
            ticket.Verification, ticket.Attempt, carrier.Id, (int)result.Error, result.MessageId, result.Segments, result.SubmittedAt ?? default)
        {
            ClaimedAt = ticket.ClaimedAt,
        };
        if (SendRules.PauseAfterThrottle(result.Error, result.RetryAfter, ticket.IsLastRoute, time.GetElapsedTime(ticket.ClaimedTimestamp)) is not { } pause)
            await reporter.ReportAsync(ticket.Verification, report);
        else if (door.TryEnter(SendTurn.Step))
            _ = ReportLaterAsync(ticket.Verification, report, pause);
        else
            await reporter.ReportAsync(ticket.Verification, report);
    }

    // Aside: a worker that waited would hold up tickets that may be young no more after it. As many wait as the carrier throttles within a pause.
    private async Task ReportLaterAsync(VerificationId verification, AttemptReport report, TimeSpan pause)
    {
        try
        {
            await Patience.PauseAsync(pause, time, _abort.Token);
            await reporter.ReportAsync(verification, report);
        }
        finally
        {
            door.Leave();
        }
    }

    private async ValueTask<CarrierResult> SubmitAsync(SendTicket ticket)
    {
        // Asked at the last moment: while it waited, its alias may have been erased.
        if (!await reporter.IsAwaitedAsync(ticket) || SendRules.DeadlineAfter(time.GetElapsedTime(ticket.ClaimedTimestamp)) is not { } deadline)
            return CarrierResult.Failed(CarrierError.NotSent);

        using var span = SendTracing.Submit(carrier.Id);
        var result = await SubmitWithinAsync(ticket, deadline);
        SendTracing.Ended(span, result.Error);
        return result;
    }

    private async ValueTask<CarrierResult> SubmitWithinAsync(SendTicket ticket, TimeSpan deadline)
    {
        var (beganAt, began) = (time.GetTimestamp(), time.GetUtcNow());
        using var cancellation = new CancellationTokenSource(deadline, time);
        using var abort = _abort.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), cancellation);
        try
        {
            var submit = carrier.SubmitAsync(MessageOf(ticket, deadline), cancellation.Token);
            var result = submit.IsCompletedSuccessfully ? submit.Result : await submit.AsTask().WaitAsync(deadline + SendRules.Grace, time);
            return result with { SubmittedAt = result.SubmittedAt ?? began };
        }
        catch (Exception error)
        {
            // A client that throws or does not end has a fault; nobody can tell whether it had handed the message over.
            LogSubmitFailed(carrier.Id, error.GetType().Name);
            return CarrierResult.Failed(CarrierError.NoAnswer);
        }
        finally
        {
            metrics.SubmitTook(carrier.Id, time.GetElapsedTime(beganAt));
        }
    }

    private static CarrierMessage MessageOf(SendTicket ticket, TimeSpan deadline) =>
        new(ticket.Number, ticket.Text, ticket.Channel, ticket.Route.Sender, ticket.Alias, ticket.Verification, ticket.Attempt) { Deadline = deadline };
}
