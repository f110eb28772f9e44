using System.Text.Json;
using MaskedVerify.Front.Aliases;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Front.Verifications;

namespace MaskedVerify.Front.Tests.Journeys;

/// <summary>A key answers for one request: every member of every operation counts.</summary>
public sealed class IdempotencyJourneyTests(LiveFront live) : IClassFixture<LiveFront>
{
    // The number of `to` is flipped to another person's; every other member to another value.
    private static readonly Dictionary<string, (string Before, string After)> s_startMembers = new(StringComparer.Ordinal)
    {
        ["context"] = ("\"buyer\"", "\"seller\""),
        ["reference"] = ("\"order-42\"", "\"order-43\""),
        ["purpose"] = ("\"login\"", "\"signup\""),
        ["locale"] = ("\"de\"", "\"en\""),
        ["codeLength"] = ("7", "8"),
        ["ttlSeconds"] = ("120", "121"),
        ["resendPolicy"] = ("\"rotate\"", "\"reuse\""),
    };

    public static TheoryData<string> StartMembers => [.. s_startMembers.Keys];

    [Fact]
    public void Members_AreThoseOfTheRequests()
    {
        Assert.Equal(Names(typeof(StartVerificationRequest)), s_startMembers.Keys.Append("to").Order(StringComparer.Ordinal));
        Assert.Equal(["context", "phoneNumber"], Names(typeof(CreateAliasRequest)));
        Assert.Equal(["code"], Names(typeof(CheckCodeRequest)).Except(["parsed"]));
        Assert.Equal(["channel"], Names(typeof(ResendCodeRequest)));
        Assert.Empty(Names(typeof(CancelVerificationRequest)));
        Assert.Empty(Names(typeof(EraseAliasRequest)));
    }

    [Theory]
    [MemberData(nameof(StartMembers))]
    public async Task Start_WhenAMemberDiffers_Is422(string member)
    {
        var number = Numbers.Next();
        string More(string? flipped) => string.Concat(s_startMembers.Select(m => $",\"{m.Key}\":{(m.Key == flipped ? m.Value.After : m.Value.Before)}"));
        string Without() => string.Concat(s_startMembers.Where(m => m.Key != member).Select(m => $",\"{m.Key}\":{m.Value.Before}"));
        var key = "start-" + member;
        var first = await live.StartAsync(number, More(null), idempotencyKey: key);
        Assert.Equal(201, first.Status);

        AssertReused(await live.StartAsync(number, More(member), idempotencyKey: key));
        if (member != "context") // Left out, it is the tenant's first: the same request.
            AssertReused(await live.StartAsync(number, Without(), idempotencyKey: key));
        AssertReused(await live.StartAsync(Numbers.Next(), More(null), idempotencyKey: key));
        Assert.Equal("true", (await live.StartAsync(number, More(null), idempotencyKey: key)).Headers["Idempotent-Replayed"]);
    }

    [Fact]
    public async Task Check_WhenTheCodeDiffers_Is422()
    {
        var (id, alias) = Ids(await live.StartAsync(Numbers.Next()));
        var (other, _) = Ids(await live.StartAsync(Numbers.Next()));
        var code = await live.CodeAsync(alias);
        Assert.True((bool)(await live.CheckAsync(id, code, "check-right")).Json["valid"]!);

        for (var i = 0; i < code.Length; i++)
        {
            var flipped = code[..i] + (char)('0' + ((code[i] - '0' + 1) % 10)) + code[(i + 1)..];
            AssertReused(await live.CheckAsync(id, flipped, "check-right"));
        }

        AssertReused(await live.CheckAsync(id, "0" + code, "check-right"));
        AssertReused(await live.CheckAsync(id, code[1..], "check-right"));
        AssertReused(await live.CheckAsync(other, code, "check-right"));
        Assert.True((bool)(await live.CheckAsync(id, code, "check-right")).Json["valid"]!);
    }

    [Fact]
    public async Task Check_WhenTheRightCodeFollowsAWrongOneUnderOneKey_Is422AndJudgesNothing()
    {
        var (id, alias) = Ids(await live.StartAsync(Numbers.Next()));
        var code = await live.CodeAsync(alias);
        Assert.False((bool)(await live.CheckAsync(id, LiveFront.Wrong(code), "check-wrong")).Json["valid"]!);

        AssertReused(await live.CheckAsync(id, code, "check-wrong"));
        Assert.False((bool)(await live.CheckAsync(id, LiveFront.Wrong(code), "check-wrong")).Json["valid"]!);
        Assert.True((bool)(await live.CheckAsync(id, code, "check-then-right")).Json["valid"]!);
    }

    [Fact]
    public async Task Cancel_WhenTheVerificationOrTheOperationDiffers_Is422()
    {
        var (id, _) = Ids(await live.StartAsync(Numbers.Next()));
        var (other, _) = Ids(await live.StartAsync(Numbers.Next()));
        Assert.Equal(200, (await SendAsync("POST", $"/v1/verifications/{id}/cancel", null, "cancel")).Status);

        AssertReused(await SendAsync("POST", $"/v1/verifications/{other}/cancel", null, "cancel"));
        AssertReused(await SendAsync("POST", $"/v1/verifications/{id}/resend", null, "cancel"));
        AssertReused(await live.CheckAsync(id, "123456", "cancel"));
    }

    [Fact]
    public async Task CreateAlias_WhenAMemberDiffers_Is422()
    {
        var number = Numbers.Next();
        string Body(string of, string context) => $$"""{"phoneNumber":"{{of}}","context":"{{context}}"}""";
        var first = await SendAsync("POST", "/v1/aliases", Body(number, "buyer"), "make");
        Assert.Equal(201, first.Status);

        AssertReused(await SendAsync("POST", "/v1/aliases", Body(number, "seller"), "make"));
        AssertReused(await SendAsync("POST", "/v1/aliases", Body(Numbers.Next(), "buyer"), "make"));
        AssertReused(await SendAsync("DELETE", "/v1/aliases/" + (string?)first.Json["alias"], null, "make"));
        Assert.Equal("true", (await SendAsync("POST", "/v1/aliases", Body(number, "buyer"), "make")).Headers["Idempotent-Replayed"]);
    }

    [Fact]
    public async Task Erase_WhenTheAliasDiffers_Is422()
    {
        var (_, alias) = Ids(await live.StartAsync(Numbers.Next()));
        var (_, other) = Ids(await live.StartAsync(Numbers.Next()));
        Assert.Equal(200, (await SendAsync("DELETE", "/v1/aliases/" + alias, null, "erase")).Status);

        AssertReused(await SendAsync("DELETE", "/v1/aliases/" + other, null, "erase"));
    }

    [Fact]
    public async Task Erase_WhenAnswersWereKept_NoneIsReplayedButItsOwn()
    {
        var number = Numbers.Next();
        var create = $$"""{"phoneNumber":"{{number}}"}""";
        var made = await SendAsync("POST", "/v1/aliases", create, "erased-create");
        var (_, alias) = Ids(await live.StartAsync(number, idempotencyKey: "erased-number"));
        Assert.Equal(alias, (string?)made.Json["alias"]);
        Assert.Equal("true", (await live.StartAsync(number, idempotencyKey: "erased-number")).Headers["Idempotent-Replayed"]);

        Assert.Equal(200, (await SendAsync("DELETE", "/v1/aliases/" + alias, null, "erased-erase")).Status);

        AssertReused(await live.StartAsync(number, idempotencyKey: "erased-number"));
        AssertReused(await SendAsync("POST", "/v1/aliases", create, "erased-create"));
        Assert.Empty(await live.MessagesAsync(alias));
        var again = await SendAsync("DELETE", "/v1/aliases/" + alias, null, "erased-erase");
        Assert.Equal((200, "true"), (again.Status, again.Headers["Idempotent-Replayed"]));
    }

    private Task<Answer> SendAsync(string method, string path, string? body, string key) => live.Front.SendAsync(method, path, body, idempotencyKey: key);

    private static void AssertReused(Answer answer) => Assert.Equal((422, "idempotency-key-reused"), (answer.Status, answer.Slug));

    private static (string Id, string Alias) Ids(Answer answer) => ((string)answer.Json["id"]!, (string)answer.Json["alias"]!);

    private static IEnumerable<string> Names(Type request) => request.GetProperties()
        .Where(p => p.DeclaringType == request)
        .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))
        .Order(StringComparer.Ordinal);
}
