using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace MaskedVerify.Front.Reference;

/// <summary>One operation as the OpenAPI document tells it. It stands next to the endpoint that it describes.</summary>
/// <param name="Id">The operationId of api.md.</param>
/// <param name="Tag">Group in the reference.</param>
/// <param name="Summary">A few words.</param>
/// <param name="Description">What a caller has to know; Markdown.</param>
internal sealed record OperationDoc(string Id, string Tag, string Summary, string Description)
    : IEndpointNameMetadata, ITagsMetadata, IEndpointSummaryMetadata, IEndpointDescriptionMetadata
{
    /// <summary>The parameter in the path, if any.</summary>
    public ParameterDoc? PathParameter { get; init; }

    /// <summary>The parameter in the query, if any.</summary>
    public ParameterDoc? QueryParameter { get; init; }

    /// <summary>The body, if any.</summary>
    public BodyDoc? Body { get; init; }

    /// <summary>Successful answers.</summary>
    public required IReadOnlyList<AnswerDoc> Answers { get; init; }

    /// <summary>Slugs of the problems that may answer instead.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Whether it takes an Idempotency-Key.</summary>
    public bool TakesKey { get; init; }

    /// <summary>Whether it needs no API key.</summary>
    public bool IsAnonymous { get; init; }

    string IEndpointNameMetadata.EndpointName => Id;

    IReadOnlyList<string> ITagsMetadata.Tags => [Tag];
}

/// <summary>A parameter in a path or query.</summary>
internal sealed record ParameterDoc(string Name, string Description, string Pattern, string Example);

/// <summary>A request body and examples (name, JSON).</summary>
internal sealed record BodyDoc(Type Type, bool IsRequired, IReadOnlyList<(string Name, string Json)> Examples);

/// <summary>A successful answer.</summary>
internal sealed record AnswerDoc(int Status, string Description, Type Type, string Example, bool HasLocation = false);

/// <summary>Puts descriptions on endpoints.</summary>
internal static class OperationDocExtensions
{
    /// <summary>Describes an endpoint whose handler is a plain request delegate.</summary>
    public static IEndpointConventionBuilder Describe(this IEndpointConventionBuilder endpoint, OperationDoc doc) =>
        // The API explorer looks only at endpoints that have a method.
        endpoint.WithMetadata(doc, ((Func<IEndpointConventionBuilder, OperationDoc, IEndpointConventionBuilder>)Describe).GetMethodInfo());
}
