using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Front.Tests.Journeys;

/// <summary>What callers do, from the request to the database and back.</summary>
public sealed class VerificationJourneyTests(LiveFront live) : IClassFixture<LiveFront>
{
    private RunningFront Front => live.Front;

    [Fact]
    public async Task Verify_WhenTheRightCodeFollowsAWrongOne_IsApprovedOnce()
    {
        var start = await live.StartAsync(Numbers.Next(), ""","reference":"order-42" """);
        Assert.Equal(201, start.Status);
        var (id, alias) = Ids(start);
        Assert.Equal("accepted", ((string?)start.Json["attempts"]![0]!["status"])?.Replace("delivered", "accepted", StringComparison.Ordinal));
        var code = await live.CodeAsync(alias);

        var wrong = await live.CheckAsync(id, LiveFront.Wrong(code));
        Assert.Equal((200, false, "pending"), (wrong.Status, (bool)wrong.Json["valid"]!, (string?)wrong.Json["status"]));
        Assert.Equal((int)start.Json["next"]!["checksRemaining"]! - 1, (int)wrong.Json["next"]!["checksRemaining"]!);

        // The waits after a wrong try are told: none, or a number of seconds in which a check is 429 and counts nothing.
        var right = await live.CheckAsync(id, code);
        if ((int)wrong.Json["next"]!["checkAfterSeconds"]! > 0)
        {
            Assert.Equal((429, "rate-limited"), (right.Status, right.Slug));
            return;
        }

        Assert.Equal((200, true, "approved"), (right.Status, (bool)right.Json["valid"]!, (string?)right.Json["status"]));
        var again = await live.CheckAsync(id, code);
        Assert.Equal((409, "verification-ended"), (again.Status, again.Slug));
        Assert.Equal("approved", (string?)again.Json["verification"]!["status"]);
        var read = await Front.SendAsync("GET", start.Headers["Location"]);
        Assert.Equal(("approved", "order-42"), ((string?)read.Json["status"], (string?)read.Json["reference"]));
        var known = await Front.SendAsync("GET", $"/v1/aliases/{alias}");
        Assert.NotNull((string?)known.Json["verifiedAt"]);
    }

    [Fact]
    public async Task Start_WhenANumberIsWrittenDifferently_FindsTheSameAlias()
    {
        var number = Numbers.Next();
        var first = await live.StartAsync(number);
        var second = await live.StartAsync($"{number[..2]} ({number[2..5]}) {number[5..8]}-{number[8..]}", ""","purpose":"login" """);
        var other = await live.StartAsync(number, ""","context":"seller" """);
        var byAlias = await Front.SendAsync("POST", "/v1/verifications", $$$"""{"to":{"alias":"{{{Ids(first).Alias}}}"},"purpose":"pay"}""");

        Assert.Equal(Ids(first).Alias, Ids(second).Alias);
        Assert.NotEqual(Ids(first).Alias, Ids(other).Alias);
        Assert.Equal((201, Ids(first).Alias), (byAlias.Status, Ids(byAlias).Alias));
        Assert.Equal(3, (await live.MessagesAsync(Ids(first).Alias)).Count);
    }

    [Fact]
    public async Task Start_SoonAfterAnother_Is429WithTheLiveVerificationUntilItIsApproved()
    {
        var number = Numbers.Next();
        var (id, alias) = Ids(await live.StartAsync(number));

        var answer = await live.StartAsync(number);
        Assert.Equal((429, "rate-limited", "start-spacing"), (answer.Status, answer.Slug, (string?)answer.Json["limit"]!["name"]));
        Assert.InRange(int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 30);
        Assert.StartsWith("\"start-spacing\";r=0;t=", answer.Headers["RateLimit"], StringComparison.Ordinal);
        Assert.Equal((id, "pending"), ((string?)answer.Json["verification"]!["id"], (string?)answer.Json["verification"]!["status"]));

        Assert.Equal(200, (await Front.SendAsync("DELETE", $"/v1/aliases/{alias}")).Status);
        var erased = await live.StartAsync(number);
        Assert.Equal((429, "start-spacing", null), (erased.Status, (string?)erased.Json["limit"]!["name"], erased.Json["verification"]));

        var other = Numbers.Next();
        var approved = Ids(await live.StartAsync(other));
        Assert.True((bool)(await live.CheckAsync(approved.Id, await live.CodeAsync(approved.Alias))).Json["valid"]!);
        Assert.Equal(201, (await live.StartAsync(other)).Status);
    }

    [Fact]
    public async Task Start_WhenRepeatedWithItsKey_IsReplayedAndSendsOneMessage()
    {
        var number = Numbers.Next();
        var first = await live.StartAsync(number, idempotencyKey: "start-1");
        var second = await live.StartAsync(number, idempotencyKey: "start-1");
        var otherNumber = await live.StartAsync(Numbers.Next(), idempotencyKey: "start-1");
        var otherMember = await live.StartAsync(number, ""","purpose":"login" """, idempotencyKey: "start-1");

        Assert.Equal((201, 201), (first.Status, second.Status));
        Assert.Equal(Ids(first), Ids(second));
        Assert.Equal("true", second.Headers["Idempotent-Replayed"]);
        Assert.False(first.Headers.ContainsKey("Idempotent-Replayed"));
        Assert.Equal((422, "idempotency-key-reused"), (otherNumber.Status, otherNumber.Slug));
        Assert.Equal((422, "idempotency-key-reused"), (otherMember.Status, otherMember.Slug));
        Assert.Single(await live.MessagesAsync(Ids(first).Alias));
    }

    [Fact]
    public async Task Start_WhenConcurrentWithOneKey_SendsOneMessage()
    {
        var number = Numbers.Next();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => live.StartAsync(number, idempotencyKey: "start-many")));

        Assert.All(answers, a => Assert.True(a.Status == 201 || a.Slug == "request-in-progress", a.Text));
        var made = answers.Where(a => a.Status == 201).ToList();
        Assert.Single(made.Select(Ids).Distinct());
        Assert.Single(made, a => !a.Headers.ContainsKey("Idempotent-Replayed"));
        Assert.Single(await live.MessagesAsync(Ids(made[0]).Alias));
    }

    [Fact]
    public async Task Check_WhenConcurrent_AcceptsTheCodeExactlyOnce()
    {
        var (id, alias) = Ids(await live.StartAsync(Numbers.Next()));
        var code = await live.CodeAsync(alias);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => live.CheckAsync(id, code)));

        Assert.Single(answers, a => a.Status == 200 && (bool)a.Json["valid"]!);
        Assert.Equal(19, answers.Count(a => a.Slug == "verification-ended"));
    }

    [Fact]
    public async Task Check_WhenTheAnswerWasLost_CanBeAskedForWithItsKey()
    {
        var (id, alias) = Ids(await live.StartAsync(Numbers.Next()));
        var code = await live.CodeAsync(alias);
        var first = await live.CheckAsync(id, code, "check-1");
        var second = await live.CheckAsync(id, code, "check-1");

        Assert.True((bool)first.Json["valid"]!);
        Assert.Equal((200, "true", true), (second.Status, second.Headers["Idempotent-Replayed"], (bool)second.Json["valid"]!));
    }

    [Theory]
    [InlineData('0', "")]
    [InlineData('０', " ")]
    [InlineData('٠', "-")]
    public async Task Check_WhenTheCodeIsTypedInAnotherWay_IsTheSameCode(char zero, string between)
    {
        var (id, alias) = Ids(await live.StartAsync(Numbers.Next()));
        var code = await live.CodeAsync(alias);
        var answer = await live.CheckAsync(id, string.Join(between, code.Select(c => (char)(zero + c - '0'))));

        Assert.Equal((200, true), (answer.Status, (bool?)answer.Json["valid"]));
    }

    [Fact]
    public async Task Start_WhenTheReferenceHoldsTheNumber_Is400()
    {
        var number = Numbers.Next();
        var answer = await live.StartAsync(number, $$""","reference":"customer {{number[2..]}}" """);

        Assert.Equal((400, "invalid-request"), (answer.Status, answer.Slug));
        Assert.Equal(["/reference"], answer.Pointers);
        Assert.DoesNotContain(number[2..], answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhenTheContextIsNotDeclared_Is400()
    {
        var answer = await live.StartAsync(Numbers.Next(), ""","context":"nobody" """);

        Assert.Equal(["/context"], answer.Pointers);
    }

    [Fact]
    public async Task Resend_WhenTooEarly_Is429AsNextHasTold()
    {
        var start = await live.StartAsync(Numbers.Next());
        Assert.False((bool)start.Json["next"]!["mayResend"]!);
        var answer = await Front.SendAsync("POST", $"/v1/verifications/{Ids(start).Id}/resend");

        Assert.Equal((429, "rate-limited"), (answer.Status, answer.Slug));
        Assert.Equal("resend-spacing", (string?)answer.Json["limit"]!["name"]);
        Assert.InRange(int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, (int)start.Json["next"]!["resendAfterSeconds"]!);
        Assert.StartsWith("\"resend-spacing\";r=0;t=", answer.Headers["RateLimit"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_WhenRepeated_ChangesNothing()
    {
        var (id, alias) = Ids(await live.StartAsync(Numbers.Next()));
        var code = await live.CodeAsync(alias);
        var first = await Front.SendAsync("POST", $"/v1/verifications/{id}/cancel");
        var second = await Front.SendAsync("POST", $"/v1/verifications/{id}/cancel");
        var check = await live.CheckAsync(id, code);

        Assert.Equal((200, "canceled"), (first.Status, (string?)first.Json["status"]));
        Assert.Equal((200, first.Text), (second.Status, second.Text));
        Assert.Equal((409, "canceled"), (check.Status, (string?)check.Json["verification"]!["status"]));
    }

    [Theory]
    [InlineData(3, "rejected", "invalid-destination")]
    [InlineData(4, "rejected", "blocked")]
    public async Task Start_WhenTheCarrierRefuses_SaysWhy(int ending, string status, string why)
    {
        var start = await live.StartAsync(Numbers.Next(ending));

        Assert.Equal(201, start.Status);
        Assert.Equal((status, why), ((string?)start.Json["attempts"]![0]!["status"], (string?)start.Json["attempts"]![0]!["why"]));
        Assert.Equal("undeliverable", (string?)start.Json["status"]);
    }

    [Fact]
    public async Task Start_WhenTheCountryIsNotAllowed_Is403()
    {
        var (_, key) = await Front.AddTenantAsync("german", policy: new TenantPolicy { Countries = ["DE"] });
        var answer = await live.StartAsync(Numbers.Next(), key: key);

        Assert.Equal((403, "destination-not-allowed"), (answer.Status, answer.Slug));
    }

    [Fact]
    public async Task Alias_WhenErased_IsGoneAndComesBackAsANewOne()
    {
        var number = Numbers.Next();
        var start = await live.StartAsync(number);
        var (id, alias) = Ids(start);
        var erased = await Front.SendAsync("DELETE", $"/v1/aliases/{alias}");
        Assert.Equal((200, $$"""{"alias":"{{alias}}","receipt":null}"""), (erased.Status, erased.Text));

        Assert.Equal(404, (await Front.SendAsync("GET", $"/v1/aliases/{alias}")).Status);
        Assert.Equal(404, (await Front.SendAsync("GET", $"/v1/verifications/{id}")).Status);
        Assert.Equal(404, (await Front.SendAsync("DELETE", $"/v1/aliases/{alias}")).Status);
        Assert.Equal(404, (await Front.SendAsync("POST", "/v1/verifications", $$$"""{"to":{"alias":"{{{alias}}}"}}""")).Status);
        Assert.Empty(await live.MessagesAsync(alias));
        var again = await live.StartAsync(number);
        Assert.NotEqual(alias, Ids(again).Alias);
    }

    [Fact]
    public async Task Alias_WhenCreatedTwice_Is201Then200()
    {
        var number = Numbers.Next();
        var body = $$"""{"phoneNumber":"{{number}}","context":"buyer"}""";
        var first = await Front.SendAsync("POST", "/v1/aliases", body);
        var second = await Front.SendAsync("POST", "/v1/aliases", body);

        Assert.Equal((201, 200), (first.Status, second.Status));
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(("buyer", "US"), ((string?)first.Json["context"], (string?)first.Json["destination"]!["country"]));
    }

    [Fact]
    public async Task Alias_WhenTheQuotaOfNewOnesIsUsedUp_Is429AndNamesTheLimit()
    {
        var (_, key) = await Front.AddTenantAsync("few", policy: new TenantPolicy { Countries = ["*"], AliasesPerUtcDay = 1 });
        Task<Answer> CreateAsync(string number) => Front.SendAsync("POST", "/v1/aliases", $$"""{"phoneNumber":"{{number}}"}""", key: key);
        var known = Numbers.Next();
        Assert.Equal(201, (await CreateAsync(known)).Status);

        var refused = await CreateAsync(Numbers.Next());

        Assert.Equal((429, "quota-exceeded", "tenant-aliases-day"), (refused.Status, refused.Slug, (string?)refused.Json["limit"]!["name"]));
        Assert.True(refused.Headers.ContainsKey("Retry-After"));
        Assert.Equal(200, (await CreateAsync(known)).Status);
    }

    [Fact]
    public async Task Ids_WhenForeignOrMalformed_ActivateNoGrain()
    {
        var tagger = Front.Services.GetRequiredService<IIdTagger>();
        Assert.True(Domain.TenantId.TryParse("tn-elsewhere", out var other));
        var before = await AliasActivationsAsync();
        for (var i = 0; i < 200; i++)
        {
            var alias = tagger.NewAlias(other);
            Assert.Equal(404, (await Front.SendAsync("GET", $"/v1/aliases/{alias}")).Status);
            Assert.Equal(404, (await Front.SendAsync("POST", $"/v1/verifications/{tagger.NewVerification(other, alias)}/cancel")).Status);
        }

        Assert.True(await AliasActivationsAsync() <= before);
    }

    [Fact]
    public async Task Verification_WhenTheServerRestarts_CanStillBeChecked()
    {
        var home = Directory.CreateTempSubdirectory("mv-restart-").FullName;
        string path, body, key;
        await using (var first = await RunningFront.StartAsync(folder: home))
        {
            key = first.Info.SandboxKey;
            var start = await first.SendAsync("POST", "/v1/verifications", $$$"""{"to":{"phoneNumber":"{{{Numbers.Next()}}}"}}""");
            var inbox = await first.SendAsync("GET", $"/sandbox/messages?alias={Ids(start).Alias}");
            path = $"/v1/verifications/{Ids(start).Id}/check";
            body = $$"""{"code":"{{(string?)inbox.Json["messages"]![0]!["code"]}}"}""";
        }

        await using (var second = await RunningFront.StartAsync(folder: home))
        {
            var check = await second.SendAsync("POST", path, body, key);
            Assert.True((bool)check.Json["valid"]!, check.Text);
        }

        Directory.Delete(home, recursive: true);
    }

    [Fact]
    public async Task Answers_WhenTheDocumentIsDriven_FitItsSchemas()
    {
        var document = await OpenApiText.ReadAsync(Front);
        var start = await live.StartAsync(Numbers.Next());
        var (id, alias) = Ids(start);
        var code = await live.CodeAsync(alias);
        var erasable = Ids(await live.StartAsync(Numbers.Next())).Alias;
        foreach (var operation in document.Operations.OrderBy(o => o.Id == "cancelVerification"))
        {
            var path = operation.Path.Replace("{id}", id, StringComparison.Ordinal).Replace("{alias}", operation.Id == "eraseAlias" ? erasable : alias, StringComparison.Ordinal)
                + (operation.Id == "listSandboxMessages" ? "?alias=" + alias : "");
            var body = operation.Id switch
            {
                "checkCode" => $$"""{"code":"{{LiveFront.Wrong(code)}}"}""",
                "startVerification" or "createAlias" => operation.ExampleBody!.Replace("+12025550100", Numbers.Next(), StringComparison.Ordinal),
                _ => null,
            };
            var answer = await Front.SendAsync(operation.Method, path, body);
            var media = operation.Node["responses"]?[$"{answer.Status}"]?["content"]?[answer.MediaType];
            Assert.True(media is not null, $"{operation.Id}: {answer.Status} {answer.MediaType} is not documented");
            Assert.Equal([], document.Judge.Judge(media["schema"]!, answer.Json));
            Assert.True(answer.Status < 300 || operation.Id == "resendCode", $"{operation.Id}: {answer.Text}");
        }
    }

    private static (string Id, string Alias) Ids(Answer answer) => ((string?)answer.Json["id"] ?? answer.Text, (string?)answer.Json["alias"] ?? answer.Text);

    private async Task<int> AliasActivationsAsync() =>
        (await Front.Grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics()).Where(s => s.GrainType.Contains("PhoneAlias", StringComparison.OrdinalIgnoreCase)).Sum(s => s.ActivationCount);
}
