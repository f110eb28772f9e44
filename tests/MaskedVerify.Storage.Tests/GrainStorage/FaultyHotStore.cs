using MaskedVerify.Domain;
using MaskedVerify.Testing;

namespace MaskedVerify.Storage.Tests.GrainStorage;

/// <summary>A hot store whose next commit can be made to fail.</summary>
public sealed class FaultyHotStore(IHotStore store) : IHotStore, IDisposable
{
    public CommitFault? Next { get; set; }

    public IAuditOutbox AuditOutbox => store.AuditOutbox;

    public async ValueTask<CommitResult> CommitAsync(HotCommit commit)
    {
        var fault = Next;
        Next = null;
        return fault switch
        {
            CommitFault.Unavailable => throw new StorageUnavailableException("planted"),
            CommitFault.UnknownNotWritten => new CommitResult(CommitStatus.Unknown, 0),
            CommitFault.UnknownButWritten => (await store.CommitAsync(commit)) with { Status = CommitStatus.Unknown },
            CommitFault.Conflict => new CommitResult(CommitStatus.VersionConflict, 0),
            _ => await store.CommitAsync(commit),
        };
    }

    public ValueTask<HotRow?> ReadAsync(string table, string key, CancellationToken cancellationToken = default) => store.ReadAsync(table, key, cancellationToken);

    public ValueTask<UniqueKeyRow?> FindUniqueKeyAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) =>
        store.FindUniqueKeyAsync(key, cancellationToken);

    public ValueTask<OutcomeRow?> ReadOutcomeAsync(VerificationId verification, CancellationToken cancellationToken = default) =>
        store.ReadOutcomeAsync(verification, cancellationToken);

    public ValueTask<GuardCounts> ReadGuardAsync(
        ReadOnlyMemory<byte> guardKey, DateTimeOffset hourAgo, DateTimeOffset dayAgo, CancellationToken cancellationToken = default) =>
        store.ReadGuardAsync(guardKey, hourAgo, dayAgo, cancellationToken);

    public ValueTask<IReadOnlyList<DueRow>> ClaimDueAsync(DateTimeOffset now, DateTimeOffset hideUntil, int max, CancellationToken cancellationToken = default) =>
        store.ClaimDueAsync(now, hideUntil, max, cancellationToken);

    public ValueTask<ReceiptMatch?> RecordReceiptAsync(ParkedReceipt receipt) => store.RecordReceiptAsync(receipt);

    public ValueTask<IReadOnlyList<ReceiptMapRow>> FindReceiptMapsAsync(
        CarrierId carrier, IReadOnlyList<string> messageIds, CancellationToken cancellationToken = default) =>
        store.FindReceiptMapsAsync(carrier, messageIds, cancellationToken);

    public ValueTask<IReadOnlyList<ReceiptMatch>> FindUnappliedReceiptsAsync(int max, CancellationToken cancellationToken = default) =>
        store.FindUnappliedReceiptsAsync(max, cancellationToken);

    public ValueTask<int> SweepAsync(DateTimeOffset now, int max, CancellationToken cancellationToken = default) => store.SweepAsync(now, max, cancellationToken);

    public void Dispose() => (store as IDisposable)?.Dispose();
}
