using MaskedVerify.Carriers;
using MaskedVerify.Grains.Sending;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Grains.Doors;

/// <inheritdoc cref="IEgressDoor"/>
[GrainType("egress-door")]
internal sealed class EgressDoor(GrainId id, Silo silo, ILoggerFactory loggers, ICarrierClients carriers, TimeProvider time)
    : GrainService(id, silo, loggers), IEgressDoor
{
    /// <inheritdoc/>
    public Task<EgressStatus> GetStatus() => Task.FromResult(new EgressStatus(
        [.. carriers.All.OfType<ICarrierSession>().Select(c => new EgressCarrier(c.Id, [.. c.Channels.Order()], c.IsReady, c.StatusText))]));

    /// <inheritdoc/>
    public async Task<EgressAnswer> Submit(EgressTicket ticket)
    {
        var left = ticket.HandOverBefore - time.GetUtcNow();
        if (left <= TimeSpan.Zero || carriers.Find(ticket.Carrier) is not { IsReady: true } carrier)
            return Answer(CarrierResult.Failed(CarrierError.NotSent));

        var deadline = left < SendRules.CarrierDeadline ? left : SendRules.CarrierDeadline;
        using var cancellation = new CancellationTokenSource(deadline, time);
        try
        {
            return Answer(await carrier.SubmitAsync(MessageOf(ticket, deadline), cancellation.Token).AsTask().WaitAsync(deadline + SendRules.Grace, time));
        }
        catch (Exception)
        {
            // A client that throws or does not end has a fault; nobody can tell whether it had handed the message over.
            return Answer(CarrierResult.Failed(CarrierError.NoAnswer));
        }
    }

    private static CarrierMessage MessageOf(EgressTicket ticket, TimeSpan deadline) =>
        new(ticket.To, ticket.Text, ticket.Channel, ticket.Sender, ticket.Alias, ticket.Verification, ticket.Attempt) { Deadline = deadline };

    private static EgressAnswer Answer(CarrierResult result) => new((int)result.Error, result.MessageId, result.Segments, result.RetryAfter, result.SubmittedAt);
}
