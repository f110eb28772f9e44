using System.Text.Json.Nodes;
using MaskedVerify.Domain;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Testing;

namespace MaskedVerify.Front.Tests.Journeys;

/// <summary>The whole product in this process. Every number and code of a journey is a canary: at the end none may be in a log line, a metric or a file.</summary>
public sealed class LiveFront : IAsyncLifetime
{
    private readonly LeakDetector _leaks = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("mv-live-").FullName;
    private RunningFront? _front;

    internal RunningFront Front => _front!;

    public async ValueTask InitializeAsync() => _front = await RunningFront.StartAsync(folder: _folder);

    public async ValueTask DisposeAsync()
    {
        var metrics = await Front.SendAsync("GET", "/metrics", key: "", client: Front.Internal);
        foreach (var line in Front.Lines.All)
            _leaks.Inspect("log", line);
        _leaks.Inspect("metrics", metrics.Text);
        await Front.DisposeAsync();
        _leaks.InspectDirectory(Path.Combine(_folder, "data"));
        Directory.Delete(_folder, recursive: true);
        _leaks.AssertClean();
    }

    /// <summary>Starts a verification of a number and notes the number as a canary.</summary>
    internal async Task<Answer> StartAsync(string number, string more = "", string? key = null, string? idempotencyKey = null)
    {
        Assert.True(PhoneNumber.TryParse(number, out var parsed));
        lock (_leaks)
        {
            _leaks.Add(parsed);
        }

        var answer = await Front.SendAsync("POST", "/v1/verifications", $$"""{"to":{"phoneNumber":"{{number}}"}{{more}}}""", key, idempotencyKey);
        Assert.DoesNotContain(number.TrimStart('+'), answer.Text, StringComparison.Ordinal);
        return answer;
    }

    /// <summary>Messages of the sandbox inbox, newest first; their codes become canaries.</summary>
    internal async Task<IReadOnlyList<JsonNode>> MessagesAsync(string alias)
    {
        var answer = await Front.SendAsync("GET", "/sandbox/messages?alias=" + alias);
        Assert.Equal(200, answer.Status);
        var messages = answer.Json["messages"]!.AsArray().Select(m => m!).ToList();
        foreach (var message in messages)
        {
            Assert.True(OneTimeCode.TryParse((string?)message["code"], out var code));
            lock (_leaks)
            {
                _leaks.Add(code);
            }
        }

        return messages;
    }

    internal async Task<string> CodeAsync(string alias) => (string)(await MessagesAsync(alias))[0]["code"]!;

    internal Task<Answer> CheckAsync(string id, string code, string? idempotencyKey = null) =>
        Front.SendAsync("POST", $"/v1/verifications/{id}/check", $$"""{"code":"{{code}}"}""", idempotencyKey: idempotencyKey);

    /// <summary>A code of the same length that is not it.</summary>
    internal static string Wrong(string code) => code[..^1] + (code[^1] == '9' ? '0' : (char)(code[^1] + 1));
}
