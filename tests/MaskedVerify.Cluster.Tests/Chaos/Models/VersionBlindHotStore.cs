using MaskedVerify.Domain;

namespace MaskedVerify.Cluster.Tests.Chaos.Models;

/// <summary>A planted bug: a hot store that writes whatever comes, whichever version it was decided on.</summary>
internal sealed class VersionBlindHotStore(IHotStore inner) : IHotStore
{
    /// <inheritdoc/>
    public IAuditOutbox AuditOutbox => inner.AuditOutbox;

    /// <inheritdoc/>
    public async ValueTask<CommitResult> CommitAsync(HotCommit commit)
    {
        while (true)
        {
            var current = await inner.ReadAsync(commit.Table, commit.Key);
            var result = await inner.CommitAsync(commit with { ExpectedVersion = current?.Version ?? 0 });
            if (result.Status != CommitStatus.VersionConflict)
                return result;
        }
    }

    /// <inheritdoc/>
    public ValueTask<HotRow?> ReadAsync(string table, string key, CancellationToken cancellationToken = default) => inner.ReadAsync(table, key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<UniqueKeyRow?> FindUniqueKeyAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => inner.FindUniqueKeyAsync(key, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<OutcomeRow?> ReadOutcomeAsync(VerificationId verification, CancellationToken cancellationToken = default) => inner.ReadOutcomeAsync(verification, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<GuardCounts> ReadGuardAsync(ReadOnlyMemory<byte> guardKey, DateTimeOffset hourAgo, DateTimeOffset dayAgo, CancellationToken cancellationToken = default) =>
        inner.ReadGuardAsync(guardKey, hourAgo, dayAgo, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DueRow>> ClaimDueAsync(DateTimeOffset now, DateTimeOffset hideUntil, int max, CancellationToken cancellationToken = default) =>
        inner.ClaimDueAsync(now, hideUntil, max, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ReceiptMatch?> RecordReceiptAsync(ParkedReceipt receipt) => inner.RecordReceiptAsync(receipt);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ReceiptMapRow>> FindReceiptMapsAsync(
        CarrierId carrier, IReadOnlyList<string> messageIds, CancellationToken cancellationToken = default) =>
        inner.FindReceiptMapsAsync(carrier, messageIds, cancellationToken);

    public ValueTask<IReadOnlyList<ReceiptMatch>> FindUnappliedReceiptsAsync(int max, CancellationToken cancellationToken = default) => inner.FindUnappliedReceiptsAsync(max, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> SweepAsync(DateTimeOffset now, int max, CancellationToken cancellationToken = default) => inner.SweepAsync(now, max, cancellationToken);
}
