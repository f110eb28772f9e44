using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>A caller of the HTTP API. Every number and code that it uses must not be in what the server writes.</summary>
internal sealed class Api : IDisposable
{
    private readonly HttpClient _http;
    private readonly Canaries _leaks;

    public Api(ServerProcess server, string? key = null, string? address = null)
    {
        _leaks = server.Leaks;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address ?? server.Public), Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key ?? server.SandboxKey);
    }

    public Task<Answer> StartAsync(string number, string? idempotencyKey = null)
    {
        _leaks.AddNumber(number);
        return SendAsync(HttpMethod.Post, "/v1/verifications", new { to = new { phoneNumber = number } }, idempotencyKey);
    }

    public Task<Answer> GetAsync(string id) => SendAsync(HttpMethod.Get, $"/v1/verifications/{id}", null, null);

    public Task<Answer> CheckAsync(string id, string code, string? idempotencyKey = null)
    {
        _leaks.AddCode(code);
        return SendAsync(HttpMethod.Post, $"/v1/verifications/{id}/check", new { code }, idempotencyKey);
    }

    public Task<Answer> CancelAsync(string id) => SendAsync(HttpMethod.Post, $"/v1/verifications/{id}/cancel", null, null);

    public Task<Answer> InboxAsync(string alias) => SendAsync(HttpMethod.Get, $"/sandbox/messages?alias={alias}", null, null);

    /// <summary>The newest code in the inbox of an alias, or null when there is none.</summary>
    public async Task<string?> CodeAsync(string alias)
    {
        var inbox = await InboxAsync(alias);
        Assert.Equal(200, inbox.Status);
        return inbox.Body.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("code").GetString()).FirstOrDefault();
    }

    public async Task<int> StatusOfAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        return (int)response.StatusCode;
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer> SendAsync(HttpMethod method, string path, object? body, string? idempotencyKey)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await _http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var json = bytes.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(bytes) : default;
        return new Answer((int)response.StatusCode, json, response.Headers.RetryAfter is not null, response.Headers.Contains("Idempotent-Replayed"));
    }

    /// <summary>What a call answered.</summary>
    internal sealed record Answer(int Status, JsonElement Body, bool HasRetryAfter, bool IsReplay)
    {
        public string Id => Body.GetProperty("id").GetString()!;

        public string Alias => Body.GetProperty("alias").GetString()!;

        /// <summary>The stable word at the end of a problem's type.</summary>
        public string Slug => Body.GetProperty("type").GetString()!.Split('/').Last();

        public string VerificationStatus => Body.GetProperty("status").GetString()!;

        public string AttemptStatus => Body.GetProperty("attempts").EnumerateArray().Last().GetProperty("status").GetString()!;
    }
}
