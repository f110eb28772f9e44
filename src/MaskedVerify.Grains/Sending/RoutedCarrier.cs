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

    /// <summary>One sentence for readiness and status: what the own session says, and what those on egress silos do.</summary>
    internal string StatusText
    {
        get
        {
            List<string> parts = [.. directory.Texts(id).GroupBy(text => text, StringComparer.Ordinal).Select(g => $"on {g.Count()} egress silo{(g.Count() == 1 ? "" : "s")}: {g.Key}")];
            if (own is not null)
                parts.Insert(0, ReachableCarriers.TextOf(own));
            return parts.Count == 0 ? "no egress silo that answers has it" : string.Join("; ", parts);
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
            return new CarrierResult((CarrierError)answer.Error, answer.MessageId, answer.Segments, answer.RetryAfter) { SubmittedAt = answer.SubmittedAt };
        }
        catch (Exception)
        {
            return CarrierResult.Failed(CarrierError.NoAnswer);
        }
    }

    private EgressTicket TicketOf(CarrierMessage message, DateTimeOffset before) =>
        new(id, message.To, message.Text, message.Channel, message.Sender, message.Alias, message.Verification, message.Attempt, before);
}
