using System.Text.Json;
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

        if (schema is { Enum: { Count: > 0 } words, Type: null })
            schema.Type = words.Any(w => w is null || w.GetValueKind() == JsonValueKind.Null) ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        if (type == typeof(DestinationRequest))
            schema.OneOf = [Only("alias", "phoneNumber", schema), Only("phoneNumber", "alias", schema)];
        if (type == typeof(ProblemResource) || type == typeof(RequestError))
            WithoutNull(schema);
        return Task.CompletedTask;
    }

    private static OpenApiSchema Only(string there, string absent, OpenApiSchema schema) => new()
    {
        Title = there,
        Description = schema.Properties?[there].Description,
        Required = new HashSet<string>(StringComparer.Ordinal) { there },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            [there] = new OpenApiSchema { Type = JsonSchemaType.String },
            [absent] = new OpenApiSchema { Type = JsonSchemaType.Null },
        },
    };

    // Their absent members are left out, never written as null.
    private static void WithoutNull(OpenApiSchema schema)
    {
        foreach (var property in (schema.Properties ?? new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)).Values.OfType<OpenApiSchema>())
            property.Type &= ~JsonSchemaType.Null;
    }
}
