using System.Text.Json.Nodes;
using MaskedVerify.Domain;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Front.Verifications;
using MaskedVerify.Grains;
using MaskedVerify.Grains.Tenants;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Front.Tests.Reference;

/// <summary>The document is what the server does: every documented answer of every operation is provoked and judged by the document's own schemas.</summary>
public sealed class DocumentTests : IClassFixture<ScriptedFront>, IAsyncLifetime
{
    private static readonly LimitInfo s_limit = new("alias-sends-hour", 5, 3600, 12);
    private readonly ScriptedFront _fixture;
    private OpenApiText? _document;

    public DocumentTests(ScriptedFront fixture)
    {
        _fixture = fixture;
        _fixture.Vault.Reset();
    }

    private RunningFront Front => _fixture.Front;

    private OpenApiText Document => _document!;

    public async ValueTask InitializeAsync() => _document = await OpenApiText.ReadAsync(Front);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Operations_WhenListed_AreThoseOfTheContract() => Assert.Equal(
        [
            "cancelVerification POST /v1/verifications/{id}/cancel", "checkCode POST /v1/verifications/{id}/check", "createAlias POST /v1/aliases", "eraseAlias DELETE /v1/aliases/{alias}",
            "getAlias GET /v1/aliases/{alias}", "getVerification GET /v1/verifications/{id}", "listSandboxMessages GET /sandbox/messages", "listSandboxNumbers GET /sandbox/numbers",
            "resendCode POST /v1/verifications/{id}/resend", "startVerification POST /v1/verifications",
        ],
        Document.Operations.Select(o => $"{o.Id} {o.Method} {o.Path}").Order(StringComparer.Ordinal));

    [Fact]
    public async Task Answers_WhenEachIsProvoked_FitTheirSchemas()
    {
        var (frozen, strict) = await TenantsAsync();
        var seen = 0;
        foreach (var operation in Document.Operations)
        {
            foreach (var (status, slug) in operation.Answers)
            {
                var answer = await ProvokeAsync(operation, status, slug, frozen, strict);
                Assert.True((status, slug) == (answer.Status, answer.Slug), $"{operation.Id} {status} {slug}: was {answer.Status} {answer.Text}");
                Assert.Equal([], Faults(operation, answer));
                seen++;
            }
        }

        Assert.True(seen > 80, $"{seen} answers");
    }

    // Three lies about each member: it is not there, it is of another type, there is one more.
    [Fact]
    public async Task Answers_WhenTheDocumentLiesAboutAMember_DoNotFit()
    {
        var operation = Document.Operations.Single(o => o.Id == "getVerification");
        var answer = await Front.SendAsync("GET", operation.Path.Replace("{id}", _fixture.OwnVerification.Value, StringComparison.Ordinal));
        Assert.Equal(200, answer.Status);
        var members = answer.Json.AsObject();
        Assert.True(members.Count > 8);
        foreach (var (name, value) in members)
        {
            foreach (var lie in new Action<JsonObject>[]
            {
                schema => schema["properties"]!.AsObject().Remove(name),
                schema => schema["properties"]![name] = new JsonObject { ["type"] = value is JsonObject ? "array" : "object" },
                schema => schema["required"]!.AsArray().Add(name + "Too"),
            })
            {
                var document = Document.Document.DeepClone();
                var judge = new SchemaJudge(document);
                var schema = judge.Resolve(document["paths"]![operation.Path]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!.AsObject());
                Assert.Empty(judge.Judge(schema, answer.Json));
                lie(schema);
                Assert.NotEmpty(judge.Judge(schema, answer.Json));
            }
        }
    }

    [Fact]
    public void Examples_WhenJudged_FitTheirSchemas()
    {
        foreach (var media in Document.Operations.SelectMany(o => Contents(o.Node)))
        {
            var examples = media["examples"]?.AsObject().Select(e => e.Value!["value"]) ?? [media["example"]];
            Assert.All(examples, example => Assert.Equal([], Document.Judge.Judge(media["schema"]!, example)));
        }
    }

    [Fact]
    public void ExampleIds_WhenParsed_HaveTheShapeOfIds()
    {
        Assert.True(VerificationId.TryParse(VerificationOperations.ExampleId, out var id));
        Assert.True(AliasId.TryParse(VerificationOperations.ExampleAlias, out var alias));
        Assert.Equal(alias.Random, id.AliasRandom);
    }

    [Fact]
    public void Descriptions_WhenRead_StandEverywhere()
    {
        Assert.All(Document.Operations, o => Assert.True(((string?)o.Node["description"])?.Length > 20, o.Id));
        foreach (var (name, schema) in Document.Document["components"]!["schemas"]!.AsObject())
            Assert.All(schema!["properties"]?.AsObject() ?? [], p => Assert.True(((string?)p.Value!["description"])?.Length > 3, $"{name}.{p.Key}"));
    }

    [Theory]
    [InlineData("spectral lint --ruleset ruleset.yaml --fail-severity warn --display-only-failures")]
    [InlineData("redocly lint --extends recommended --max-problems 100")]
    public async Task Linters_WhenTheyJudgeTheDocument_ReportNothing(string command)
    {
        var file = Path.Combine(Path.GetTempPath(), $"mv-openapi-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, Document.Document.ToJsonString());

        var output = await Bash.RunAsync($"cd '{SourceFolders.Node}'; REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true npx --no-install {command} '{file}' 2>&1");

        File.Delete(file);
        Assert.DoesNotContain("warning", output.Replace("Deprecation warning: Node", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
    }

    private List<string> Faults(DocumentedOperation operation, Answer answer)
    {
        var response = operation.Node["responses"]![$"{answer.Status}"]!;
        var media = response["content"]![answer.MediaType];
        if (media is null)
            return [$"media type {answer.MediaType}"];
        List<string> faults = [.. Document.Judge.Judge(media["schema"]!, answer.Json)];
        string[] optional = ["Idempotent-Replayed"];
        foreach (var (name, _) in response["headers"]?.AsObject() ?? [])
        {
            if (!answer.Headers.ContainsKey(name) && !optional.Contains(name) && !(name == "Retry-After" && answer.Slug == "verification-ended"))
                faults.Add("header " + name);
        }

        return faults;
    }

    private async Task<Answer> ProvokeAsync(DocumentedOperation operation, int status, string slug, string frozen, string strict)
    {
        _fixture.Vault.Reset();
        var body = operation.ExampleBody;
        if (body is not null && !IsOptional(operation) && (status, slug) == (404, "not-found") && operation.Id == "startVerification")
            body = """{"to":{"alias":"pa-none"}}""";
        var path = operation.Path.Replace("{id}", _fixture.OwnVerification.Value, StringComparison.Ordinal).Replace("{alias}", _fixture.OwnAlias.Value, StringComparison.Ordinal);
        if (operation.Id == "listSandboxMessages")
            path += slug == "invalid-request" ? "" : "?alias=" + (slug == "not-found" ? "x" : _fixture.OwnAlias.Value);
        else if (operation.Id == "listSandboxNumbers" && slug == "invalid-request")
            path += "?outcome=slow";
        Prepare(status, slug);
        return (status, slug) switch
        {
            (400, "invalid-request") when operation.Method != "GET" => await Front.SendAsync(operation.Method, path, body, idempotencyKey: new string('k', 300)),
            (400, "idempotency-key-missing") => await Front.SendAsync(operation.Method, path, body, strict),
            (401, _) => await Front.SendAsync(operation.Method, path, body, ""),
            (403, "forbidden") => await Front.SendAsync(operation.Method, path, body, frozen),
            (413, _) => await Front.SendAsync(operation.Method, path, new string(' ', 70_000)),
            (415, _) => await Front.SendAsync(operation.Method, path, "{}", contentType: "text/plain"),
            (422, "invalid-phone-number") => await Front.SendAsync(operation.Method, path, body!.Replace("+12025550100", "+1", StringComparison.Ordinal)),
            (503, "unavailable") when operation.Id == "listSandboxMessages" => await WithoutCatalogAsync(operation.Method, path),
            _ => await Front.SendAsync(operation.Method, path, body),
        };
    }

    private void Prepare(int status, string slug)
    {
        var vault = _fixture.Vault;
        switch (slug)
        {
            case "" when status == 200:
                vault.Answer = call => call.Method == "CreateAlias" ? Task.FromResult(new AliasReply(ReplyKind.Ok, Samples.AliasView, Created: false)) : null;
                break;
            case "destination-not-allowed":
                vault.Reply(ReplyKind.DestinationNotAllowed);
                break;
            case "not-found":
                vault.Reply(ReplyKind.NotFound);
                break;
            case "verification-ended":
                vault.Reply(ReplyKind.Ended);
                break;
            case "request-in-progress":
                vault.Reply(ReplyKind.InProgress);
                break;
            case "idempotency-key-reused":
                vault.Reply(ReplyKind.KeyReused);
                break;
            case "rate-limited":
                vault.Reply(ReplyKind.RateLimited, s_limit);
                break;
            case "quota-exceeded":
                vault.Reply(ReplyKind.QuotaExceeded, s_limit);
                break;
            case "no-route":
                vault.Reply(ReplyKind.NoRoute);
                break;
            case "unavailable":
                vault.Reply(ReplyKind.Unavailable);
                break;
        }
    }

    // The inbox asks no grain; what it depends on is the catalog of tenants.
    private async Task<Answer> WithoutCatalogAsync(string method, string path)
    {
        await using var front = await RunningFront.StartAsync(customise: builder => builder.Services.AddSingleton(BrokenCatalog.Create()), untilReady: false);
        return await front.SendAsync(method, path, key: ApiKeyText.Create(live: false).Reveal());
    }

    private async Task<(string Frozen, string Strict)> TenantsAsync()
    {
        var (tenant, frozen) = await Front.AddTenantAsync("doc-frozen");
        await Front.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).SetFrozen(true);
        var (_, strict) = await Front.AddTenantAsync("doc-strict", policy: new TenantPolicy { Countries = ["*"], IdempotencyKeyRequired = true });
        return (frozen, strict);
    }

    private static bool IsOptional(DocumentedOperation operation) => (bool?)operation.Node["requestBody"]?["required"] != true;

    private static IEnumerable<JsonNode> Contents(JsonNode operation)
    {
        var bodies = operation["requestBody"]?["content"]?.AsObject().Select(c => c.Value!) ?? [];
        return bodies.Concat(operation["responses"]!.AsObject().SelectMany(r => r.Value!["content"]!.AsObject().Select(c => c.Value!)));
    }
}
