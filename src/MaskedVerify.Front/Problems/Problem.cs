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

    private readonly byte[] _json;
    private readonly LimitInfo? _limit;
    private readonly int? _retryAfter;

    private Problem(string slug, int status, string title, string detail, IReadOnlyList<RequestError>? errors = null, LimitInfo? limit = null, int? retryAfter = null,
        VerificationResource? verification = null)
    {
        Slug = slug;
        Status = status;
        _limit = limit;
        _retryAfter = retryAfter;
        var wire = limit is null ? null : new LimitResource(limit.Name, limit.Limit, limit.WindowSeconds, limit.RetryAfterSeconds);
        _json = JsonAnswer.Serialize(
            new ProblemResource(ProblemSlugs.BaseUri + slug, title, status, detail, errors, wire, verification), FrontJson.Default.ProblemResource).ToArray();
    }

    /// <summary>Unknown, foreign and malformed ids, and unknown paths: one answer for all.</summary>
    public static Problem NotFound { get; } = new(
        ProblemSlugs.NotFound, StatusCodes.Status404NotFound, "Not found", "There is nothing here for this key. Check the path and the id, and that the key belongs to the same tenant.");

    /// <summary>The body is longer than 64 KiB.</summary>
    public static Problem TooLarge { get; } = Request(StatusCodes.Status413PayloadTooLarge, "The body is longer than 65536 bytes.");

    /// <summary>The body is not declared as JSON.</summary>
    public static Problem UnsupportedMediaType { get; } = Request(
        StatusCodes.Status415UnsupportedMediaType, "Send the body as JSON in UTF-8, with the header \"Content-Type: application/json\".");

    /// <summary>The path exists, the method does not.</summary>
    public static Problem MethodNotAllowed { get; } = Request(
        StatusCodes.Status405MethodNotAllowed, "This path does not have this method; the Allow header names those it has.");

    /// <summary>The request came in too slowly.</summary>
    public static Problem TooSlow { get; } = Request(StatusCodes.Status408RequestTimeout, "The request did not come in fast enough.");

    /// <summary>The request line or a header is not HTTP, or longer than the limits.</summary>
    public static Problem BadHttp { get; } = Request(StatusCodes.Status400BadRequest, "The request is not well-formed HTTP, or longer than the limits allow.");

    /// <summary>The tenant's policy demands a key.</summary>
    public static Problem IdempotencyKeyMissing { get; } = new(
        ProblemSlugs.IdempotencyKeyMissing, StatusCodes.Status400BadRequest, "Idempotency-Key is missing", "This tenant's policy demands the header \"Idempotency-Key\" with every POST and DELETE.");

    /// <summary>The key was used for another request.</summary>
    public static Problem IdempotencyKeyReused { get; } = new(
        ProblemSlugs.IdempotencyKeyReused, StatusCodes.Status422UnprocessableEntity, "Idempotency-Key was used before", "This Idempotency-Key belongs to another request of this tenant. Use a new key for a new request.");

    /// <summary>The first request with the key is still running.</summary>
    public static Problem RequestInProgress { get; } = new(
        ProblemSlugs.RequestInProgress, StatusCodes.Status409Conflict, "Request in progress", "The first request with this Idempotency-Key is still running. Ask again in a second, with the same key.", retryAfter: 1);

    /// <summary>No key, or one that is not valid.</summary>
    public static Problem Unauthenticated { get; } = new(
        ProblemSlugs.Unauthenticated, StatusCodes.Status401Unauthorized, "Not authenticated", "Send a valid API key: \"Authorization: Bearer mv_live_…\" or \"mv_test_…\".");

    /// <summary>The operator's key is missing or wrong.</summary>
    public static Problem OperatorUnauthenticated { get; } = new(
        ProblemSlugs.Unauthenticated, StatusCodes.Status401Unauthorized, "Not authenticated", "Send the operator key (data/operator.key; for metrics and health the observer key in data/observer.key does too) as \"Authorization: Bearer …\", or as the password of Basic authentication.");

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
        ProblemSlugs.NoRoute, StatusCodes.Status503ServiceUnavailable, "No route", "No configured carrier route serves this destination and channel at present.", retryAfter: 60);

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

    /// <summary>Mistakes in a request.</summary>
    public static Problem Invalid(IReadOnlyList<RequestError> errors) => Request(StatusCodes.Status400BadRequest, "The request has mistakes; \"errors\" lists all of them.", errors);

    /// <summary>The verification has ended.</summary>
    public static Problem Ended(VerificationResource? verification) => new(
        ProblemSlugs.VerificationEnded, StatusCodes.Status409Conflict, "Verification ended", "This verification has ended and never changes again. Start a new one.", verification: verification);

    /// <summary>A limit of the alias, the number or the verification.</summary>
    public static Problem RateLimited(LimitInfo limit) => new(
        ProblemSlugs.RateLimited, StatusCodes.Status429TooManyRequests, "Rate limited", "A limit holds; \"limit\" names it. Nothing was counted or sent. Try again after Retry-After seconds.", limit: limit, retryAfter: limit.RetryAfterSeconds);

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
        if (Status == StatusCodes.Status401Unauthorized)
            headers[HeaderNames.WWWAuthenticate] = ReferenceEquals(this, OperatorUnauthenticated) ? "Basic realm=\"maskedverify-operator\", charset=\"UTF-8\"" : "Bearer realm=\"maskedverify\"";
        return JsonAnswer.WriteBytesAsync(context, Status, _json, MediaType);
    }

    private static Problem Request(int status, string detail, IReadOnlyList<RequestError>? errors = null) =>
        new(ProblemSlugs.InvalidRequest, status, "Invalid request", detail, errors);

    private static Problem Forbidden(string detail) => new(ProblemSlugs.Forbidden, StatusCodes.Status403Forbidden, "Forbidden", detail);
}
