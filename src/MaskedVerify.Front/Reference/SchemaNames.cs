using System.Text.Json.Serialization.Metadata;
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

    /// <summary>Types with an own schema; all others are written where they are used.</summary>
    public static string? Of(Type type) => s_names.GetValueOrDefault(type);

    /// <summary>A schema transformer.</summary>
    public static Task CompleteAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object)
            schema.AdditionalPropertiesAllowed = false;
        if (context.JsonTypeInfo.Type == typeof(DestinationRequest) && context.JsonPropertyInfo is null)
        {
            schema.MinProperties = 1;
            schema.MaxProperties = 1;
        }

        return Task.CompletedTask;
    }
}
