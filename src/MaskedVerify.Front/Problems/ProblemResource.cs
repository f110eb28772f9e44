using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using MaskedVerify.Front.Requests;
using MaskedVerify.Front.Verifications;

namespace MaskedVerify.Front.Problems;

/// <summary>An RFC 9457 problem as it is written.</summary>
/// <param name="Type">Base address and slug.</param>
/// <param name="Title">The same for every problem of a type.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What to do about it.</param>
/// <param name="Errors">All mistakes of an invalid request.</param>
/// <param name="Limit">Which limit answered.</param>
/// <param name="Verification">The ended verification, or the live one that a start came too soon after.</param>
[Description("A problem (RFC 9457). `type` is stable for ever and tells problems apart. No problem ever repeats a number, a code or a stack.")]
internal sealed record ProblemResource(
    [property: Description("Address of the problem type; its last part is the slug."), RegularExpression("^https://maskedverify\\.dev/problems/[a-z-]+$")] string Type,
    [property: Description("The same words for every problem of this type.")] string Title,
    [property: Description("The HTTP status."), Range(400, 599)] int Status,
    [property: Description("What is wrong and what to do about it.")] string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("Every mistake that was found, for invalid requests.")]
    IReadOnlyList<RequestError>? Errors = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("Which limit answered, for rate-limited and quota-exceeded.")]
    LimitResource? Limit = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The verification with its final `status`, for verification-ended; the live one of the same purpose, if there is one, for rate-limited by `start-spacing`.")]
    VerificationResource? Verification = null);

/// <summary>A limit as it is written.</summary>
/// <param name="Name">Which one.</param>
/// <param name="Max">Permits per window.</param>
/// <param name="WindowSeconds">Length of the window.</param>
/// <param name="RetryAfterSeconds">When to try again.</param>
[Description("A limit that answered.")]
internal sealed record LimitResource(
    [property: Description("Its name, for example `alias-sends-hour`.")] string Name,
    [property: Description("Permits per window.")] int Max,
    [property: Description("Length of the window in seconds.")] int WindowSeconds,
    [property: Description("When to try again, in seconds; the same as `Retry-After`.")] int RetryAfterSeconds);
