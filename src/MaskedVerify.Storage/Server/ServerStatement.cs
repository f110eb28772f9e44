namespace MaskedVerify.Storage;

/// <summary>
/// Every statement of the server engines, with its arguments in order and what it returns. An engine brings a text for each. Arguments in the plural are
/// columns: one value per row, each statement running once for all rows of a batch, in the order given; the others are single values.
/// Times are ticks. "Returns" means one result row per database row, "nothing" that the statement must not return a result set.
/// </summary>
internal enum ServerStatement
{
    /// <summary>names (text): adds the state names that are missing to <c>hot_tables</c>. Returns nothing. Runs outside of a batch's transaction.</summary>
    NameTables,

    /// <summary>names (text): returns id (int32), name (text).</summary>
    FindTables,

    /// <summary>keys, fingerprints, answers (bytes), expiries (int64), aliases (bytes or null): inserts or leaves. Returns the keys (bytes) that were inserted.</summary>
    AddUniqueKeys,

    /// <summary>keys (bytes). Returns nothing.</summary>
    DropUniqueKeys,

    /// <summary>
    /// keys (bytes), times (int64): makes the row of each number, or moves its time forward, and holds it until the transaction ends. In the order of the keys. Returns
    /// nothing.
    /// </summary>
    LockGuards,

    /// <summary>
    /// numbers (int32), keys, sends (bytes), hours, days (int64), hour caps, day caps (int32): returns the numbers (int32) of rows whose key has been counted that often
    /// since then, this send left out. Needs <see cref="LockGuards"/>, in a statement before it: what others have counted until then is seen.
    /// </summary>
    FindCapped,

    /// <summary>numbers, tables (int32), keys, payloads (bytes), versions (int64): changes states whose version is this one. Returns the numbers (int32) of changed rows.</summary>
    UpdateStates,

    /// <summary>tables (int32), keys, payloads (bytes): inserts with version 1, or leaves. Returns table (int32), key (bytes) of inserted rows.</summary>
    InsertStates,

    /// <summary>numbers, tables (int32), keys (bytes), versions (int64): deletes states of this version. Returns the numbers (int32) of deleted rows.</summary>
    DeleteStates,

    /// <summary>numbers, tables (int32), keys (bytes): returns the numbers (int32) of rows that exist.</summary>
    FindExisting,

    /// <summary>keys, payloads (bytes), expiries (int64): inserts or replaces rows of the table of idempotency keys. Returns nothing. No key twice.</summary>
    PutKept,

    /// <summary>verifications, tags, payloads (bytes), expiries (int64): inserts or replaces. Returns nothing. No verification twice.</summary>
    PutOutcomes,

    /// <summary>keys, sends (bytes), times (int64): inserts or leaves. Returns nothing. No pair twice.</summary>
    AddGuards,

    /// <summary>keys, sends (bytes): marks the messages as given back. Returns nothing.</summary>
    ReturnGuards,

    /// <summary>verifications, tags (bytes), times (int64): inserts or replaces. Returns nothing. No verification twice.</summary>
    PutDues,

    /// <summary>verifications (bytes). Returns nothing.</summary>
    DropDues,

    /// <summary>events (bytes), tenants (text), payloads (bytes), times (int64): appends in this order. Returns nothing.</summary>
    AddAudits,

    /// <summary>
    /// carriers, messages (text), verifications, tags (bytes or null), attempts, states (int32 or null), reasons (text or null), times (int64 or null), applied
    /// (int32 or null), pendings (int32: 0 or 1), expiries (int64), times of submit (int64 or null), of waiting receipts states (int32 or null), reasons (text or null) and
    /// times (int64 or null), and other ids (text or null): inserts or leaves. Returns carrier, message (text) of inserted rows.
    /// </summary>
    AddReceipts,

    /// <summary>The same arguments: changes all columns of the rows under (carrier, message). Returns nothing.</summary>
    ChangeReceipts,

    /// <summary>
    /// carriers, messages (text): locks the rows, in order. Returns carrier, message, verification, tag, attempt, state, reason, time, applied, expiry, time of submit, and
    /// state, reason and time of the waiting receipt, other ids.
    /// </summary>
    LockReceipts,

    /// <summary>carriers, messages (text): returns message, verification, tag, attempt, time of submit, expiry of those that belong to an attempt.</summary>
    FindMaps,

    /// <summary>
    /// verifications, entries (bytes): appends to <c>late</c> of the outcomes that exist and that no other transaction holds. Returns their verifications (bytes). No
    /// verification twice.
    /// </summary>
    AddLate,

    /// <summary>A text that names the open transaction, for <see cref="TransactionOutcome"/>. Returns one row.</summary>
    TransactionName,

    /// <summary>
    /// name (text), asked over another connection. Returns one row with <c>committed</c>, <c>aborted</c>, anything else (not yet known) or null (will never be known).
    /// A server that crashed may give a lost transaction's name again and speak of the second one.
    /// </summary>
    TransactionOutcome,

    /// <summary>names, keys (text, bytes), numbers (int32): returns number, version (int64), payload of states. Names are state names.</summary>
    ReadStates,

    /// <summary>keys (bytes): returns key, fingerprint, answer (bytes), expiry (int64).</summary>
    ReadUniqueKeys,

    /// <summary>verifications (bytes): returns verification, tag, payload (bytes), expiry (int64), late (bytes or null).</summary>
    ReadOutcomes,

    /// <summary>numbers (int32), keys (bytes), hours, days (int64): returns number, count since hour (int64), count since day (int64); a number without rows may be absent.</summary>
    ReadGuards,

    /// <summary>now (int64): returns one row if anything is due.</summary>
    AnyDue,

    /// <summary>now, hidden (int64), most (int32): takes the oldest overdue rows that no other transaction holds. Returns verification, tag (bytes), time (int64) as it was.</summary>
    ClaimDues,

    /// <summary>most (int32): returns carrier, message, state, reason, time, expiry, verification, tag, attempt, other ids of pending receipts, oldest first.</summary>
    FindUnapplied,

    /// <summary>now (int64), most (int32): deletes, skipping rows that another transaction holds. Returns nothing.</summary>
    SweepOutcomes,

    /// <inheritdoc cref="SweepOutcomes"/>
    SweepUniqueKeys,

    /// <inheritdoc cref="SweepOutcomes"/>
    SweepReceipts,

    /// <summary>before (int64), most (int32): deletes rows with an earlier time. Returns nothing.</summary>
    SweepGuards,

    /// <inheritdoc cref="SweepGuards"/>
    SweepGuardLocks,

    /// <summary>Takes the place of the one who drains, until the transaction ends, and returns one row; returns none while another has it.</summary>
    LockAudits,

    /// <summary>most (int32): moves the oldest committed events from the outbox into the log, numbered per shard in their order. Returns how many (int64). Needs <see cref="LockAudits"/>.</summary>
    MoveAudits,

    /// <summary>Returns one row: how many events wait at most (int64), and the time (int64) of the oldest or null.</summary>
    ReadAuditBacklog,

    /// <summary>first, last (bytes): deletes verifications from first to last. Returns nothing.</summary>
    EraseOutcomes,

    /// <inheritdoc cref="EraseOutcomes"/>
    EraseDues,

    /// <inheritdoc cref="EraseOutcomes"/>
    EraseReceipts,

    /// <summary>alias (bytes): takes fingerprint, answer and alias out of the idempotency keys of this alias. Returns nothing.</summary>
    EmptyAnswers,

    /// <summary>keys (bytes), versions (int32), aliases (bytes): inserts or leaves. Returns nothing.</summary>
    AddAliases,

    /// <summary>indexes, aliases (bytes), tenants (text), versions (int32), wrapped (bytes), times (int64): inserts where the index row holds this alias. Returns nothing.</summary>
    AddSubjects,

    /// <summary>keys (bytes): returns key, alias (bytes).</summary>
    FindAliases,

    /// <summary>aliases (bytes): deletes subject keys. Returns the aliases (bytes).</summary>
    DropSubjects,

    /// <summary>aliases (bytes): deletes index rows. Returns the aliases (bytes).</summary>
    DropAliases,

    /// <summary>aliases (bytes): returns alias (bytes), version (int32), wrapped (bytes).</summary>
    ReadSubjects,

    /// <summary>before (int64), most (int32): returns tenant (text), alias (bytes) of unseen subject keys with an earlier time, oldest first.</summary>
    FindUnseen,

    /// <summary>aliases (bytes): takes the time out of unseen subject keys. Returns nothing.</summary>
    MarkSeen,

    /// <summary>tenants, names (text), versions (int32), wrapped (bytes): inserts or leaves. Returns nothing.</summary>
    AddNamedKeys,

    /// <summary>tenants, names (text), numbers (int32): returns number, version (int32), wrapped (bytes).</summary>
    ReadNamedKeys,
}
