namespace MaskedVerify.Domain;

/// <summary>
/// A row that a grain's change writes in the same transaction as its state, to be read later without the grain. Side rows keep the state row small.
/// </summary>
public abstract record SideRow
{
    private protected SideRow()
    {
    }
}

/// <summary>Claims an idempotency key for a tenant. Can lose: if the key exists, nothing of the whole item is written.</summary>
/// <param name="Key">32 bytes: keyed hash of tenant and idempotency key.</param>
/// <param name="Fingerprint">16 bytes: keyed hash of the request; the same key with another fingerprint is a reuse.</param>
/// <param name="Answer">What is replayed, without number or code; opaque to the store.</param>
/// <param name="ExpiresAt">When the sweeper may remove it.</param>
public sealed record UniqueKeyRow(byte[] Key, byte[] Fingerprint, byte[] Answer, DateTimeOffset ExpiresAt) : SideRow
{
    /// <summary>Whose answer it is, so that <see cref="AliasErasedRow"/> finds it; none: it outlives the alias. Not read back.</summary>
    public AliasId Alias { get; init; }
}

/// <summary>
/// What stays known after an erasure, under a key that only those can make who know the number; inserted or replaced. <see cref="IHotStore.FindUniqueKeyAsync"/> finds it: it lies with the
/// idempotency keys, whose MACs are under other keys.
/// </summary>
/// <param name="Key">32 bytes: keyed hash.</param>
/// <param name="Payload">Without number or code; opaque to the store.</param>
/// <param name="ExpiresAt">When the sweeper may remove it.</param>
public sealed record KeptRow(byte[] Key, byte[] Payload, DateTimeOffset ExpiresAt) : SideRow;

/// <summary>The last word on an ended verification; inserted or replaced.</summary>
/// <param name="Verification">Its id.</param>
/// <param name="Alias">Its alias, so that an erasure finds it.</param>
/// <param name="Payload">Serialised outcome, without number or code; opaque to the store.</param>
/// <param name="ExpiresAt">When the sweeper may remove it.</param>
public sealed record OutcomeRow(VerificationId Verification, AliasId Alias, byte[] Payload, DateTimeOffset ExpiresAt) : SideRow
{
    /// <summary>Receipts that the store took after this was written, in their order; whoever reads applies them. Not written: a replaced outcome keeps them.</summary>
    public IReadOnlyList<LateReceipt> Late { get; init; } = [];
}

/// <summary>A receipt of an ended verification.</summary>
/// <param name="Attempt">Index of the attempt, from 0.</param>
/// <param name="State">How far the message came.</param>
/// <param name="Reason">A short machine word, or null.</param>
public readonly record struct LateReceipt(int Attempt, AttemptStatus State, string? Reason);

/// <summary>
/// One message counted against a real number across tenants and contexts; inserted or left, so that a repeated commit counts once. Can lose: if the number is at
/// one of the caps, nothing of the whole item is written. Judged in the transaction that counts, so however many commits of however many processes want the
/// same number at once, none passes a cap. A commit counts a number at most once.
/// </summary>
/// <param name="GuardKey">32 bytes: MAC of the number under the region's guard key.</param>
/// <param name="SendId">16 bytes that name the send.</param>
/// <param name="At">When it was counted: windows end here.</param>
/// <param name="Caps">What it may be counted under.</param>
public sealed record GuardCountRow(byte[] GuardKey, byte[] SendId, DateTimeOffset At, GuardCaps Caps) : SideRow
{
    /// <summary>Counts from this moment on are in the hour.</summary>
    public DateTimeOffset HourAgo => At.AddHours(-1);

    /// <summary>Counts from this moment on are in the day.</summary>
    public DateTimeOffset DayAgo => At.AddDays(-1);
}

/// <summary>
/// A counted message never left: it stands against the number only half from now on, so that what is given back in a window comes to one more cap's worth and endless refused messages are not
/// free. Changes nothing when the message was not counted or was given back before.
/// </summary>
/// <param name="GuardKey">Of its <see cref="GuardCountRow"/>.</param>
/// <param name="SendId">Of the same.</param>
public sealed record GuardReturnRow(byte[] GuardKey, byte[] SendId) : SideRow;

/// <summary>Most messages to one number.</summary>
/// <param name="PerHour">In the hour before a message, that one included; 1 or more.</param>
/// <param name="PerDay">In the 24 hours before it.</param>
public readonly record struct GuardCaps(int PerHour, int PerDay)
{
    /// <summary>The lower of each.</summary>
    public GuardCaps Under(GuardCaps other) => new(Math.Min(PerHour, other.PerHour), Math.Min(PerDay, other.PerDay));

    /// <summary>Whether these counts leave no room for one more.</summary>
    public bool AreReached(GuardCounts counts) => counts.LastHour >= PerHour || counts.LastDay >= PerDay;
}

/// <summary>
/// Says which attempt a carrier's message id belongs to. Of several attempts under one id the one submitted last has it. Receipts that came under the id before this row,
/// but not before the submit, are its own.
/// </summary>
/// <param name="Carrier">The carrier that gave the id.</param>
/// <param name="MessageId">The id in the carrier's canonical form, 1 to 128 characters.</param>
/// <param name="Alias">The grain that owns the attempt.</param>
/// <param name="Verification">Its verification.</param>
/// <param name="Attempt">Index in the verification's attempts, from 0.</param>
/// <param name="SubmittedAt">When the message was handed over, by the clock that <see cref="ParkedReceipt.At"/> is of.</param>
/// <param name="ExpiresAt">When the sweeper may remove it.</param>
public sealed record ReceiptMapRow(
    CarrierId Carrier, string MessageId, AliasId Alias, VerificationId Verification, int Attempt, DateTimeOffset SubmittedAt, DateTimeOffset ExpiresAt) : SideRow;

/// <summary>
/// The receipt under this message id has been applied up to <paramref name="State"/> and needs no further delivery to the grain. Of no effect when the id has become
/// that of another attempt meanwhile.
/// </summary>
/// <param name="Carrier">Who reported it.</param>
/// <param name="MessageId">The id in the carrier's canonical form.</param>
/// <param name="Verification">Whose attempt took it.</param>
/// <param name="Attempt">Index of that attempt, from 0.</param>
/// <param name="State">How far it is applied.</param>
public sealed record ReceiptAppliedRow(CarrierId Carrier, string MessageId, VerificationId Verification, int Attempt, AttemptStatus State) : SideRow;

/// <summary>The next step of a verification that must happen even after a crash: one row per verification, inserted or moved.</summary>
/// <param name="Verification">Whose step.</param>
/// <param name="Alias">The grain to wake.</param>
/// <param name="DueAt">When.</param>
public sealed record DueRow(VerificationId Verification, AliasId Alias, DateTimeOffset DueAt) : SideRow;

/// <summary>Nothing is due any more for this verification: the row is deleted.</summary>
/// <param name="Verification">Whose step.</param>
public sealed record DueDoneRow(VerificationId Verification) : SideRow;

/// <summary>
/// Nothing of an alias stays, before the other rows of its commit are written: outcomes, due steps and receipts are deleted; idempotency keys are still taken until
/// they expire, but without fingerprint and answer.
/// </summary>
/// <param name="Alias">Whose rows.</param>
public sealed record AliasErasedRow(AliasId Alias) : SideRow;

/// <summary>One audit event; <see cref="IAuditOutbox"/> brings it into the log.</summary>
/// <param name="EventId">16 bytes that no other event has. They begin with the time, so that an index of them grows at its end.</param>
/// <param name="Tenant">Whose log.</param>
/// <param name="Payload">Serialised event without number, code or digest of a request; opaque to the store.</param>
/// <param name="At">When it happened.</param>
public sealed record AuditRow(byte[] EventId, TenantId Tenant, byte[] Payload, DateTimeOffset At) : SideRow;
