using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>One database of the hot store, with what a store of several needs besides.</summary>
internal interface IHotShard : IHotStore
{
    /// <summary>Short name for logs, metrics and health: hot, hot-1, hot-2, …</summary>
    string Database { get; }

    /// <summary>The times of the oldest overdue steps, at most <paramref name="max"/>, oldest first; takes none of them.</summary>
    ValueTask<IReadOnlyList<DateTimeOffset>> PeekDueAsync(DateTimeOffset now, int max, CancellationToken cancellationToken);

    /// <summary>What is known under a carrier's message id, or null.</summary>
    ValueTask<StoredReceipt?> FindReceiptAsync(ReceiptName name, CancellationToken cancellationToken);

    /// <summary>Parked receipts whose number is greater than <paramref name="after"/>, by number, at most <paramref name="max"/>.</summary>
    ValueTask<IReadOnlyList<ParkedRow>> ReadParkedAsync(long after, int max, CancellationToken cancellationToken);

    /// <summary>Removes a receipt if it is still parked and its state is still this one.</summary>
    ValueTask DropParkedAsync(ParkedReceipt receipt);

    /// <summary>Gives an idempotency key free if what stands under it is still this answer, byte for byte.</summary>
    ValueTask ReleaseKeyAsync(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> answer);
}
