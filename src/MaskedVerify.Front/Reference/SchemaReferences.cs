using Microsoft.OpenApi;

namespace MaskedVerify.Front.Reference;

/// <summary>Writes each named schema once: wherever it stands inside another one, a reference takes its place.</summary>
internal static class SchemaReferences
{
    /// <summary>Metadata of a schema object (not part of the document) that holds its name.</summary>
    public const string NameKey = "maskedverify-schema-name";

    /// <summary>Folds all components of a document.</summary>
    public static void Fold(OpenApiDocument document)
    {
        document.Components ??= new OpenApiComponents();
        var schemas = document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        foreach (var schema in schemas.Values.OfType<OpenApiSchema>().ToList())
            FoldInside(schema, document);
        document.Components.Schemas = new SortedDictionary<string, IOpenApiSchema>(document.Components.Schemas.ToDictionary(), StringComparer.Ordinal);
    }

    private static void FoldInside(OpenApiSchema schema, OpenApiDocument document)
    {
        foreach (var (name, property) in (schema.Properties ?? new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)).ToList())
        {
            if (schema.Properties is { } properties)
                properties[name] = Replace(property, document);
        }

        if (schema.Items is { } items)
            schema.Items = Replace(items, document);
    }

    private static IOpenApiSchema Replace(IOpenApiSchema schema, OpenApiDocument document)
    {
        if (schema is not OpenApiSchema inline)
            return schema;
        if (inline.Metadata?.TryGetValue(NameKey, out var tag) != true || tag is not string name)
        {
            FoldInside(inline, document);
            return inline;
        }

        if (document.Components?.Schemas?.ContainsKey(name) != true)
        {
            document.AddComponent(name, inline);
            FoldInside(inline, document);
        }

        return new OpenApiSchemaReference(name, document) { Description = inline.Description };
    }
}
