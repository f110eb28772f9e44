using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.Doors;

namespace MaskedVerify.Grains.Sending;

/// <summary>
/// A carrier as a vault silo sees it: its own session if it has one that is ready, otherwise one on an egress silo. A message whose way between silos is unclear counts
/// as "no answer", exactly like one whose carrier does not answer.
/// </summary>
internal sealed class RoutedCarrier(CarrierId id, IReadOnlySet<Channel> channels, ICarrierClient? own, EgressDirectory directory, EgressDoors doors, TimeProvider time)
    : ICarrierClient
{
    /// <summary>Taken from a message's time for what the clocks of two silos may differ and for its way.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public CarrierId Id => id;

    /// <inheritdoc/>
    public IReadOnlySet<Channel> Channels => channels;

    /// <inheritdoc/>
    public bool IsReady => own is { IsReady: true } || directory.IsReady(id);

    /// <summary>One sentence for readiness.</summary>
    internal string StatusText
    {
        get
        {
            var mine = own switch { ICarrierSession session => session.StatusText, { } client => client.IsReady ? "ready" : "not ready", null => null };
            var remote = directory.Ready(id).Count;
            return mine is not null && remote == 0 ? mine : $"{(mine is null ? "" : mine + "; ")}ready on {remote} egress silo{(remote == 1 ? "" : "s")}";
        }
    }

    /// <inheritdoc/>
    public ValueTask<CarrierResult> SubmitAsync(CarrierMessage message, CancellationToken cancellationToken) =>
        own is { IsReady: true } || (own is not null && !directory.IsReady(id)) ? own.SubmitAsync(message, cancellationToken) : HandOverAsync(message, cancellationToken);

    private async ValueTask<CarrierResult> HandOverAsync(CarrierMessage message, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() + (message.Deadline ?? SendRules.CarrierDeadline) - Margin;
        foreach (var silo in directory.Ready(id))
        {
            if (cancellationToken.IsCancellationRequested)
                break;

            if (await TryAsync(silo, TicketOf(message, before), cancellationToken) is { Error: not CarrierError.NotSent } result)
                return result;
        }

        return CarrierResult.Failed(CarrierError.NotSent);
    }

    private async ValueTask<CarrierResult> TryAsync(SiloAddress silo, EgressTicket ticket, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await doors.At(silo).Submit(ticket).WaitAsync(cancellationToken);
            return new CarrierResult((CarrierError)answer.Error, answer.MessageId, answer.Segments, answer.RetryAfter);
        }
        catch (Exception)
        {
            return CarrierResult.Failed(CarrierError.NoAnswer);
        }
    }

    private EgressTicket TicketOf(CarrierMessage message, DateTimeOffset before) =>
        new(id, message.To, message.Text, message.Channel, message.Sender, message.Alias, message.Verification, message.Attempt, before);
}
