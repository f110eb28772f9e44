using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using MaskedVerify.Front.Aliases;
using MaskedVerify.Front.Requests;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Front.Verifications;

namespace MaskedVerify.Front.Tests.Reference;

/// <summary>What the published request schemas allow is exactly what the readers accept.</summary>
public sealed class RequestSchemaTests(ScriptedFront fixture) : IClassFixture<ScriptedFront>
{
    private static readonly string[] s_values =
    [
        "null", "true", "0", "5", "6", "10", "11", "59", "60", "600", "601", "6.5", "-1", "\"\"", "\"a\"", "\"buyer\"", "\"Buyer\"", "\"a b\"", "\"zh-CN\"", "\"+12025550100\"", "\"rotate\"", "\"reuse\"",
        "\"keep-previous-until-accepted\"", "\"sms\"", "\"voice\"", "\"123456\"", "\"123\"", "\"12345678901\"", "\"１２３ ٤-５6\"", "\"\\u200e123\\u00a0456\"", "\"123-\"", "\"123.456\"", "[]", "{}", "{\"alias\":\"x\"}", "{\"phoneNumber\":\"x\"}",
        "{\"alias\":\"x\",\"phoneNumber\":null}", "{\"alias\":\"x\",\"phoneNumber\":\"y\"}", "{\"alias\":null,\"phoneNumber\":\"y\"}", "{\"alias\":1}", "{\"phoneNumber\":\"x\",\"z\":1}",
        $"\"{new string('r', 128)}\"", $"\"{new string('r', 129)}\"", $"\"{new string('c', 32)}\"", $"\"{new string('c', 33)}\"", $"\"{new string('l', 35)}\"", $"\"{new string('l', 36)}\"",
    ];

    [Fact]
    public async Task StartVerification_WhenAnyBodyIsTried_SchemaAndReaderAgree() =>
        await AgreeAsync("StartVerification", StartVerificationRequest.Read, ["to", "context", "reference", "purpose", "locale", "codeLength", "ttlSeconds", "resendPolicy", "other"]);

    [Fact]
    public async Task CheckCode_WhenAnyBodyIsTried_SchemaAndReaderAgree() => await AgreeAsync("CheckCode", CheckCodeRequest.Read, ["code", "other"]);

    [Fact]
    public async Task ResendCode_WhenAnyBodyIsTried_SchemaAndReaderAgree() => await AgreeAsync("ResendCode", ResendCodeRequest.Read, ["channel", "other"]);

    [Fact]
    public async Task CreateAlias_WhenAnyBodyIsTried_SchemaAndReaderAgree() => await AgreeAsync("CreateAlias", CreateAliasRequest.Read, ["phoneNumber", "context", "other"]);

    [Fact]
    public async Task CancelVerification_WhenAnyBodyIsTried_SchemaAndReaderAgree() => await AgreeAsync("CancelVerification", CancelVerificationRequest.Read, ["other"]);

    private async Task AgreeAsync<T>(string schemaName, Func<JsonElement, List<RequestError>, T> read, string[] members)
    {
        var document = await OpenApiText.ReadAsync(fixture.Front);
        var schema = document.Schema(schemaName);

        // Every single member with every value, the rest as small as it may be.
        foreach (var member in members)
        {
            foreach (var value in s_values)
                Agree($"{{{string.Join(',', Base(schemaName).Where(b => b.Name != member).Append((Name: member, Value: value)).Select(b => $"\"{b.Name}\":{b.Value}"))}}}");
        }

        // And any mixture.
        var bodies = Gen.Elements(members).Zip(Gen.Elements(s_values)).ArrayOf()
            .Select(pairs => $"{{{string.Join(',', pairs.DistinctBy(p => p.Item1).Select(p => $"\"{p.Item1}\":{p.Item2}"))}}}");
        Prop.ForAll(bodies.ToArbitrary(), Agree).QuickCheckThrowOnFailure();

        void Agree(string body)
        {
            using var parsed = JsonDocument.Parse(body);
            List<RequestError> errors = [];
            read(parsed.RootElement, errors);
            var faults = document.Judge.Judge(schema, WithoutNulls(document.Judge, schema, JsonNode.Parse(body)!));
            Assert.True((errors.Count == 0) == (faults.Count == 0), $"{body}\nreader: {string.Join("; ", errors)}\nschema: {string.Join("; ", faults)}");
        }
    }

    // A null of a known member counts as left out: some generated clients write what nobody set.
    private static JsonNode WithoutNulls(SchemaJudge judge, JsonNode schema, JsonNode body)
    {
        foreach (var (name, inner) in body is JsonObject ? judge.Resolve(schema.AsObject())["properties"]?.AsObject() ?? [] : [])
        {
            if (body[name] is { } value)
                WithoutNulls(judge, inner!, value);
            else
                body.AsObject().Remove(name);
        }

        return body;
    }

    private static (string Name, string Value)[] Base(string schemaName) => schemaName switch
    {
        "StartVerification" => [("to", "{\"phoneNumber\":\"x\"}")],
        "CheckCode" => [("code", "\"123456\"")],
        "CreateAlias" => [("phoneNumber", "\"x\"")],
        _ => [],
    };
}
