using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MaskedVerify.Domain;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>
/// Judges JSON by a schema of the document: the part of JSON Schema 2020-12 that the document uses. An unknown keyword fails, so that nothing is skipped.
/// </summary>
internal sealed class SchemaJudge(JsonNode document)
{
    private static readonly HashSet<string> s_notes = ["description", "title", "example", "examples", "default", "x-ms-primary-error-message"];

    /// <summary>Everything that does not fit, with its place.</summary>
    public IReadOnlyList<string> Judge(JsonNode schema, JsonNode? value)
    {
        List<string> faults = [];
        Judge(schema.AsObject(), value, "", faults);
        return faults;
    }

    /// <summary>The object that a reference names.</summary>
    public JsonObject Resolve(JsonObject schema) =>
        schema["$ref"] is { } reference
            ? reference.GetValue<string>().Split('/').Skip(1).Aggregate(document, (node, name) => node[name] ?? throw new InvalidOperationException($"{reference} leads nowhere.")).AsObject()
            : schema;

    private void Judge(JsonObject schema, JsonNode? value, string at, List<string> faults)
    {
        foreach (var (keyword, rule) in schema)
        {
            if (!s_notes.Contains(keyword) && !Fits(keyword, rule!, schema, value, at, faults))
                faults.Add($"{at}: {keyword} {rule!.ToJsonString()}");
        }
    }

    private bool Fits(string keyword, JsonNode rule, JsonObject schema, JsonNode? value, string at, List<string> faults) => keyword switch
    {
        "$ref" => Nested(Resolve(schema), value, at, faults),
        "type" => (rule is JsonArray many ? many.Select(t => (string?)t) : [(string?)rule]).Any(t => IsType(t, value)),
        "enum" => rule.AsArray().Any(word => JsonNode.DeepEquals(word, value)),
        "pattern" => value is null || Regex.IsMatch(Text(value), (string)rule!, RegexOptions.ECMAScript, TimeSpan.FromSeconds(1)),
        "minLength" => value is null || Text(value).Length >= (int)rule,
        "maxLength" => value is null || Text(value).Length <= (int)rule,
        "minimum" => !IsNumber(value) || value!.GetValue<JsonElement>().GetDouble() >= (double)rule,
        "maximum" => !IsNumber(value) || value!.GetValue<JsonElement>().GetDouble() <= (double)rule,
        "format" => (string?)rule switch
        {
            "date-time" => value is null || DateTimeOffset.TryParse(Text(value), CultureInfo.InvariantCulture, out _),
            "one-time-code" => value is null || OneTimeCode.TryParseTyped(Text(value), out _),
            _ => true,
        },
        "required" => value is not JsonObject o || rule.AsArray().All(name => o.ContainsKey((string)name!)),
        "properties" => value is not JsonObject o || o.All(p => rule[p.Key] is not { } inner || Nested(inner.AsObject(), p.Value, $"{at}/{p.Key}", faults)),
        "additionalProperties" => value is not JsonObject o || (bool)rule || o.All(p => schema["properties"]?[p.Key] is not null),
        "items" => value is not JsonArray a || a.All(item => Nested(rule.AsObject(), item, at + "/*", faults)),
        "minProperties" => value is not JsonObject o || o.Count >= (int)rule,
        "maxProperties" => value is not JsonObject o || o.Count <= (int)rule,
        _ => throw new InvalidOperationException($"The judge does not know {keyword}."),
    };

    private bool Nested(JsonObject schema, JsonNode? value, string at, List<string> faults)
    {
        Judge(schema, value, at, faults);
        return true;
    }

    private static string Text(JsonNode value) => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    private static bool IsNumber(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number;

    private static bool IsType(string? type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "integer" => IsNumber(value) && JsonNode.Parse(value!.ToJsonString())!.GetValue<JsonElement>().TryGetInt32(out _),
        _ => throw new InvalidOperationException($"The judge does not know the type {type}."),
    };
}
