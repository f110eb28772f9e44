using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>A start after the desk found the alias.</summary>
/// <param name="Alias">The alias.</param>
/// <param name="Context">The resolved context (never null).</param>
/// <param name="Sealed">The sealed number when the alias is new, or when the grain answered <see cref="ReplyKind.NumberRequired"/>; otherwise null.</param>
/// <param name="Destination">Country and line type, set together with <paramref name="Sealed"/>.</param>
/// <param name="Reference">See <see cref="AliasDesks.StartCommand"/>.</param>
/// <param name="Purpose">As above.</param>
/// <param name="Locale">As above.</param>
/// <param name="CodeLength">As above.</param>
/// <param name="TtlSeconds">As above.</param>
/// <param name="ResendPolicy">As above.</param>
[GenerateSerializer, Immutable, Alias("mv.AliasStart")]
public sealed record AliasStart(
    [property: Id(0)] AliasId Alias,
    [property: Id(1)] string Context,
    [property: Id(2), NotAsked] byte[]? Sealed,
    [property: Id(3), NotAsked] PhoneDestination Destination,
    [property: Id(4)] string? Reference,
    [property: Id(5)] string? Purpose,
    [property: Id(6)] string? Locale,
    [property: Id(7)] int? CodeLength,
    [property: Id(8)] int? TtlSeconds,
    [property: Id(9)] ResendPolicy? ResendPolicy)
{
    /// <inheritdoc/>
    public override string ToString() => $"AliasStart {{ {Alias} }}";
}

/// <summary>Creation of an alias row after the desk found the alias; <paramref name="Sealed"/> as in <see cref="AliasStart"/>.</summary>
[GenerateSerializer, Immutable, Alias("mv.AliasOpen")]
public sealed record AliasOpen(
    [property: Id(0)] AliasId Alias, [property: Id(1)] string Context, [property: Id(2), NotAsked] byte[]? Sealed, [property: Id(3), NotAsked] PhoneDestination Destination)
{
    /// <inheritdoc/>
    public override string ToString() => $"AliasOpen {{ {Alias} }}";
}

/// <summary>How a submit of one attempt ended.</summary>
/// <param name="Id">The verification.</param>
/// <param name="Attempt">Index of the attempt, from 0.</param>
/// <param name="Carrier">Who was asked.</param>
/// <param name="Error">A <c>CarrierError</c> as number; 0 means accepted.</param>
/// <param name="MessageId">The carrier's id when accepted.</param>
/// <param name="Segments">Parts, when handed over.</param>
/// <param name="SubmittedAt">When it was handed over, by the clock that receipts are stamped with; of no meaning unless accepted.</param>
[GenerateSerializer, Immutable, Alias("mv.AttemptReport")]
public sealed record AttemptReport(
    [property: Id(0)] VerificationId Id,
    [property: Id(1)] int Attempt,
    [property: Id(2)] CarrierId Carrier,
    [property: Id(3)] int Error,
    [property: Id(4)] string? MessageId,
    [property: Id(5)] int Segments,
    [property: Id(6)] DateTimeOffset SubmittedAt)
{
    /// <summary>Unix milliseconds of the claim that was submitted; 0 when it is not known. A throttle of another claim than the newest is old news.</summary>
    [Id(7)]
    public long ClaimedAt { get; init; }
}
