using MaskedVerify.Carriers;
using MaskedVerify.Grains.Sending;
using Orleans.Concurrency;

namespace MaskedVerify.Grains.ReceiptDesks;

/// <inheritdoc cref="IReceiptDeskGrain"/>
[GrainType("receipt-desk")]
[StatelessWorker]
internal sealed class ReceiptDeskGrain(IGrainContext context, ReceiptSink sink) : IGrainBase, IReceiptDeskGrain
{
    /// <inheritdoc/>
    public IGrainContext GrainContext => context;

    /// <inheritdoc/>
    public Task Record(ReceiptNote note) =>
        sink.RecordAsync(
            new DeliveryReceipt(note.Carrier, note.MessageId, note.State, note.Reason, note.At) { SubmittedAt = note.SubmittedAt, OtherIds = note.OtherIds },
            CancellationToken.None);

    /// <inheritdoc/>
    public Task RecordLate(LateAnswerNote note) =>
        sink.RecordLateAsync(new LateAnswer(note.Carrier, note.Verification, note.Attempt, note.MessageId, note.Segments, note.SubmittedAt), CancellationToken.None);
}
