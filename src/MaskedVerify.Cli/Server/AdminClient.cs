using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace MaskedVerify.Cli.Server;

/// <summary>Calls the administrative operations of a server. Every failure is a <see cref="CliException"/> that says what to do.</summary>
internal sealed class AdminClient : IDisposable
{
    /// <summary>How answers are read.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http;
    private readonly Uri _server;
    private readonly OperatorKey? _key;

    public AdminClient(Uri server, OperatorKey? key)
    {
        _server = server;
        _key = key;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = !server.IsLoopback, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(server, "/admin/v1/"),
            Timeout = TimeSpan.FromSeconds(30),
        };
        if (key is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Text);
        }
    }

    public Task<Answer<T>> GetAsync<T>(string path, CancellationToken cancellationToken) => SendAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Posts a change; the server wants a JSON body also where the path says all.</summary>
    public Task<Answer<T>> PostAsync<T>(string path, object? body, CancellationToken cancellationToken) => SendAsync<T>(HttpMethod.Post, path, body ?? new { }, cancellationToken);

    public Task<Answer<T>> PatchAsync<T>(string path, object body, CancellationToken cancellationToken) => SendAsync<T>(HttpMethod.Patch, path, body, cancellationToken);

    public Task<Answer<T>> PutAsync<T>(string path, object body, CancellationToken cancellationToken) => SendAsync<T>(HttpMethod.Put, path, body, cancellationToken);

    /// <summary>The id of a tenant that was named by id or by its exact name.</summary>
    public async Task<string> ResolveTenantAsync(string idOrName, CancellationToken cancellationToken)
    {
        if (idOrName.StartsWith("tn-", StringComparison.Ordinal))
        {
            return idOrName;
        }

        var all = await GetAsync<TenantList>("tenants", cancellationToken);
        var named = all.Value.Tenants.Where(t => t.Name == idOrName).ToArray();
        return named.Length switch
        {
            1 => named[0].Id,
            0 => throw new CliException(ExitCodes.NotFound, $"There is no tenant named \"{idOrName}\".", "See: maskedverify tenant list"),
            _ => throw new CliException(ExitCodes.Refused, $"{named.Length} tenants are named \"{idOrName}\": use an id.", [.. named.Select(t => t.Id)]),
        };
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer<T>> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: Json) };
            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw Refusal(response.StatusCode, text);
            }

            var json = JsonSerializer.Deserialize<JsonElement>(text, Json);
            return new Answer<T>(json.Deserialize<T>(Json) ?? throw new JsonException("null"), json);
        }
        catch (JsonException)
        {
            throw new CliException(ExitCodes.Unavailable, $"What answers at {_server} is not the internal port of a MaskedVerify server.", "The internal port is 8081 unless it was configured.");
        }
        catch (HttpRequestException exception)
        {
            throw new CliException(
                ExitCodes.Unavailable,
                $"No server answers at {_server} ({exception.HttpRequestError}).",
                "Start one with: dotnet run --project src/MaskedVerify.Front",
                $"or name another with --server or {ServerOptions.Variable} (its internal port, 8081 unless configured).");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCodes.Unavailable, $"{_server} did not answer in {_http.Timeout.TotalSeconds:0} s.", "It is not known whether it was done: look before trying again.");
        }
    }

    private CliException Refusal(HttpStatusCode status, byte[] text)
    {
        var problem = Problem(text);
        var details = (problem?.Errors ?? []).Select(e => string.IsNullOrEmpty(e.Pointer) ? e.Detail ?? "?" : $"{e.Pointer}: {e.Detail}").ToList();
        if (problem?.Detail is { } detail)
        {
            details.Insert(0, detail);
        }

        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new CliException(ExitCodes.NotAllowed, NotAllowed(), HowToFindTheKey()),
            HttpStatusCode.NotFound when problem is not null => new CliException(ExitCodes.NotFound, problem.Title ?? "Not found.", details),
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => throw new JsonException("not this server"),
            HttpStatusCode.ServiceUnavailable => new CliException(ExitCodes.Unavailable, problem?.Title ?? "The server cannot do this now.", details),
            >= HttpStatusCode.InternalServerError => new CliException(ExitCodes.Unavailable, $"The server failed ({(int)status}); its log says why.", details),
            _ => new CliException(ExitCodes.Refused, problem?.Title ?? $"The server refused ({(int)status}).", details),
        };
    }

    private string NotAllowed() => _key is null
        ? "The server asks for the operator credential, and none was found."
        : $"The server does not accept the operator credential from {_key.From}.";

    private static string HowToFindTheKey() =>
        $"The server keeps it in {OperatorKey.FileName} of its data folder: use --data DIR, --operator-key-file FILE, or {OperatorKey.Variable}.";

    private static ProblemDocument? Problem(byte[] text)
    {
        try
        {
            return JsonSerializer.Deserialize<ProblemDocument>(text, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a server answered: read for tables, and as it came for scripts.</summary>
internal sealed record Answer<T>(T Value, JsonElement Json);
