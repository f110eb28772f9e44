using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>A row of <c>receipts</c> and the rules by which it moves. Values are as stored.</summary>
/// <param name="Verification">41 bytes, or null while no attempt is known.</param>
/// <param name="AliasTag">9 bytes, or null while no attempt is known.</param>
/// <param name="Attempt">Index of the attempt.</param>
/// <param name="State">The furthest receipt, or null.</param>
/// <param name="Reason">Of that receipt.</param>
/// <param name="At">Ticks of that receipt.</param>
/// <param name="Applied">How far the grain has applied it, or null.</param>
/// <param name="ExpiresAt">Ticks.</param>
internal sealed record ReceiptRecord(
    byte[]? Verification, byte[]? AliasTag, int Attempt, AttemptStatus? State, string? Reason, long At, AttemptStatus? Applied, long ExpiresAt)
{
    /// <summary>A submit's id is stored so long after its receipt at most: answers count for ten minutes.</summary>
    private const long LongestEarly = 15 * TimeSpan.TicksPerMinute;

    /// <summary>Ticks of the newest submit that got the id, the attempt's if one is known; null while none is.</summary>
    public long? SubmittedAt { get; init; }

    /// <summary>The other ids of the furthest receipt, each on a line; null if it has none.</summary>
    public string? OtherIds { get; init; }

    /// <summary>A receipt that moved nothing, or null: it may be that of a newer submit whose id is still to come.</summary>
    public WaitingReceipt? Waiting { get; init; }

    /// <summary>The attempt is known and has not seen the furthest receipt.</summary>
    public bool Pending => Verification is not null && State is { } state && (Applied is not { } applied || applied.MayBecome(state));

    /// <summary>The row of a receipt under an id that nothing is known of.</summary>
    public static ReceiptRecord Of(ParkedReceipt receipt) => new ReceiptRecord(null, null, 0, null, null, 0, null, receipt.ExpiresAt.UtcTicks).Report(receipt);

    /// <summary>The row of an attempt under an id that nothing is known of.</summary>
    public static ReceiptRecord Of(byte[] verification, byte[] aliasTag, int attempt, long submittedAt, long expiresAt) =>
        new(verification, aliasTag, attempt, null, null, 0, null, expiresAt) { SubmittedAt = submittedAt };

    /// <summary>
    /// The attempt becomes known. Repeating it changes nothing. Another attempt under the same id is a carrier that uses its ids again: the newer submit has the id, with
    /// the receipts that came after it.
    /// </summary>
    public ReceiptRecord Map(byte[] verification, byte[] aliasTag, int attempt, long submittedAt, long expiresAt) =>
        IsOf(verification, attempt) ? this with { ExpiresAt = Math.Max(ExpiresAt, expiresAt) }
        : SubmittedAt > submittedAt ? this
        : Since(submittedAt) with { Verification = verification, AliasTag = aliasTag, Attempt = attempt, ExpiresAt = Math.Max(ExpiresAt, expiresAt) };

    /// <summary>A receipt came.</summary>
    public ReceiptRecord Report(ParkedReceipt receipt)
    {
        var (at, submittedAt) = (receipt.At.UtcTicks, receipt.SubmittedAt?.UtcTicks);
        var row = submittedAt is { } newer && !(SubmittedAt >= newer) ? Since(newer) : this;
        if (row.SubmittedAt > at)
        {
            return row;
        }

        if (row.State is { } known && !known.MayBecome(receipt.State))
        {
            var isSure = row.Verification is not null && row.SubmittedAt == submittedAt;
            var isOvertaken = row.Waiting is { } waiting && waiting.State.Rank() > receipt.State.Rank() && at - waiting.At < LongestEarly;
            return isSure || isOvertaken ? row : row with { Waiting = new WaitingReceipt(receipt.State, receipt.Reason, at) };
        }

        return row with { State = receipt.State, Reason = receipt.Reason, At = at, OtherIds = JoinIds(receipt.OtherIds), ExpiresAt = Math.Max(row.ExpiresAt, receipt.ExpiresAt.UtcTicks) };
    }

    /// <summary>An attempt has applied receipts up to a state.</summary>
    public ReceiptRecord Apply(byte[] verification, int attempt, AttemptStatus state) =>
        !IsOf(verification, attempt) || (Applied is { } known && !known.MayBecome(state)) ? this : this with { Applied = state };

    /// <summary>A mapped row that has a receipt, as the answer to one that came; null while it is parked.</summary>
    public ReceiptMatch? Match(ParkedReceipt receipt) => Verification is { } verification && AliasTag is { } tag && State is { } state
        ? new ReceiptMatch(
            new ParkedReceipt(receipt.Carrier, receipt.MessageId, state, Reason, new DateTimeOffset(At, TimeSpan.Zero), new DateTimeOffset(ExpiresAt, TimeSpan.Zero))
            {
                OtherIds = SplitIds(OtherIds),
            },
            HotIds.ReadAlias(verification, tag),
            HotIds.ReadVerification(verification),
            Attempt,
            IsApplied: !Pending)
        : null;

    /// <summary>Ids as they are stored.</summary>
    public static string? JoinIds(IReadOnlyList<string> ids) => ids.Count == 0 ? null : string.Join('\n', ids);

    /// <summary>Ids as they were.</summary>
    public static IReadOnlyList<string> SplitIds(string? column) => column is null ? [] : column.Split('\n');

    private bool IsOf(byte[] verification, int attempt) => Verification.AsSpan().SequenceEqual(verification) && Attempt == attempt;

    // What is left for a newer submit whose attempt is not known yet.
    private ReceiptRecord Since(long submittedAt)
    {
        var own = State is { } state && At >= submittedAt ? new WaitingReceipt(state, Reason, At) : null;
        var left = Waiting is { } waiting && waiting.At >= submittedAt && !(own?.State.Rank() >= waiting.State.Rank()) ? waiting : own;
        return new ReceiptRecord(null, null, 0, left?.State, left?.Reason, left?.At ?? 0, null, ExpiresAt) { SubmittedAt = submittedAt, OtherIds = left is not null && left == own ? OtherIds : null };
    }
}

/// <summary>A receipt beside the furthest one. Values are as stored.</summary>
/// <param name="State">What it reports.</param>
/// <param name="Reason">Of it.</param>
/// <param name="At">Ticks.</param>
internal sealed record WaitingReceipt(AttemptStatus State, string? Reason, long At);
