using System.Security.Cryptography;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace MaskedVerify.Front.Reference;

/// <summary><c>/openapi/v1.json</c>, and <c>/docs</c>: a reference page whose every file comes from this server.</summary>
internal static class ReferenceEndpoints
{
    /// <summary>Maps both, and sends <c>/</c> to the page.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var provider = routes.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(OpenApiSetup.Document);
        var document = new Lazy<Task<byte[]>>(() => RenderAsync(provider));
        routes.MapGet("/openapi/v1.json", async context =>
        {
            var bytes = await document.Value;
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        });
        routes.MapScalarApiReference("/docs", (options, context) =>
        {
            var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            context.Response.Headers[HeaderNames.ContentSecurityPolicy] = Policy(nonce);
            options.Nonce = nonce;
            options.Title = "MaskedVerify API";
            options.OpenApiRoutePattern = "/openapi/{documentName}.json";
            options.AddDocument(OpenApiSetup.Document);
            options.DefaultFonts = false;
            options.Telemetry = false;
            options.AddPreferredSecuritySchemes(OpenApiSetup.ApiKeyScheme);
            options.HideClientButton = true;
            options.HideDeveloperTools();
            options.DisableAgent();
            options.DisableMcp();
            options.WithDefaultHttpClient(ScalarTarget.Shell, ScalarClient.Curl);
        });
        routes.MapGet("/", static context =>
        {
            context.Response.Redirect("/docs/");
            return Task.CompletedTask;
        });
    }

    // The page's script writes styles into elements; scripts need the nonce, and nothing but this server is reachable.
    private static string Policy(string nonce) =>
        $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static async Task<byte[]> RenderAsync(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync();
        using var stream = new MemoryStream();
        await document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1);
        return stream.ToArray();
    }
}
