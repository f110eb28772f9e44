using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MaskedVerify.Cluster.Tests.Chaos.Histories;

namespace MaskedVerify.Cluster.Tests.Chaos.Driving;

/// <summary>A cluster over HTTP: each call goes to the next of the front addresses, so a repeated call goes to another one.</summary>
/// <param name="fronts">Public addresses as they are now.</param>
/// <param name="key">API key.</param>
/// <param name="patience">How long one answer is waited for.</param>
/// <param name="clock">The clock of the histories.</param>
/// <param name="inFlight">Where its calls are while they wait.</param>
internal sealed class HttpVerifier(Func<IReadOnlyList<string>> fronts, string key, TimeSpan patience, ChaosClock clock, CallsInFlight inFlight) : IVerifier, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = patience };
    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _faults = new();
    private int _turn;

    /// <summary>How many answers of each kind came: "201", "503 unavailable", "none", ….</summary>
    public IReadOnlyDictionary<string, int> Answers => _answers;

    /// <summary>Answers that must never come: 5xx other than 503, a 503 without Retry-After or problem, 400, 401, 403.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <inheritdoc/>
    public async Task<OpAnswer> CallAsync(OpCall call)
    {
        var all = fronts();
        var front = all[(Interlocked.Increment(ref _turn) & int.MaxValue) % all.Count];
        var waiting = inFlight.Begin(front, clock.Now);
        var answer = new OpAnswer(OpEnd.Unknown);
        try
        {
            answer = await SendAsync(call, front);
        }
        finally
        {
            inFlight.End(waiting, answer.End, clock.Now);
        }

        return answer;
    }

    public void Dispose() => _http.Dispose();

    private async Task<OpAnswer> SendAsync(OpCall call, string front)
    {
        try
        {
            using var request = Request(call, front);
            using var response = await _http.SendAsync(request);
            var bytes = await response.Content.ReadAsByteArrayAsync();
            return Read(call, response, bytes);
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException)
        {
            Count("none");
            return new OpAnswer(OpEnd.Unknown);
        }
    }

    private HttpRequestMessage Request(OpCall call, string front)
    {
        var path = "/v1/verifications" + call.Kind switch
        {
            OpKind.Start => "",
            OpKind.Get => "/" + call.Id,
            OpKind.Check => $"/{call.Id}/check",
            OpKind.Resend => $"/{call.Id}/resend",
            _ => $"/{call.Id}/cancel",
        };
        var request = new HttpRequestMessage(call.Kind == OpKind.Get ? HttpMethod.Get : HttpMethod.Post, new Uri(new Uri(front), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (call.Kind == OpKind.Get)
            return request;

        request.Headers.Add("Idempotency-Key", call.Command);
        request.Content = call.Kind switch
        {
            OpKind.Start => JsonContent.Create(Start(call)),
            OpKind.Check => JsonContent.Create(new { code = call.Code }),
            _ => null,
        };
        return request;
    }

    private static Dictionary<string, object> Start(OpCall call)
    {
        var body = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["to"] = call.Alias is { } alias ? new { alias } : new { phoneNumber = call.Number },
            ["resendPolicy"] = call.ResendPolicy ?? "rotate",
        };
        if (call.TtlSeconds is { } ttl)
            body["ttlSeconds"] = ttl;
        return body;
    }

    private OpAnswer Read(OpCall call, HttpResponseMessage response, byte[] bytes)
    {
        var status = (int)response.StatusCode;
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
        var json = bytes.Length > 0 && (status < 300 || isProblem) ? JsonSerializer.Deserialize<JsonElement>(bytes) : default;
        var slug = isProblem ? Slug(json) : null;
        Count(slug is null ? status.ToString(System.Globalization.CultureInfo.InvariantCulture) : $"{status} {slug}");
        if (IsFault(status, slug, response))
            _faults.Enqueue($"{call.Kind} was answered {status} {slug}{(status == 503 ? " without Retry-After or problem" : "")}");

        if (status >= 500 || slug == "request-in-progress")
            return new OpAnswer(OpEnd.Unknown) { Problem = slug, HttpStatus = status };
        return status < 300
            ? Read(json) with { HttpStatus = status }
            : new OpAnswer(OpEnd.Refused) { Problem = slug, HttpStatus = status, Status = slug == "verification-ended" ? Ended(json) : null };
    }

    private static bool IsFault(int status, string? slug, HttpResponseMessage response) => status switch
    {
        503 => slug is null || response.Headers.RetryAfter is null,
        >= 500 or 400 or 401 or 403 => true,
        _ => false,
    };

    private static OpAnswer Read(JsonElement json) => new(OpEnd.Ok)
    {
        Id = json.GetProperty("id").GetString(),
        Alias = json.GetProperty("alias").GetString(),
        Status = json.GetProperty("status").GetString(),
        Valid = json.TryGetProperty("valid", out var valid) ? valid.GetBoolean() : null,
        ChecksRemaining = json.GetProperty("next").GetProperty("checksRemaining").GetInt32(),
        ExpiresAt = json.GetProperty("expiresAt").GetDateTimeOffset(),
        NewestAttempt = json.GetProperty("attempts").EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.Object } last ? last.GetProperty("status").GetString() : null,
    };

    private static string? Slug(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("type", out var type) ? type.GetString()?.Split('/')[^1] : null;

    // A problem's own status is a number; the verification's is inside.
    private static string? Ended(JsonElement json) =>
        json.TryGetProperty("verification", out var verification) && verification.ValueKind == JsonValueKind.Object ? verification.GetProperty("status").GetString() : null;

    private void Count(string answer) => _answers.AddOrUpdate(answer, 1, (_, count) => count + 1);
}
