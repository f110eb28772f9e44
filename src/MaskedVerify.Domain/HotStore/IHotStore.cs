namespace MaskedVerify.Domain;

/// <summary>
/// Durable home of hot grain state and its side rows. One commit is one transaction; commits that arrive together are grouped into one
/// (group commit). Every method may throw <see cref="StorageUnavailableException"/>.
/// </summary>
public interface IHotStore
{
    /// <summary>What its commits write audit events to.</summary>
    IAuditOutbox AuditOutbox { get; }

    /// <summary>The state row of a key, or null. <paramref name="table"/> is a state name of the product, never user data.</summary>
    ValueTask<HotRow?> ReadAsync(string table, string key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes or deletes one state row if its version is still the expected one, with its side rows, or nothing at all. Returns only when durable.
    /// Never cancelled: a caller that stops waiting does not stop the commit.
    /// </summary>
    ValueTask<CommitResult> CommitAsync(HotCommit commit);

    /// <summary>The holder of an idempotency key, or null.</summary>
    ValueTask<UniqueKeyRow?> FindUniqueKeyAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default);

    /// <summary>The outcome of an ended verification, or null.</summary>
    ValueTask<OutcomeRow?> ReadOutcomeAsync(VerificationId verification, CancellationToken cancellationToken = default);

    /// <summary>Messages counted against a number since <paramref name="hourAgo"/> and since <paramref name="dayAgo"/>.</summary>
    ValueTask<GuardCounts> ReadGuardAsync(ReadOnlyMemory<byte> guardKey, DateTimeOffset hourAgo, DateTimeOffset dayAgo, CancellationToken cancellationToken = default);

    /// <summary>Takes at most <paramref name="max"/> overdue steps and hides them until <paramref name="hideUntil"/>, so that another poller does not take them too.</summary>
    ValueTask<IReadOnlyList<DueRow>> ClaimDueAsync(DateTimeOffset now, DateTimeOffset hideUntil, int max, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stores a delivery receipt, parked if its message id is not known yet; returns when it is durable. The match is null while parked.
    /// It is that of the newest submit under its id, and of none when it came before that; a receipt that is not further than the stored one is kept only for a submit
    /// whose id is still to come (<see cref="ReceiptMapRow"/>). If its verification has ended, its outcome takes the receipt in the same
    /// transaction, as one of <see cref="OutcomeRow.Late"/>, and nobody else has to.
    /// </summary>
    ValueTask<ReceiptMatch?> RecordReceiptAsync(ParkedReceipt receipt);

    /// <summary>Those of a carrier's message ids that belong to an attempt, in any order.</summary>
    ValueTask<IReadOnlyList<ReceiptMapRow>> FindReceiptMapsAsync(CarrierId carrier, IReadOnlyList<string> messageIds, CancellationToken cancellationToken = default);

    /// <summary>Receipts whose message id is known and whose state has not been applied yet, at most <paramref name="max"/>, oldest first.</summary>
    ValueTask<IReadOnlyList<ReceiptMatch>> FindUnappliedReceiptsAsync(int max, CancellationToken cancellationToken = default);

    /// <summary>Removes what is past its window (outcomes, idempotency keys, receipts, guard rows older than a day), at most <paramref name="max"/> rows a table; returns how many.</summary>
    ValueTask<int> SweepAsync(DateTimeOffset now, int max, CancellationToken cancellationToken = default);
}

/// <summary>A state row.</summary>
/// <param name="Version">Grows by one with each commit, from 1.</param>
/// <param name="Payload">Serialised state.</param>
public sealed record HotRow(long Version, byte[] Payload);

/// <summary>One item of a commit.</summary>
/// <param name="Table">State name.</param>
/// <param name="Key">Grain key.</param>
/// <param name="ExpectedVersion">0 when the row must not exist yet.</param>
/// <param name="Payload">New state, or null to delete the row.</param>
/// <param name="SideRows">Written in the same transaction.</param>
public sealed record HotCommit(string Table, string Key, long ExpectedVersion, byte[]? Payload, IReadOnlyList<SideRow> SideRows);

/// <summary>How a commit ended.</summary>
public enum CommitStatus
{
    /// <summary>Durable; <see cref="CommitResult.Version"/> is the new version.</summary>
    Committed = 0,

    /// <summary>The row had another version; nothing was written.</summary>
    VersionConflict = 1,

    /// <summary>An idempotency key was taken; nothing was written.</summary>
    UniqueKeyTaken = 2,

    /// <summary>A number was at its cap; nothing was written.</summary>
    NumberAtCap = 4,

    /// <summary>The answer of the database was lost: it may or may not be durable. Re-read before the next answer.</summary>
    Unknown = 3,
}

/// <summary>How a commit ended.</summary>
/// <param name="Status">In which way.</param>
/// <param name="Version">The row's new version when it is committed; otherwise 0.</param>
public readonly record struct CommitResult(CommitStatus Status, long Version);

/// <summary>Messages counted against one number: those that were not given back, or half of all of them if that is more.</summary>
/// <param name="LastHour">In the hour before the question.</param>
/// <param name="LastDay">In the 24 hours before it.</param>
public readonly record struct GuardCounts(int LastHour, int LastDay);

/// <summary>A delivery receipt on its way to an attempt.</summary>
/// <param name="Carrier">Who reported it.</param>
/// <param name="MessageId">In the carrier's canonical form.</param>
/// <param name="State">sent, delivered, undelivered, rejected, …</param>
/// <param name="Reason">A short machine word such as <c>absent-subscriber</c>, or null; never free text of a carrier.</param>
/// <param name="At">When it came in, by our clock.</param>
/// <param name="ExpiresAt">When the sweeper may remove it.</param>
public sealed record ParkedReceipt(CarrierId Carrier, string MessageId, AttemptStatus State, string? Reason, DateTimeOffset At, DateTimeOffset ExpiresAt)
{
    /// <summary>When the newest message that is known to have got the id was handed over: no older one is meant, even while its <see cref="ReceiptMapRow"/> is still to come. Null: none is known. Not stored with the receipt.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>Further ids that the carrier may have meant, without line breaks. The store leaves such a receipt to who applies it: two attempts may match by then.</summary>
    public IReadOnlyList<string> OtherIds { get; init; } = [];
}

/// <summary>A receipt and the attempt it belongs to.</summary>
/// <param name="Receipt">What the carrier reported.</param>
/// <param name="Alias">The grain that owns the attempt.</param>
/// <param name="Verification">Its verification.</param>
/// <param name="Attempt">Index of the attempt, from 0.</param>
/// <param name="IsApplied">Whether nothing is left to do: it, or a further one, has been applied.</param>
public sealed record ReceiptMatch(ParkedReceipt Receipt, AliasId Alias, VerificationId Verification, int Attempt, bool IsApplied = false);
