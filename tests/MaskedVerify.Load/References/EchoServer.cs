using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Load.References;

/// <summary>The least that a web service can do: reads a small JSON body and sends it back. Runs in a process of its own.</summary>
internal static class EchoServer
{
    /// <summary>Path that it answers.</summary>
    public const string Path = "/echo";

    /// <summary>Serves until SIGTERM.</summary>
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapPost(Path, (EchoBody body) => TypedResults.Ok(body));
        await ReferenceHost.ServeAsync(app, cancellationToken);
    }

    /// <summary>A body like that of a start.</summary>
    internal sealed record EchoBody(EchoDestination To);

    /// <summary>Its inner object.</summary>
    internal sealed record EchoDestination(string PhoneNumber);
}
