using MaskedVerify.Domain;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Tests.Verifications;

public sealed class CommandTests : IClassFixture<ScriptedFront>
{
    private readonly ScriptedFront _fixture;
    private readonly string _path;

    public CommandTests(ScriptedFront fixture)
    {
        _fixture = fixture;
        _fixture.Vault.Reset();
        _path = $"/v1/verifications/{fixture.OwnVerification}";
    }

    private RunningFront Front => _fixture.Front;

    private FakeGrains Vault => _fixture.Vault;

    [Fact]
    public async Task Get_WhenOwn_AsksTheAliasOfTheId()
    {
        var answer = await Front.SendAsync("GET", _path);

        Assert.Equal(200, answer.Status);
        var call = Assert.Single(Vault.Calls);
        Assert.Equal((GrainKeys.PhoneAlias(_fixture.OwnVerification), "Get"), (call.Key, call.Method));
        Assert.Equal(_fixture.OwnVerification, call.Arg<VerificationId>());
    }

    [Theory]
    [InlineData(true, VerificationStatus.Approved, "approved")]
    [InlineData(false, VerificationStatus.Pending, "pending")]
    public async Task Check_WhenJudged_Is200WithTheVerdict(bool valid, VerificationStatus status, string word)
    {
        Vault.Answer = _ => Task.FromResult(new VerificationReply(ReplyKind.Ok, Samples.View(status: status), Valid: valid));
        var answer = await Front.SendAsync("POST", _path + "/check", """{"code":"042137"}""", idempotencyKey: "k");

        Assert.Equal(200, answer.Status);
        Assert.Equal(valid, (bool)answer.Json["valid"]!);
        Assert.Equal(word, (string?)answer.Json["status"]);
        var call = Assert.Single(Vault.Calls);
        Assert.Equal("042137", call.Arg<OneTimeCode>().Reveal());
        Assert.Equal("k", call.Arg<CommandStamp>().Key.Reveal());
    }

    [Fact]
    public async Task Check_WhenReplayed_SaysSo()
    {
        Vault.Answer = _ => Task.FromResult(new VerificationReply(ReplyKind.Replayed, Samples.View(status: VerificationStatus.Approved), Valid: true));
        var answer = await Front.SendAsync("POST", _path + "/check", """{"code":"042137"}""", idempotencyKey: "k");

        Assert.Equal("true", answer.Headers["Idempotent-Replayed"]);
        Assert.True((bool)answer.Json["valid"]!);
    }

    [Fact]
    public async Task Check_WhenEnded_Is409WithTheVerification()
    {
        Vault.Reply(ReplyKind.Ended);
        var answer = await Front.SendAsync("POST", _path + "/check", """{"code":"042137"}""");

        Assert.Equal((409, "verification-ended"), (answer.Status, answer.Slug));
        Assert.Equal("approved", (string?)answer.Json["verification"]!["status"]);
    }

    [Fact]
    public async Task Check_WhenTooEarly_Is429WithHeadersThatNameTheLimit()
    {
        Vault.Reply(ReplyKind.RateLimited, new LimitInfo("check-wait", 1, 30, 17));
        var answer = await Front.SendAsync("POST", _path + "/check", """{"code":"042137"}""");

        Assert.Equal((429, "rate-limited"), (answer.Status, answer.Slug));
        Assert.Equal("17", answer.Headers["Retry-After"]);
        Assert.Equal("\"check-wait\";r=0;t=17", answer.Headers["RateLimit"]);
        Assert.Equal("\"check-wait\";q=1;w=30", answer.Headers["RateLimit-Policy"]);
        Assert.Equal("check-wait", (string?)answer.Json["limit"]!["name"]);
        Assert.Equal(17, (int)answer.Json["limit"]!["retryAfterSeconds"]!);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("{}", null)]
    [InlineData("""{"channel":null}""", null)]
    [InlineData("""{"channel":"sms"}""", Channel.Sms)]
    [InlineData("""{"channel":"voice"}""", Channel.Voice)]
    public async Task Resend_WhenBodyIsFineOrAbsent_PassesTheChannel(string? body, Channel? channel)
    {
        var answer = await Front.SendAsync("POST", _path + "/resend", body);

        Assert.Equal(200, answer.Status);
        var call = Assert.Single(Vault.Calls);
        Assert.Equal("Resend", call.Method);
        Assert.Equal(channel, (Channel?)call.Args[3]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public async Task Cancel_WhenOwn_Is200(string? body)
    {
        var answer = await Front.SendAsync("POST", _path + "/cancel", body);

        Assert.Equal(200, answer.Status);
        Assert.Equal("Cancel", Assert.Single(Vault.Calls).Method);
    }

    [Fact]
    public async Task Cancel_WhenBodyHasMembers_Is400()
    {
        var answer = await Front.SendAsync("POST", _path + "/cancel", """{"reason":"x"}""");

        Assert.Equal((400, "invalid-request"), (answer.Status, answer.Slug));
        Assert.Empty(Vault.Calls);
    }

    [Fact]
    public async Task Every_Answer_HasNoServerHeaderAndIsNotStored()
    {
        var answer = await Front.SendAsync("GET", _path);

        Assert.DoesNotContain("Server", answer.Headers.Keys);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
    }
}
