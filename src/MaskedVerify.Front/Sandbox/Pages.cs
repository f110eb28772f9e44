using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace MaskedVerify.Front.Sandbox;

/// <summary>Files that are part of the program: served with a content policy that allows nothing but our own files.</summary>
internal static class Pages
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Serves one embedded file.</summary>
    public static void Map(IEndpointRouteBuilder routes, string path, string name)
    {
        var bytes = Load(name);
        var type = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            _ => throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"No media type for {name}."), nameof(name)),
        };
        routes.MapGet(path, context =>
        {
            var response = context.Response;
            response.Headers[HeaderNames.ContentSecurityPolicy] = Policy;
            response.ContentType = type;
            response.ContentLength = bytes.Length;
            return response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
        });
    }

    private static byte[] Load(string name)
    {
        using var stream = typeof(Pages).Assembly.GetManifestResourceStream("pages/" + name)
            ?? throw new InvalidOperationException($"The program lacks its file {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
