using MaskedVerify.Domain;
using MaskedVerify.Front.Hosting;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Grains;
using MaskedVerify.Grains.AliasDesks;

namespace MaskedVerify.Front.Tests.Verifications;

public sealed class StartTests : IClassFixture<ScriptedFront>
{
    private const string Path = "/v1/verifications";
    private const string ByNumber = """{ "to": { "phoneNumber": "+1 202-555-0100" } }""";
    private readonly ScriptedFront _fixture;

    public StartTests(ScriptedFront fixture)
    {
        _fixture = fixture;
        _fixture.Vault.Reset();
    }

    private RunningFront Front => _fixture.Front;

    private FakeGrains Vault => _fixture.Vault;

    [Fact]
    public async Task Start_WhenEverythingIsGiven_PassesItOnAndAnswers201()
    {
        var body = """
            { "to": { "phoneNumber": "+1 202-555-0100" }, "context": "buyer", "reference": "order-42", "purpose": "login", "locale": "zh-CN", "codeLength": 8,
              "ttlSeconds": 120, "resendPolicy": "keep-previous-until-accepted" }
            """;
        var answer = await Front.SendAsync("POST", Path, body, idempotencyKey: "k-1");

        Assert.Equal(201, answer.Status);
        Assert.Equal("application/json", answer.MediaType);
        Assert.Equal($"{Path}/{Samples.Verification}", answer.Headers["Location"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.DoesNotContain("Idempotent-Replayed", answer.Headers.Keys);
        var call = Assert.Single(Vault.Calls);
        Assert.Equal((GrainKeys.AliasDesk, "Start"), (call.Key, call.Method));
        Assert.True(PhoneNumber.TryParse("+12025550100", out var number));
        Assert.Equal(
            new StartCommand(default, number, "buyer", "order-42", "login", "zh-CN", 8, 120, ResendPolicy.KeepPreviousUntilAccepted), call.Arg<StartCommand>());
        Assert.Equal("k-1", call.Arg<CommandStamp>().Key.Reveal());
        Assert.Equal(SandboxTenant.Id, call.Arg<Caller>().Tenant);
    }

    [Fact]
    public async Task Start_WhenDone_WritesTheResourceOfTheContract()
    {
        var answer = await Front.SendAsync("POST", Path, ByNumber);

        Assert.Equal(
            $$$"""{"id":"{{{Samples.Verification}}}","alias":"{{{Samples.Alias}}}","status":"pending","reason":null,"reference":"order-42","destination":{"country":"US","lineType":"landline-or-mobile"},"createdAt":"2026-11-23T18:51:37.204Z","expiresAt":"2026-11-23T18:56:37.204Z","next":{"mayCheck":true,"checkAfterSeconds":0,"checksRemaining":5,"mayResend":false,"resendAfterSeconds":30},"attempts":[{"channel":"sms","route":"sandbox-sms","status":"accepted","segments":1,"at":"2026-11-23T18:51:37.204Z","why":null}],"risk":{"decision":"allow","factors":[]}}""",
            answer.Text);
    }

    [Fact]
    public async Task Start_WhenAliasIsOwn_PassesTheAlias()
    {
        var answer = await Front.SendAsync("POST", Path, $$"""{ "to": { "alias": "{{_fixture.OwnAlias}}" } }""");

        Assert.Equal(201, answer.Status);
        var command = Assert.Single(Vault.Calls).Arg<StartCommand>();
        Assert.Equal(_fixture.OwnAlias, command.Alias);
        Assert.True(command.Number.IsNone);
    }

    [Fact]
    public async Task Start_WhenAttemptIsClaimed_WaitsForTheCarrierAndShowsIt()
    {
        Vault.Answer = call => call.Method switch
        {
            "Start" => Task.FromResult(new VerificationReply(ReplyKind.Ok, Samples.View(AttemptStatus.Claimed))),
            "WaitForAttempt" => Task.FromResult(new VerificationReply(ReplyKind.Ok, Samples.View(AttemptStatus.Sent))),
            _ => null,
        };
        var answer = await Front.SendAsync("POST", Path, ByNumber);

        Assert.Equal(201, answer.Status);
        Assert.Equal("sent", (string?)answer.Json["attempts"]![0]!["status"]);
        Assert.Equal(["Start", "WaitForAttempt"], Vault.Calls.Select(c => c.Method));
        Assert.Equal(GrainKeys.PhoneAlias(Samples.Verification), Vault.Calls[1].Key);
        Assert.Equal(TimeSpan.FromSeconds(2), Vault.Calls[1].Arg<TimeSpan>());
    }

    [Fact]
    public async Task Start_WhenTheWaitFails_AnswersWithWhatIsDurable()
    {
        Vault.Answer = call => call.Method switch
        {
            "Start" => Task.FromResult(new VerificationReply(ReplyKind.Ok, Samples.View(AttemptStatus.Queued))),
            "WaitForAttempt" => Task.FromException<VerificationReply>(new TimeoutException()),
            _ => null,
        };
        var answer = await Front.SendAsync("POST", Path, ByNumber);

        Assert.Equal(201, answer.Status);
        Assert.Equal("queued", (string?)answer.Json["attempts"]![0]!["status"]);
    }

    [Fact]
    public async Task Start_WhenReplayed_SaysSoAndDoesNotWait()
    {
        Vault.Answer = _ => Task.FromResult(new VerificationReply(ReplyKind.Replayed, Samples.View(AttemptStatus.Claimed)));
        var answer = await Front.SendAsync("POST", Path, ByNumber, idempotencyKey: "k");

        Assert.Equal(201, answer.Status);
        Assert.Equal("true", answer.Headers["Idempotent-Replayed"]);
        Assert.Equal($"{Path}/{Samples.Verification}", answer.Headers["Location"]);
        Assert.Single(Vault.Calls);
    }

    [Fact]
    public async Task Start_WhenTheOutcomeIsUnknownOnce_RepeatsWithTheSameCommandId()
    {
        var failures = 1;
        Vault.Answer = _ => Interlocked.Decrement(ref failures) >= 0 ? Task.FromException<VerificationReply>(new UnknownOutcomeException("lost")) : null;
        var answer = await Front.SendAsync("POST", Path, ByNumber);

        Assert.Equal(201, answer.Status);
        var stamps = Vault.Calls.Select(c => c.Arg<CommandStamp>()).ToList();
        Assert.Equal(2, stamps.Count);
        Assert.Equal(stamps[0].CommandId, stamps[1].CommandId);
        Assert.NotEqual(default, stamps[0].CommandId);
    }

    [Fact]
    public async Task Start_WhenCalledTwice_MintsTwoCommandIds()
    {
        await Front.SendAsync("POST", Path, ByNumber);
        await Front.SendAsync("POST", Path, ByNumber);

        Assert.Equal(2, Vault.Calls.Select(c => c.Arg<CommandStamp>().CommandId).Distinct().Count());
    }

    [Theory]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(UnknownOutcomeException))]
    [InlineData(typeof(StorageUnavailableException))]
    [InlineData(typeof(OrleansException))]
    [InlineData(typeof(InvalidOperationException))]
    public async Task Start_WhenTheVaultKeepsFailing_Is503WithoutDetails(Type type)
    {
        Vault.Answer = _ => Task.FromException<VerificationReply>((Exception)Activator.CreateInstance(type, "secret detail")!);
        var answer = await Front.SendAsync("POST", Path, ByNumber);

        Assert.Equal((503, "unavailable"), (answer.Status, answer.Slug));
        Assert.True(int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture) >= 1);
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
        Assert.Equal(4, Vault.Calls.Count);
    }

    [Fact]
    public async Task Start_WhenTheClientGoesAway_DoesNotRepeat()
    {
        var gone = new CancellationTokenSource();
        Vault.Answer = _ =>
        {
            gone.Cancel();
            return new TaskCompletionSource<VerificationReply>().Task;
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(ByNumber, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Authorization", "Bearer " + Front.Info.SandboxKey);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Front.Public.SendAsync(request, gone.Token));

        Vault.Answer = null;
        Assert.Equal(201, (await Front.SendAsync("POST", Path, ByNumber)).Status);
        Assert.Equal(2, Vault.Calls.Count);
    }

    [Fact]
    public async Task Start_WhenALimitIsNear_NamesItsPolicy()
    {
        Vault.Answer = _ => Task.FromResult(new VerificationReply(ReplyKind.Ok, Samples.View(), Limit: new LimitInfo("alias-sends-hour", 5, 3600, 1)));
        var answer = await Front.SendAsync("POST", Path, ByNumber);

        Assert.Equal("\"alias-sends-hour\";q=5;w=3600", answer.Headers["RateLimit-Policy"]);
    }
}
