using System.Globalization;
using System.Text;
using MaskedVerify.Front.Json;
using MaskedVerify.Front.Requests;
using MaskedVerify.Front.Verifications;
using MaskedVerify.Grains;
using Microsoft.Net.Http.Headers;

namespace MaskedVerify.Front.Problems;

/// <summary>
/// One answer that is not a success. Problems that are always the same are serialised once, so that equal problems are equal to the byte.
/// </summary>
internal sealed class Problem
{
    /// <summary>Media type of every problem.</summary>
    public const string MediaType = "application/problem+json";

    // RFC 6750 §3: an error is named only where a token came along.
    private const string KeyChallenge = "Bearer realm=\"maskedverify\"";
    private const string InvalidKeyChallenge = KeyChallenge + ", error=\"invalid_token\"";
    private const string PageChallenge = "Basic realm=\"maskedverify-operator\", charset=\"UTF-8\"";

    private readonly byte[] _json;
    private readonly LimitInfo? _limit;
    private readonly int? _retryAfter;
    private readonly string? _challenge;

    private Problem(string slug, int status, string title, string detail, IReadOnlyList<RequestError>? errors = null, LimitInfo? limit = null, int? retryAfter = null,
        VerificationResource? verification = null, string? challenge = null)
    {
        Slug = slug;
        Status = status;
        _limit = limit;
        _retryAfter = retryAfter;
        _challenge = challenge;
        var wire = limit is null ? null : new LimitResource(limit.Name, limit.Limit, limit.WindowSeconds, limit.RetryAfterSeconds);
        _json = JsonAnswer.Serialize(
            new ProblemResource(ProblemSlugs.BaseUri + slug, title, status, detail, errors, wire, verification), FrontJson.Default.ProblemResource).ToArray();
    }

    /// <summary>Unknown, foreign and malformed ids: one answer for all.</summary>
    public static Problem NotFound { get; } = new(
        ProblemSlugs.NotFound, StatusCodes.Status404NotFound, "Not found", "This key has nothing with this id. Check the id, and that the key belongs to the same tenant.");

    /// <summary>The port has no such path, whoever asks.</summary>
    public static Problem NoSuchPath { get; } = new(
        ProblemSlugs.NotFound, StatusCodes.Status404NotFound, "Not found", "This port has no such path. /docs on the public port lists the paths of the API.");

    /// <summary>The body is longer than 64 KiB.</summary>
    public static Problem TooLarge { get; } = Request(StatusCodes.Status413PayloadTooLarge, "The body is longer than 65536 bytes.");

    /// <summary>The body is not declared as JSON.</summary>
    public static Problem UnsupportedMediaType { get; } = Request(
        StatusCodes.Status415UnsupportedMediaType, "Send the body as JSON in UTF-8, with the header \"Content-Type: application/json\".");


    /// <summary>The request came in too slowly.</summary>
    public static Problem TooSlow { get; } = Request(StatusCodes.Status408RequestTimeout, "The request did not come in fast enough.");

    /// <summary>The request line or a header is not HTTP, or longer than the limits.</summary>
    public static Problem BadHttp { get; } = Request(StatusCodes.Status400BadRequest, "The request is not well-formed HTTP, or longer than the limits allow.");

    /// <summary>The tenant's policy demands a key.</summary>
    public static Problem IdempotencyKeyMissing { get; } = new(
        ProblemSlugs.IdempotencyKeyMissing, StatusCodes.Status400BadRequest, "Idempotency-Key is missing", "This tenant's policy demands the header \"Idempotency-Key\" with every POST and DELETE.");

    /// <summary>The key was used for another request.</summary>
    public static Problem IdempotencyKeyReused { get; } = new(
        ProblemSlugs.IdempotencyKeyReused, StatusCodes.Status422UnprocessableEntity, "Idempotency-Key was used before", "This Idempotency-Key belongs to another request of this tenant, or to one whose alias was erased. Use a new key for a new request.");

    /// <summary>The first request with the key is still running.</summary>
    public static Problem RequestInProgress { get; } = new(
        ProblemSlugs.RequestInProgress, StatusCodes.Status409Conflict, "Request in progress", "The first request with this Idempotency-Key is still running. Ask again in a second, with the same key.", retryAfter: 1);

    /// <summary>No key.</summary>
    public static Problem KeyMissing { get; } = Unauthenticated("The request has no API key. Send it as \"Authorization: Bearer mv_live_…\" or \"mv_test_…\".", KeyChallenge);

    /// <summary>What was sent cannot be a key: a typing or copying mistake, which needs no secret to see.</summary>
    public static Problem KeyMalformed { get; } = Unauthenticated(
        "The Authorization header holds no API key: expected \"Bearer \", then \"mv_live_\" or \"mv_test_\" and 73 more characters with a fitting checksum. Was the key copied whole?", InvalidKeyChallenge);

    /// <summary>No key of this server: an unknown id and a wrong secret are one answer, so that nobody learns which ids exist.</summary>
    public static Problem KeyUnknown { get; } = Unauthenticated(
        "This server does not accept this API key. Check that it is a key of this server and of this side (live or test), or make a new one: maskedverify key create.", InvalidKeyChallenge);

    /// <summary>The right secret of a key that was revoked.</summary>
    public static Problem KeyRevoked { get; } = Unauthenticated("This API key has been revoked. Use another, or make a new one: maskedverify key create.", InvalidKeyChallenge);

    /// <summary>The right secret of a key whose time is over.</summary>
    public static Problem KeyExpired { get; } = Unauthenticated("This API key has expired. Use another, or make a new one: maskedverify key create.", InvalidKeyChallenge);

    /// <summary>A page of the internal port without key: a browser asks for it.</summary>
    public static Problem OperatorKeyMissing { get; } = Unauthenticated(
        "The request has no key of this port. Send the operator key (operator.key in the data folder; for metrics and health the observer key in observer.key does too) as \"Authorization: Bearer …\", or as the password of Basic authentication.", PageChallenge);

    /// <summary>A page of the internal port with a wrong key.</summary>
    public static Problem OperatorKeyWrong { get; } = Unauthenticated(
        "This key does not open this page: the operator key (operator.key in the data folder) does, and for metrics and health the observer key (observer.key) too.", PageChallenge);

    /// <summary>Administration without a bearer token. No browser asks for it: what a browser remembers and sends by itself must not administer.</summary>
    public static Problem AdministrationKeyMissing { get; } = Unauthenticated(
        "Administration takes the operator key (operator.key in the data folder) as \"Authorization: Bearer …\" only. Basic authentication opens pages, not this.", KeyChallenge);

    /// <summary>Administration with a wrong key.</summary>
    public static Problem AdministrationKeyWrong { get; } = Unauthenticated("This is not the operator key of this server (operator.key in the data folder).", InvalidKeyChallenge);

    /// <summary>A page of another origin had a browser send this.</summary>
    public static Problem ForeignOrigin { get; } = Forbidden("Administration takes no requests that a page of another origin had a browser send (headers Origin, Sec-Fetch-Site). Use the command maskedverify, or send neither header.");

    /// <summary>The tenant is frozen.</summary>
    public static Problem Frozen { get; } = Forbidden("This tenant is frozen. Its operator can thaw it: maskedverify tenant thaw.");

    /// <summary>A live tenant on development keys.</summary>
    public static Problem LiveNotAllowed { get; } = Forbidden(
        "This installation keeps its root key in a local file, so it serves test keys (mv_test_…) only. Start it with --allow-local-keys to serve live tenants all the same.");

    /// <summary>A live key asked for the sandbox.</summary>
    public static Problem SandboxOnly { get; } = Forbidden("The sandbox inbox answers test keys (mv_test_…) only.");

    /// <summary>The Host header of a request to the internal port names another host.</summary>
    public static Problem HostNotAllowed { get; } = Forbidden("The internal port answers only requests whose Host header is a loopback name or a configured one (InternalHosts).");

    /// <summary>The policy does not allow the country or the kind of line.</summary>
    public static Problem DestinationNotAllowed { get; } = new(
        ProblemSlugs.DestinationNotAllowed, StatusCodes.Status403Forbidden, "Destination not allowed", "This tenant's policy does not allow messages to the country or the kind of line of this number.");

    /// <summary>The text is no valid number.</summary>
    public static Problem InvalidPhoneNumber { get; } = new(
        ProblemSlugs.InvalidPhoneNumber, StatusCodes.Status422UnprocessableEntity, "Invalid phone number", "The number is not valid. Send it in international format: \"+\", country code, number.");

    /// <summary>No carrier for it.</summary>
    public static Problem NoRoute { get; } = new(
        ProblemSlugs.NoRoute, StatusCodes.Status503ServiceUnavailable, "No route", "No route leads to this country over this channel at present. An operator adds one: maskedverify route add.", retryAfter: 60);

    /// <summary>Something the answer depends on is away, or the outcome is not known.</summary>
    public static Problem Unavailable { get; } = new(
        ProblemSlugs.Unavailable, StatusCodes.Status503ServiceUnavailable, "Temporarily unavailable", "The request could not be completed now. Repeat it with the same Idempotency-Key: a retry never sends a second message.", retryAfter: 2);

    /// <summary>The slug.</summary>
    public string Slug { get; }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The body, for the document's examples.</summary>
    public string Json => Encoding.UTF8.GetString(_json);

    /// <summary>One mistake in the body.</summary>
    public static Problem Invalid(string pointer, string detail) => Invalid([RequestError.At(pointer, detail)]);

    /// <summary>The path exists, the method does not.</summary>
    public static Problem MethodNotAllowed(string allowed) => Request(StatusCodes.Status405MethodNotAllowed, $"This path does not have this method. It has {allowed}.");

    /// <summary>The policy does not allow the destination, and this is why: no user data.</summary>
    public static Problem DestinationRefused(string detail) =>
        new(DestinationNotAllowed.Slug, DestinationNotAllowed.Status, "Destination not allowed", detail);

    /// <summary>Mistakes in a request.</summary>
    public static Problem Invalid(IReadOnlyList<RequestError> errors) => Request(StatusCodes.Status400BadRequest, "The request has mistakes; \"errors\" lists all of them.", errors);

    /// <summary>The verification has ended.</summary>
    public static Problem Ended(VerificationResource? verification) => new(
        ProblemSlugs.VerificationEnded, StatusCodes.Status409Conflict, "Verification ended", "This verification has ended and never changes again. Start a new one.", verification: verification);

    /// <summary>A limit of the alias, the number or the verification; with the live verification that makes another start needless, if there is one.</summary>
    public static Problem RateLimited(LimitInfo limit, VerificationResource? live = null) => new(
        ProblemSlugs.RateLimited, StatusCodes.Status429TooManyRequests, "Rate limited", "A limit holds; \"limit\" names it. Nothing was counted or sent. Try again after Retry-After seconds.",
        limit: limit, retryAfter: limit.RetryAfterSeconds, verification: live);

    /// <summary>The tenant's quota.</summary>
    public static Problem QuotaExceeded(LimitInfo limit) => new(
        ProblemSlugs.QuotaExceeded, StatusCodes.Status429TooManyRequests, "Quota exceeded", "The tenant's quota is used up; \"limit\" names it. Nothing was sent. Try again after Retry-After seconds.", limit: limit, retryAfter: limit.RetryAfterSeconds);

    /// <summary>Writes the answer with its headers.</summary>
    public Task WriteAsync(HttpContext context)
    {
        context.RequestServices.GetService<FrontMetrics>()?.Problem(Slug);
        var headers = context.Response.Headers;
        if (_retryAfter is { } seconds)
            headers[HeaderNames.RetryAfter] = seconds.ToString(CultureInfo.InvariantCulture);
        if (_limit is not null)
            RateLimitHeaders.Write(headers, _limit);
        if (_challenge is not null)
            headers[HeaderNames.WWWAuthenticate] = _challenge;
        return JsonAnswer.WriteBytesAsync(context, Status, _json, MediaType);
    }

    private static Problem Request(int status, string detail, IReadOnlyList<RequestError>? errors = null) =>
        new(ProblemSlugs.InvalidRequest, status, "Invalid request", detail, errors);

    private static Problem Unauthenticated(string detail, string challenge) =>
        new(ProblemSlugs.Unauthenticated, StatusCodes.Status401Unauthorized, "Not authenticated", detail, challenge: challenge);

    private static Problem Forbidden(string detail) => new(ProblemSlugs.Forbidden, StatusCodes.Status403Forbidden, "Forbidden", detail);
}
