namespace MaskedVerify.Front.Problems;

/// <summary>Last part of every problem's <c>type</c>. Stable for ever (api.md, Problems).</summary>
internal static class ProblemSlugs
{
    /// <summary>What stands before the slug.</summary>
    public const string BaseUri = "https://maskedverify.dev/problems/";

    public const string InvalidRequest = "invalid-request";
    public const string InvalidPhoneNumber = "invalid-phone-number";
    public const string IdempotencyKeyMissing = "idempotency-key-missing";
    public const string IdempotencyKeyReused = "idempotency-key-reused";
    public const string RequestInProgress = "request-in-progress";
    public const string Unauthenticated = "unauthenticated";
    public const string Forbidden = "forbidden";
    public const string DestinationNotAllowed = "destination-not-allowed";
    public const string NotFound = "not-found";
    public const string VerificationEnded = "verification-ended";
    public const string RateLimited = "rate-limited";
    public const string QuotaExceeded = "quota-exceeded";
    public const string NoRoute = "no-route";
    public const string Unavailable = "unavailable";
}
