using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>The served document, as the tests read it.</summary>
internal sealed class OpenApiText(JsonNode document)
{
    public SchemaJudge Judge { get; } = new(document);

    public JsonNode Document => document;

    public IEnumerable<DocumentedOperation> Operations =>
        from path in document["paths"]!.AsObject()
        from verb in path.Value!.AsObject()
        select new DocumentedOperation((string)verb.Value!["operationId"]!, verb.Key.ToUpperInvariant(), path.Key, verb.Value!);

    public static async Task<OpenApiText> ReadAsync(RunningFront front) => new((await front.SendAsync("GET", "/openapi/v1.json", key: "")).Json);

    public JsonNode Schema(string name) => document["components"]!["schemas"]![name]!;
}

/// <summary>One operation of the document.</summary>
internal sealed record DocumentedOperation(string Id, string Method, string Path, JsonNode Node)
{
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Status and slug (empty for a success) of every documented answer.</summary>
    public IEnumerable<(int Status, string Slug)> Answers =>
        from response in Node["responses"]!.AsObject()
        from media in response.Value!["content"]!.AsObject()
        from slug in media.Key == "application/problem+json" ? media.Value!["examples"]!.AsObject().Select(e => e.Key) : [""]
        select (int.Parse(response.Key, System.Globalization.CultureInfo.InvariantCulture), slug);

    /// <summary>The first example of the body, or null.</summary>
    public string? ExampleBody => Node["requestBody"]?["content"]?["application/json"]?["examples"]?.AsObject().First().Value!["value"]!.ToJsonString(s_readable);

    public override string ToString() => Id;
}
