using MaskedVerify.Front.Requests;
using MaskedVerify.Front.Verifications;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Problems;

/// <summary>The one place where replies of grains become problems.</summary>
internal static class ReplyProblems
{
    private static readonly LimitInfo s_unnamed = new("unnamed", 1, 1, 1);

    /// <summary>The problem of a reply, or null when it is a success.</summary>
    public static Problem? ToProblem(this VerificationReply reply) => reply.Kind switch
    {
        ReplyKind.Ended => Problem.Ended(ResourceOf(reply)),
        ReplyKind.RateLimited => Problem.RateLimited(reply.Limit ?? s_unnamed, ResourceOf(reply)),
        _ => ToProblem(reply.Kind, reply.Limit, reply.Pointer, reply.Detail),
    };

    /// <inheritdoc cref="ToProblem(VerificationReply)"/>
    public static Problem? ToProblem(this AliasReply reply) => ToProblem(reply.Kind, reply.Limit, reply.Pointer, reply.Detail);

    private static VerificationResource? ResourceOf(VerificationReply reply) => reply.Verification is { } view ? VerificationResource.From(view) : null;

    private static Problem? ToProblem(ReplyKind kind, LimitInfo? limit, string? pointer, string? detail) => kind switch
    {
        ReplyKind.Ok or ReplyKind.Replayed => null,
        ReplyKind.NotFound => Problem.NotFound,
        ReplyKind.Ended => Problem.Ended(null),
        ReplyKind.RateLimited => Problem.RateLimited(limit ?? s_unnamed),
        ReplyKind.QuotaExceeded => Problem.QuotaExceeded(limit ?? s_unnamed),
        ReplyKind.KeyReused => Problem.IdempotencyKeyReused,
        ReplyKind.InProgress => Problem.RequestInProgress,
        ReplyKind.NoRoute => Problem.NoRoute,
        ReplyKind.Unauthenticated => Problem.KeyUnknown,
        ReplyKind.DestinationNotAllowed => detail is null ? Problem.DestinationNotAllowed : Problem.DestinationRefused(detail),
        ReplyKind.Invalid => Problem.Invalid([RequestError.At(pointer ?? "", detail ?? "Not acceptable.")]),
        _ => Problem.Unavailable,
    };
}
