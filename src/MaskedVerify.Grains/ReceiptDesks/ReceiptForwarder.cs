using MaskedVerify.Carriers;

namespace MaskedVerify.Grains.ReceiptDesks;

/// <summary>Where the carriers of an egress-only silo hand in receipts and late answers: a vault stores them. A failed call is thrown, so that the carrier delivers again.</summary>
internal sealed class ReceiptForwarder(IGrainFactory grains) : IReceiptSink
{
    /// <inheritdoc/>
    public Task RecordAsync(DeliveryReceipt receipt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return grains.GetGrain<IReceiptDeskGrain>(GrainKeys.ReceiptDesk)
            .Record(new ReceiptNote(receipt.Carrier, receipt.MessageId, receipt.State, receipt.Reason, receipt.At, receipt.SubmittedAt, [.. receipt.OtherIds]));
    }

    /// <inheritdoc/>
    public Task RecordLateAsync(LateAnswer answer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return grains.GetGrain<IReceiptDeskGrain>(GrainKeys.ReceiptDesk)
            .RecordLate(new LateAnswerNote(answer.Carrier, answer.Verification, answer.Attempt, answer.MessageId, answer.Segments, answer.SubmittedAt));
    }
}
