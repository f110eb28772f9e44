using MaskedVerify.Front.Configuration;
using Microsoft.OpenApi;

namespace MaskedVerify.Front.Reference;

/// <summary>The OpenAPI 3.1 document: made once from the endpoints' own descriptions and wire types.</summary>
internal static class OpenApiSetup
{
    /// <summary>Name of the document and of its path.</summary>
    public const string Document = "v1";

    /// <summary>Name of the security scheme.</summary>
    public const string ApiKeyScheme = "apiKey";

    private const string Intro =
        """
        A phone number enters once and becomes an **alias**. From then on you, your partners, your logs and your operators see the alias only; codes still arrive
        on the real device.

        **Start** a verification with a number (first contact) or an alias, ask the person for the code, **check** it. Every answer says in `next` what may be done
        and when. Problems are RFC 9457 documents; their `type` is stable for ever. Send an `Idempotency-Key` with every POST and DELETE, so that a retry never
        sends a second message.

        Test keys (`mv_test_…`) reach the sandbox only: no message leaves the machine, magic numbers force every outcome, and the inbox shows what would have been
        sent. Limits: 64 KiB of body, 32 levels of JSON, unknown members are an error; a member that is `null` counts as left out.
        """;

    /// <summary>Registers the document.</summary>
    public static IServiceCollection AddFrontOpenApi(this IServiceCollection services) => services.AddOpenApi(Document, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.CreateSchemaReferenceId = type => SchemaNames.Of(type.Type);
        options.ShouldInclude = api => api.ActionDescriptor.EndpointMetadata.OfType<OperationDoc>().Any();
        options.AddSchemaTransformer(SchemaNames.CompleteAsync);
        options.AddOperationTransformer<OperationDocTransformer>();
        options.AddDocumentTransformer((document, _, _) =>
        {
            Head(document);
            SchemaReferences.Fold(document);
            return Task.CompletedTask;
        });
    });

    private static void Head(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "MaskedVerify",
            Version = FrontHelp.Version,
            Summary = "Phone verification in which nobody but the carrier sees the number.",
            Description = Intro,
            License = new OpenApiLicense { Name = "By agreement with the operator of this installation", Url = new Uri("https://maskedverify.dev") },
            Contact = new OpenApiContact { Name = "The operator of this installation", Url = new Uri("https://maskedverify.dev") },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "This server" }];
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "Verifications", Description = "Send a code, judge it, see what may be done next." },
            new() { Name = "Aliases", Description = "The surrogates of numbers." },
            new() { Name = "Sandbox", Description = "See what would have been sent, and force outcomes. Test keys only." },
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [ApiKeyScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "mv_live_… or mv_test_…",
                Description = "An API key. Keys with `mv_test_` reach the sandbox only.",
            },
        };
    }
}
