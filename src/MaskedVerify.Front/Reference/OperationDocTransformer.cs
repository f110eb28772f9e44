using System.Globalization;
using System.Text.Json.Nodes;
using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Requests;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MaskedVerify.Front.Reference;

/// <summary>Turns an endpoint's <see cref="OperationDoc"/> into its part of the document.</summary>
internal sealed class OperationDocTransformer : IOpenApiOperationTransformer
{
    /// <inheritdoc/>
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var doc = context.Description.ActionDescriptor.EndpointMetadata.OfType<OperationDoc>().Single();
        var schemas = new Schemas(context, cancellationToken);
        operation.Parameters = [.. Parameters(doc)];
        operation.RequestBody = doc.Body is { } body ? await BodyAsync(body, schemas) : null;
        operation.Responses = [];
        foreach (var answer in doc.Answers)
            operation.Responses[Text(answer.Status)] = await AnswerAsync(answer, doc, schemas);
        foreach (var (status, slugs) in ProblemDocs.ByStatus(doc))
            operation.Responses[Text(status)] = await ProblemAsync(status, slugs, schemas);
        operation.Security = doc.IsAnonymous ? [] : [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(OpenApiSetup.ApiKeyScheme, context.Document)] = [] }];
    }

    private static IEnumerable<IOpenApiParameter> Parameters(OperationDoc doc)
    {
        if (doc.PathParameter is { } path)
            yield return Parameter(path, ParameterLocation.Path);
        if (doc.QueryParameter is { } query)
            yield return Parameter(query, ParameterLocation.Query);
        if (doc.TakesKey)
        {
            yield return new OpenApiParameter
            {
                Name = RequestStamp.Header,
                In = ParameterLocation.Header,
                Description = "Makes a retry safe: the same key and request give the stored answer for 24 hours, the same key with another request is 422. Unique per tenant. A tenant's policy may demand it.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255, Pattern = "^[!-~]+$" },
            };
        }
    }

    private static OpenApiParameter Parameter(ParameterDoc doc, ParameterLocation location) => new()
    {
        Name = doc.Name,
        In = location,
        Required = true,
        Description = doc.Description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = doc.Pattern },
        Example = doc.Example,
    };

    private static async Task<OpenApiRequestBody> BodyAsync(BodyDoc body, Schemas schemas) => new()
    {
        Required = body.IsRequired,
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/json"] = new()
            {
                Schema = await schemas.ReferenceAsync(body.Type),
                Examples = body.Examples.ToDictionary(e => e.Name.Replace(' ', '-').Replace(",", "", StringComparison.Ordinal), e => (IOpenApiExample)Example(e.Name, e.Json), StringComparer.Ordinal),
            },
        },
    };

    private static async Task<OpenApiResponse> AnswerAsync(AnswerDoc answer, OperationDoc doc, Schemas schemas)
    {
        var headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
        if (answer.HasLocation)
            headers["Location"] = Header("Where to read it.", JsonSchemaType.String);
        if (doc.TakesKey)
            headers[RequestStamp.ReplayedHeader] = Header("`true` when this is the stored answer of the first request with the same Idempotency-Key.", JsonSchemaType.String);
        return new OpenApiResponse
        {
            Description = answer.Description,
            Headers = headers.Count > 0 ? headers : null,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/json"] = new() { Schema = await schemas.ReferenceAsync(answer.Type), Example = JsonNode.Parse(answer.Example) },
            },
        };
    }

    private static async Task<OpenApiResponse> ProblemAsync(int status, List<string> slugs, Schemas schemas)
    {
        var headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
        if (status is 429 or 503 || slugs.Contains(ProblemSlugs.RequestInProgress))
            headers["Retry-After"] = Header("Seconds to wait.", JsonSchemaType.Integer);
        if (status == 429)
        {
            headers[RateLimitHeaders.Remaining] = Header("The limit that answered, what remains of it and when it is reset: `\"alias-sends-hour\";r=0;t=1200`.", JsonSchemaType.String);
            headers[RateLimitHeaders.Policy] = Header("The limit: `\"alias-sends-hour\";q=5;w=3600`.", JsonSchemaType.String);
        }

        if (status == 401)
            headers["WWW-Authenticate"] = Header("The scheme: Bearer.", JsonSchemaType.String);
        return new OpenApiResponse
        {
            Description = ProblemDocs.Describe(status, slugs),
            Headers = headers.Count > 0 ? headers : null,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [Problem.MediaType] = new()
                {
                    Schema = await schemas.ReferenceAsync(typeof(ProblemResource)),
                    Examples = slugs.ToDictionary(s => s, s => (IOpenApiExample)Example(null, ProblemDocs.Example(status, s).Json), StringComparer.Ordinal),
                },
            },
        };
    }

    private static OpenApiExample Example(string? summary, string json) => new() { Summary = summary, Value = JsonNode.Parse(json) };

    private static OpenApiHeader Header(string description, JsonSchemaType type) => new() { Description = description, Schema = new OpenApiSchema { Type = type } };

    private static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);

    /// <summary>Schemas by reference; each is put into the components once.</summary>
    private sealed class Schemas(OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        public async Task<IOpenApiSchema> ReferenceAsync(Type type)
        {
            var name = SchemaNames.Of(type) ?? throw new InvalidOperationException($"{type.Name} has no schema name.");
            var document = context.Document ?? throw new InvalidOperationException("There is no document.");
            if (document.Components?.Schemas?.ContainsKey(name) != true)
                document.AddComponent(name, await context.GetOrCreateSchemaAsync(type, null, cancellationToken));
            return new OpenApiSchemaReference(name, document);
        }
    }
}
