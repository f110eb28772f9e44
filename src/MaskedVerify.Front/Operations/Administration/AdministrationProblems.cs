using MaskedVerify.Front.Problems;

namespace MaskedVerify.Front.Operations.Administration;

/// <summary>One mistake in what an operator sent.</summary>
/// <param name="Pointer">JSON pointer to it; empty for the whole body.</param>
/// <param name="Detail">A sentence that says what to do; never repeats a secret.</param>
internal sealed record AdministrationError(string Pointer, string Detail);

/// <summary>What an operator sent cannot be used.</summary>
internal sealed class AdministrationInputException(params IReadOnlyList<AdministrationError> errors) : Exception("Invalid request.")
{
    public AdministrationInputException(string pointer, string detail)
        : this([new(pointer, detail)])
    {
    }

    /// <summary>Every mistake.</summary>
    public IReadOnlyList<AdministrationError> Errors { get; } = errors;
}

/// <summary>Problems (RFC 9457) of administration; they use the API's slugs where one fits and <c>about:blank</c> for a conflict.</summary>
internal static class AdministrationProblems
{
    public static IResult Invalid(IReadOnlyList<AdministrationError> errors) => Results.Problem(
        type: ProblemSlugs.BaseUri + ProblemSlugs.InvalidRequest,
        title: "The request is not valid.",
        statusCode: StatusCodes.Status400BadRequest,
        extensions: new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["errors"] = errors.Select(e => new { pointer = e.Pointer, detail = e.Detail }).ToArray(),
        });

    public static IResult Invalid(string pointer, string detail) => Invalid([new(pointer, detail)]);

    public static IResult NotFound(string what) => Results.Problem(
        type: ProblemSlugs.BaseUri + ProblemSlugs.NotFound, title: "There is no such " + what + ".", statusCode: StatusCodes.Status404NotFound);

    public static IResult Conflict(string detail) => Results.Problem(title: "Conflict", detail: detail, statusCode: StatusCodes.Status409Conflict);

    public static IResult Unavailable() => new WithRetryAfter(Results.Problem(
        type: ProblemSlugs.BaseUri + ProblemSlugs.Unavailable,
        title: "The service cannot do this right now.",
        detail: "It is not known whether it was done. Look before trying again.",
        statusCode: StatusCodes.Status503ServiceUnavailable));

    private sealed class WithRetryAfter(IResult inner) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = "2";
            return inner.ExecuteAsync(httpContext);
        }
    }
}
