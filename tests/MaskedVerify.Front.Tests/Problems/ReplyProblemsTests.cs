using System.Text.Json.Nodes;
using MaskedVerify.Front.Problems;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Tests.Problems;

public sealed class ReplyProblemsTests
{
    private static readonly LimitInfo s_limit = new("alias-sends-hour", 5, 3600, 12);

    public static TheoryData<ReplyKind, int, string> Mappings => new()
    {
        { ReplyKind.NotFound, 404, "not-found" },
        { ReplyKind.Ended, 409, "verification-ended" },
        { ReplyKind.RateLimited, 429, "rate-limited" },
        { ReplyKind.QuotaExceeded, 429, "quota-exceeded" },
        { ReplyKind.KeyReused, 422, "idempotency-key-reused" },
        { ReplyKind.InProgress, 409, "request-in-progress" },
        { ReplyKind.NoRoute, 503, "no-route" },
        { ReplyKind.Unauthenticated, 401, "unauthenticated" },
        { ReplyKind.DestinationNotAllowed, 403, "destination-not-allowed" },
        { ReplyKind.Invalid, 400, "invalid-request" },
        { ReplyKind.Unavailable, 503, "unavailable" },
        { ReplyKind.NumberRequired, 503, "unavailable" },
    };

    [Theory]
    [MemberData(nameof(Mappings))]
    public void ToProblem_WhenReplyIsNoSuccess_HasItsStatusAndSlug(ReplyKind kind, int status, string slug)
    {
        var problem = new VerificationReply(kind, Limit: s_limit, Pointer: "/reference", Detail: "It holds the number.").ToProblem();
        var ofAlias = new AliasReply(kind, Limit: s_limit, Pointer: "/reference", Detail: "It holds the number.").ToProblem();

        Assert.Equal((status, slug), (problem?.Status, problem?.Slug));
        Assert.Equal((status, slug), (ofAlias?.Status, ofAlias?.Slug));
        var json = JsonNode.Parse(problem!.Json)!;
        Assert.Equal("https://maskedverify.dev/problems/" + slug, (string?)json["type"]);
        Assert.Equal(status, (int)json["status"]!);
    }

    [Theory]
    [InlineData(ReplyKind.Ok)]
    [InlineData(ReplyKind.Replayed)]
    public void ToProblem_WhenReplyIsASuccess_IsNull(ReplyKind kind) => Assert.Null(new VerificationReply(kind).ToProblem());

    [Fact]
    public void ToProblem_WhenAKindIsAdded_IsMappedHere() =>
        Assert.Equal(Enum.GetValues<ReplyKind>().Length, Mappings.Count + 2);

    [Fact]
    public void ToProblem_WhenInvalid_PointsToTheMember()
    {
        var json = JsonNode.Parse(new VerificationReply(ReplyKind.Invalid, Pointer: "/reference", Detail: "It holds the number.").ToProblem()!.Json)!;

        Assert.Equal("/reference", (string?)json["errors"]![0]!["pointer"]);
        Assert.Equal("It holds the number.", (string?)json["errors"]![0]!["detail"]);
    }
}
