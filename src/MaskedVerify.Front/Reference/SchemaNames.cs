using System.Text.Json;
using System.Text.Json.Nodes;
using MaskedVerify.Front.Aliases;
using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Requests;
using MaskedVerify.Front.Sandbox;
using MaskedVerify.Front.Verifications;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MaskedVerify.Front.Reference;

/// <summary>Names of the document's schemas, and what the types alone do not say.</summary>
internal static class SchemaNames
{
    private static readonly Dictionary<Type, string> s_names = new()
    {
        [typeof(StartVerificationRequest)] = "StartVerification",
        [typeof(DestinationRequest)] = "To",
        [typeof(CheckCodeRequest)] = "CheckCode",
        [typeof(ResendCodeRequest)] = "ResendCode",
        [typeof(CancelVerificationRequest)] = "CancelVerification",
        [typeof(CreateAliasRequest)] = "CreateAlias",
        [typeof(VerificationResource)] = "Verification",
        [typeof(CheckedVerificationResource)] = "CheckedVerification",
        [typeof(DestinationResource)] = "Destination",
        [typeof(NextResource)] = "Next",
        [typeof(AttemptResource)] = "Attempt",
        [typeof(RiskResource)] = "Risk",
        [typeof(AliasResource)] = "Alias",
        [typeof(ErasureResource)] = "Erasure",
        [typeof(SandboxMessagesResource)] = "SandboxMessages",
        [typeof(SandboxMessageResource)] = "SandboxMessage",
        [typeof(SandboxNumbersResource)] = "SandboxNumbers",
        [typeof(SandboxNumberResource)] = "SandboxNumber",
        [typeof(ProblemResource)] = "Problem",
        [typeof(LimitResource)] = "Limit",
        [typeof(RequestError)] = "RequestError",
    };

    // Their absent members are left out, never written as null. (A destination may be written with nulls, as some generated clients do; a null counts as left out there too.)
    private static readonly HashSet<Type> s_withoutNull = [typeof(ProblemResource), typeof(RequestError), typeof(DestinationRequest)];

    /// <summary>The name of a type that has a schema of its own; null for all others, which are written where they are used.</summary>
    public static string? Of(Type type) => s_names.GetValueOrDefault(type);

    /// <summary>A schema transformer.</summary>
    public static Task CompleteAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (Of(type) is { } name)
        {
            schema.Metadata ??= new Dictionary<string, object>(StringComparer.Ordinal);
            schema.Metadata[SchemaReferences.NameKey] = name;
            schema.AdditionalPropertiesAllowed = false;
        }

        if (schema is { Enum.Count: > 0, Type: null })
            schema.Type = JsonSchemaType.String;
        foreach (var property in Members(schema).Where(member => member.Enum?.Any(IsNull) == true))
            WithNullAsTypeOnly(property);
        if (s_withoutNull.Contains(type))
            WithoutNull(schema);
        if (type == typeof(DestinationRequest))
            schema.MinProperties = schema.MaxProperties = 1; // A count instead of a choice of shapes: every generator of clients makes one plain class of it.
        if (type == typeof(CheckCodeRequest) && schema.Properties?["code"] is OpenApiSchema code)
            code.Format = CheckCodeRequest.Format;
        if (type == typeof(ProblemResource) && schema.Properties?["detail"] is OpenApiSchema detail)
            detail.AddExtension("x-ms-primary-error-message", new JsonNodeExtension(true)); // Kiota shows it as the message of the exception.
        return Task.CompletedTask;
    }

    private static void WithoutNull(OpenApiSchema schema)
    {
        foreach (var property in Members(schema))
            property.Type &= ~JsonSchemaType.Null;
    }

    // A null beside the words would be one more word in generated clients.
    private static void WithNullAsTypeOnly(OpenApiSchema property)
    {
        property.Type = JsonSchemaType.String | JsonSchemaType.Null;
        property.Enum = property.Enum?.Where(word => !IsNull(word)).ToList();
    }

    private static IEnumerable<OpenApiSchema> Members(OpenApiSchema schema) => schema.Properties?.Values.OfType<OpenApiSchema>() ?? [];

    private static bool IsNull(JsonNode? word) => word is null || word.GetValueKind() == JsonValueKind.Null || JsonNullSentinel.IsJsonNullSentinel(word);
}
