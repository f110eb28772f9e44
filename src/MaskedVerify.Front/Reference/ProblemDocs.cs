using MaskedVerify.Front.Problems;

namespace MaskedVerify.Front.Reference;

/// <summary>What the document says of each problem, and which problem stands as the example of each status.</summary>
internal static class ProblemDocs
{
    private static readonly Dictionary<string, (int Status, string Text)> s_all = new(StringComparer.Ordinal)
    {
        [ProblemSlugs.InvalidRequest] = (400, "the body, a header or a parameter has mistakes; `errors` lists all of them"),
        [ProblemSlugs.IdempotencyKeyMissing] = (400, "the tenant's policy demands an Idempotency-Key"),
        [ProblemSlugs.Unauthenticated] = (401, "the API key is missing, malformed, not accepted, revoked or expired; `detail` says which"),
        [ProblemSlugs.Forbidden] = (403, "the tenant is frozen, or the key is not for this"),
        [ProblemSlugs.DestinationNotAllowed] = (403, "the tenant's policy does not allow this country or kind of line"),
        [ProblemSlugs.NotFound] = (404, "unknown, another tenant's, malformed or erased: one answer for all"),
        [ProblemSlugs.VerificationEnded] = (409, "the verification has ended; it is in `verification`"),
        [ProblemSlugs.RequestInProgress] = (409, "the first request with this Idempotency-Key is still running"),
        [ProblemSlugs.InvalidPhoneNumber] = (422, "the number is not valid"),
        [ProblemSlugs.IdempotencyKeyReused] = (422, "the Idempotency-Key belongs to another request, or to one whose alias was erased"),
        [ProblemSlugs.RateLimited] = (429, "a limit of the alias, the number or the verification holds; `limit` names it"),
        [ProblemSlugs.QuotaExceeded] = (429, "the tenant's quota is used up; `limit` names it"),
        [ProblemSlugs.NoRoute] = (503, "no carrier route serves the destination and channel"),
        [ProblemSlugs.Unavailable] = (503, "something that the answer depends on is away; a retry with the same Idempotency-Key is safe"),
    };

    /// <summary>Problems of an operation by status, with those that every operation shares.</summary>
    public static SortedDictionary<int, List<string>> ByStatus(OperationDoc doc)
    {
        var slugs = new List<string>(doc.Problems);
        if (!doc.IsAnonymous)
            slugs.AddRange([ProblemSlugs.Unauthenticated, ProblemSlugs.Forbidden, ProblemSlugs.Unavailable]);
        if (doc.TakesKey)
            slugs.AddRange([ProblemSlugs.IdempotencyKeyMissing, ProblemSlugs.IdempotencyKeyReused, ProblemSlugs.RequestInProgress]);
        var result = new SortedDictionary<int, List<string>>();
        foreach (var slug in slugs.Distinct(StringComparer.Ordinal))
            (result.TryGetValue(s_all[slug].Status, out var list) ? list : result[s_all[slug].Status] = []).Add(slug);
        if (doc.Body is not null || doc.TakesKey)
        {
            result[413] = [ProblemSlugs.InvalidRequest];
            result[415] = [ProblemSlugs.InvalidRequest];
        }

        return result;
    }

    /// <summary>The description of a status of an operation.</summary>
    public static string Describe(int status, IReadOnlyList<string> slugs) => status switch
    {
        413 => "`invalid-request`: the body is longer than 65,536 bytes.",
        415 => "`invalid-request`: the body is not declared as `application/json` in UTF-8.",
        _ => string.Join("; ", slugs.Select(s => $"`{s}`: {s_all[s].Text}")) + ".",
    };

    /// <summary>An example of a problem.</summary>
    public static Problem Example(int status, string slug) => (status, slug) switch
    {
        (413, _) => Problem.TooLarge,
        (415, _) => Problem.UnsupportedMediaType,
        (_, ProblemSlugs.InvalidRequest) => Problem.Invalid("/codeLength", "Expected a whole number from 6 to 10."),
        (_, ProblemSlugs.IdempotencyKeyMissing) => Problem.IdempotencyKeyMissing,
        (_, ProblemSlugs.Unauthenticated) => Problem.KeyMissing,
        (_, ProblemSlugs.Forbidden) => Problem.Frozen,
        (_, ProblemSlugs.DestinationNotAllowed) => Problem.DestinationNotAllowed,
        (_, ProblemSlugs.VerificationEnded) => Problem.Ended(null),
        (_, ProblemSlugs.RequestInProgress) => Problem.RequestInProgress,
        (_, ProblemSlugs.InvalidPhoneNumber) => Problem.InvalidPhoneNumber,
        (_, ProblemSlugs.IdempotencyKeyReused) => Problem.IdempotencyKeyReused,
        (_, ProblemSlugs.RateLimited) => Problem.RateLimited(new Grains.LimitInfo("alias-sends-hour", 5, 3600, 1200)),
        (_, ProblemSlugs.QuotaExceeded) => Problem.QuotaExceeded(new Grains.LimitInfo("tenant-starts-second", 1000, 1, 1)),
        (_, ProblemSlugs.NoRoute) => Problem.NoRoute,
        (_, ProblemSlugs.Unavailable) => Problem.Unavailable,
        _ => Problem.NotFound,
    };
}
