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
    /// <summary>The attempt is known and has not seen the furthest receipt.</summary>
    public bool Pending => Verification is not null && State is { } state && (Applied is not { } applied || applied.MayBecome(state));

    /// <summary>
    /// The attempt becomes known. Repeating it changes nothing; another attempt under the same id is a carrier that uses its ids again, and begins anew.
    /// </summary>
    public ReceiptRecord Map(byte[] verification, byte[] aliasTag, int attempt, long expiresAt)
    {
        var mapped = this with { Verification = verification, AliasTag = aliasTag, Attempt = attempt, ExpiresAt = Math.Max(ExpiresAt, expiresAt) };
        return Verification is null || (Verification.AsSpan().SequenceEqual(verification) && Attempt == attempt)
            ? mapped
            : mapped with { State = null, Reason = null, At = 0, Applied = null };
    }

    /// <summary>A receipt came; one that is not further changes nothing.</summary>
    public ReceiptRecord Report(AttemptStatus state, string? reason, long at, long expiresAt) =>
        State is { } known && !known.MayBecome(state)
            ? this
            : this with { State = state, Reason = reason, At = at, ExpiresAt = Math.Max(ExpiresAt, expiresAt) };

    /// <summary>The grain has applied receipts up to a state.</summary>
    public ReceiptRecord Apply(AttemptStatus state) => Applied is { } known && !known.MayBecome(state) ? this : this with { Applied = state };

    /// <summary>A mapped row that has a receipt, as the answer to one that came; null while it is parked.</summary>
    public ReceiptMatch? Match(ParkedReceipt receipt) => Verification is { } verification && AliasTag is { } tag && State is { } state
        ? new ReceiptMatch(
            receipt with { State = state, Reason = Reason, At = new DateTimeOffset(At, TimeSpan.Zero), ExpiresAt = new DateTimeOffset(ExpiresAt, TimeSpan.Zero) },
            HotIds.ReadAlias(verification, tag),
            HotIds.ReadVerification(verification),
            Attempt,
            IsApplied: !Pending)
        : null;
}
