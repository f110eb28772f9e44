using MaskedVerify.Domain;

namespace MaskedVerify.Carriers;

/// <summary>Where carriers hand in what comes after the result of a submit: delivery receipts, and acceptances that came late.</summary>
public interface IReceiptSink
{
    /// <summary>Returns only when the receipt is durable; only then may the carrier be told that it was taken. Throws when it could not be stored.</summary>
    Task RecordAsync(DeliveryReceipt receipt, CancellationToken cancellationToken);

    /// <summary>Takes the id of a message whose submit had ended without an answer, so that its receipts find it. Throws when nobody takes it.</summary>
    Task RecordLateAsync(LateAnswer answer, CancellationToken cancellationToken);
}

/// <summary>A carrier's acceptance of a message that came after <see cref="CarrierError.NoAnswer"/> had been told.</summary>
/// <param name="Carrier">Who.</param>
/// <param name="Verification">Whose message.</param>
/// <param name="Attempt">Index of the attempt, from 0.</param>
/// <param name="MessageId">In the canonical form of <see cref="CarrierResult.MessageId"/>, 1 to 65 characters.</param>
/// <param name="Segments">Parts the text was cut into, at least 1.</param>
/// <param name="SubmittedAt">When it was handed over, as in <see cref="CarrierResult.SubmittedAt"/>.</param>
public sealed record LateAnswer(CarrierId Carrier, VerificationId Verification, int Attempt, string MessageId, int Segments, DateTimeOffset SubmittedAt);

/// <summary>What a carrier reported of one message.</summary>
/// <param name="Carrier">Who.</param>
/// <param name="MessageId">In the canonical form of <see cref="CarrierResult.MessageId"/>.</param>
/// <param name="State"><see cref="AttemptStatus.Sent"/>, <see cref="AttemptStatus.Delivered"/>, <see cref="AttemptStatus.Undelivered"/>, <see cref="AttemptStatus.Rejected"/>.</param>
/// <param name="Reason">A short machine word, or null.</param>
/// <param name="At">When it came in, by our clock: a carrier's own times have minutes and no zone.</param>
public sealed record DeliveryReceipt(CarrierId Carrier, string MessageId, AttemptStatus State, string? Reason, DateTimeOffset At)
{
    /// <summary>When the newest message that is known here to have got this id was handed over; null: none is. Its result may not be stored yet.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>Further ids that the carrier may have meant, in the same form; at most two, mostly none.</summary>
    public IReadOnlyList<string> OtherIds { get; init; } = [];
}
