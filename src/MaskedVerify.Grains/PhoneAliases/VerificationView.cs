using MaskedVerify.Domain;

namespace MaskedVerify.Grains;

/// <summary>A verification as callers see it: no number, no code.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Alias">Whom it verifies.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">A short machine word for a terminal state (<c>displaced</c>, <c>canceled-by-caller</c>, <c>no-route</c>, …), or null.</param>
/// <param name="Reference">The caller's reference, or null.</param>
/// <param name="Purpose">The purpose; <c>default</c> when none was given.</param>
/// <param name="Destination">Country and line type.</param>
/// <param name="CreatedAt">Start.</param>
/// <param name="ExpiresAt">When it stops being checkable.</param>
/// <param name="Next">What may be done next.</param>
/// <param name="Attempts">Attempts to deliver, oldest first.</param>
[GenerateSerializer, Immutable, Alias("mv.VerificationView")]
public sealed record VerificationView(
    [property: Id(0)] VerificationId Id,
    [property: Id(1)] AliasId Alias,
    [property: Id(2)] VerificationStatus Status,
    [property: Id(3)] string? Reason,
    [property: Id(4)] string? Reference,
    [property: Id(5)] string Purpose,
    [property: Id(6)] PhoneDestination Destination,
    [property: Id(7)] DateTimeOffset CreatedAt,
    [property: Id(8)] DateTimeOffset ExpiresAt,
    [property: Id(9)] NextSteps Next,
    [property: Id(10)] IReadOnlyList<AttemptView> Attempts);

/// <summary>What may be done next; always the truth about the next call.</summary>
/// <param name="MayCheck">Whether a check is judged (after <paramref name="CheckAfterSeconds"/>).</param>
/// <param name="CheckAfterSeconds">0, or how long a check answers 429.</param>
/// <param name="ChecksRemaining">Tries left in this verification.</param>
/// <param name="MayResend">Whether a resend is accepted right now.</param>
/// <param name="ResendAfterSeconds">0 when <paramref name="MayResend"/>; otherwise when to ask again; null when never for this verification.</param>
[GenerateSerializer, Immutable, Alias("mv.NextSteps")]
public sealed record NextSteps(
    [property: Id(0)] bool MayCheck,
    [property: Id(1)] int CheckAfterSeconds,
    [property: Id(2)] int ChecksRemaining,
    [property: Id(3)] bool MayResend,
    [property: Id(4)] int? ResendAfterSeconds);

/// <summary>One attempt to deliver.</summary>
/// <param name="Channel">SMS or voice.</param>
/// <param name="Route">The route that was chosen.</param>
/// <param name="Status">How far it came.</param>
/// <param name="Segments">Parts, 0 while unknown.</param>
/// <param name="At">When it was claimed.</param>
/// <param name="Why">A short machine word: why it failed, or why it was made (<c>resend</c>, <c>next-route:throttled</c>), or null.</param>
[GenerateSerializer, Immutable, Alias("mv.AttemptView")]
public sealed record AttemptView(
    [property: Id(0)] Channel Channel,
    [property: Id(1)] RouteId Route,
    [property: Id(2)] AttemptStatus Status,
    [property: Id(3)] int Segments,
    [property: Id(4)] DateTimeOffset At,
    [property: Id(5)] string? Why);

/// <summary>An alias as callers see it: no number.</summary>
/// <param name="Alias">Its id.</param>
/// <param name="Context">Its context.</param>
/// <param name="Destination">Country and line type.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="VerifiedAt">When a code was last accepted, or null.</param>
[GenerateSerializer, Immutable, Alias("mv.AliasView")]
public sealed record AliasView(
    [property: Id(0)] AliasId Alias,
    [property: Id(1)] string Context,
    [property: Id(2)] PhoneDestination Destination,
    [property: Id(3)] DateTimeOffset CreatedAt,
    [property: Id(4)] DateTimeOffset? VerifiedAt);
