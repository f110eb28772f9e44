using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Cli.Tests;

/// <summary>A server on loopback that answers what a test tells it to, and remembers what it was asked.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (int Status, string Type, string Body)> _answers = new(StringComparer.Ordinal);

    private FakeServer(WebApplication app) => _app = app;

    public ConcurrentQueue<Asked> Requests { get; } = new();

    public string Address => _app.Urls.Single();

    public static async Task<FakeServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new FakeServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>Answers a call with JSON.</summary>
    public void On(string call, object body, int status = 200) => _answers[call] = (status, "application/json", JsonSerializer.Serialize(body, JsonSerializerOptions.Web));

    /// <summary>Answers a call with a problem.</summary>
    public void OnProblem(string call, int status, string title, params (string Pointer, string Detail)[] errors) => _answers[call] = (
        status,
        "application/problem+json",
        JsonSerializer.Serialize(new { type = "about:blank", title, status, errors = errors.Select(e => new { pointer = e.Pointer, detail = e.Detail }) }, JsonSerializerOptions.Web));

    /// <summary>Answers a call with any text.</summary>
    public void OnText(string call, int status, string type, string body) => _answers[call] = (status, type, body);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var call = $"{context.Request.Method} {context.Request.Path}";
        Requests.Enqueue(new Asked(call, await reader.ReadToEndAsync(), context.Request.Headers.Authorization.ToString()));
        var (status, type, body) = _answers.TryGetValue(call, out var answer) ? answer : (404, "text/plain", "nothing here");
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body);
    }

    internal sealed record Asked(string Call, string Body, string Authorization);
}
