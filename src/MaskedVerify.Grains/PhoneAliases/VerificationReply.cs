namespace MaskedVerify.Grains;

/// <summary>How a command on a verification or an alias ended. Numbers travel between versions: never renumber. The front maps each to one answer.</summary>
public enum ReplyKind
{
    /// <summary>Done; for a start: a new verification (201).</summary>
    Ok = 0,

    /// <summary>Done before under the same Idempotency-Key: the stored answer.</summary>
    Replayed = 1,

    /// <summary>The alias or verification is unknown, foreign or erased (404).</summary>
    NotFound = 2,

    /// <summary>The verification is in a terminal state (409 verification-ended).</summary>
    Ended = 3,

    /// <summary>A limit holds: see <see cref="LimitInfo"/> (429 rate-limited).</summary>
    RateLimited = 4,

    /// <summary>The tenant's quota is used up (429 quota-exceeded).</summary>
    QuotaExceeded = 5,

    /// <summary>The Idempotency-Key belongs to another request (422).</summary>
    KeyReused = 6,

    /// <summary>The first request with this key is still running (409).</summary>
    InProgress = 7,

    /// <summary>No route serves this destination and channel (503 no-route).</summary>
    NoRoute = 8,

    /// <summary>The credential is not valid any more, or the tenant is frozen (401 / 403 by the front's own check; the vault only refuses).</summary>
    Unauthenticated = 9,

    /// <summary>The tenant's policy does not allow the country or line type (403 destination-not-allowed).</summary>
    DestinationNotAllowed = 10,

    /// <summary>A member is not acceptable: <see cref="VerificationReply.Pointer"/> and <see cref="VerificationReply.Detail"/> (400 invalid-request).</summary>
    Invalid = 11,

    /// <summary>Storage or keys are away, or the outcome is unknown (503 unavailable): retry with the same key.</summary>
    Unavailable = 12,

    /// <summary>Inside the vault only: the alias row does not exist yet, send the sealed number along.</summary>
    NumberRequired = 13,
}

/// <summary>Which limit answered, so that the caller can see it before it tries again.</summary>
/// <param name="Name">For example <c>alias-starts-hour</c>, <c>resend-spacing</c>, <c>check-wait</c>, <c>number</c>.</param>
/// <param name="Limit">Permits per window, at least 1.</param>
/// <param name="WindowSeconds">Length of the window.</param>
/// <param name="RetryAfterSeconds">When to try again, at least 1.</param>
[GenerateSerializer, Immutable, Alias("mv.LimitInfo")]
public sealed record LimitInfo(
    [property: Id(0)] string Name, [property: Id(1)] int Limit, [property: Id(2)] int WindowSeconds, [property: Id(3)] int RetryAfterSeconds);

/// <summary>Answer to a command on a verification.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Verification">The resource, for <see cref="ReplyKind.Ok"/>, <see cref="ReplyKind.Replayed"/> and <see cref="ReplyKind.Ended"/>; the live one, if any, when a start came too soon after it.</param>
/// <param name="Valid">For a check: whether the code was right.</param>
/// <param name="Limit">For <see cref="ReplyKind.RateLimited"/> and <see cref="ReplyKind.QuotaExceeded"/>; on success the nearest limit of a start, or null.</param>
/// <param name="Pointer">JSON pointer for <see cref="ReplyKind.Invalid"/>.</param>
/// <param name="Detail">Sentence for <see cref="ReplyKind.Invalid"/>; no user data.</param>
[GenerateSerializer, Immutable, Alias("mv.VerificationReply")]
public sealed record VerificationReply(
    [property: Id(0)] ReplyKind Kind,
    [property: Id(1)] VerificationView? Verification = null,
    [property: Id(2)] bool? Valid = null,
    [property: Id(3)] LimitInfo? Limit = null,
    [property: Id(4)] string? Pointer = null,
    [property: Id(5)] string? Detail = null);

/// <summary>Answer to an operator's command on an alias.</summary>
/// <param name="Kind"><see cref="ReplyKind.Ok"/>, <see cref="ReplyKind.NotFound"/> or <see cref="ReplyKind.Unavailable"/>.</param>
/// <param name="Checks">What stands against checks after it.</param>
[GenerateSerializer, Immutable, Alias("mv.AliasChecksReply")]
public sealed record AliasChecksReply([property: Id(0)] ReplyKind Kind, [property: Id(1)] PhoneAliases.AliasChecks? Checks = null);

/// <summary>Answer to a command on an alias; members as in <see cref="VerificationReply"/>.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Alias">The resource.</param>
/// <param name="Created">Whether this call made it (201) or found it (200).</param>
/// <param name="Limit">As above.</param>
/// <param name="Pointer">As above.</param>
/// <param name="Detail">As above.</param>
[GenerateSerializer, Immutable, Alias("mv.AliasReply")]
public sealed record AliasReply(
    [property: Id(0)] ReplyKind Kind,
    [property: Id(1)] AliasView? Alias = null,
    [property: Id(2)] bool Created = false,
    [property: Id(3)] LimitInfo? Limit = null,
    [property: Id(4)] string? Pointer = null,
    [property: Id(5)] string? Detail = null);
