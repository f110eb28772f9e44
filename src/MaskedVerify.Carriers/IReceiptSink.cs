using MaskedVerify.Domain;

namespace MaskedVerify.Carriers;

/// <summary>Where carriers hand in delivery receipts.</summary>
public interface IReceiptSink
{
    /// <summary>Returns only when the receipt is durable; only then may the carrier be told that it was taken. Throws when it could not be stored.</summary>
    Task RecordAsync(DeliveryReceipt receipt, CancellationToken cancellationToken);
}

/// <summary>What a carrier reported of one message.</summary>
/// <param name="Carrier">Who.</param>
/// <param name="MessageId">In the canonical form of <see cref="CarrierResult.MessageId"/>.</param>
/// <param name="State"><see cref="AttemptStatus.Sent"/>, <see cref="AttemptStatus.Delivered"/>, <see cref="AttemptStatus.Undelivered"/>, <see cref="AttemptStatus.Rejected"/>.</param>
/// <param name="Reason">A short machine word, or null.</param>
/// <param name="At">When the carrier says it happened, or when it came in.</param>
public sealed record DeliveryReceipt(CarrierId Carrier, string MessageId, AttemptStatus State, string? Reason, DateTimeOffset At);
