using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MaskedVerify.Cli.Server;

namespace MaskedVerify.Cli.Trials;

/// <summary>Calls the public API with a sandbox key. Every failure is a <see cref="CliException"/> that says what to do.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _server;

    public ApiClient(Uri server, string key)
    {
        _server = server;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = !server.IsLoopback, AllowAutoRedirect = false }) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Sends a request; a body makes it a POST.</summary>
    public async Task<(int Status, JsonElement Answer)> SendAsync(string path, string? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path)
            {
                Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
            };
            using var response = await _http.SendAsync(request, cancellationToken);
            var answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsByteArrayAsync(cancellationToken), AdminClient.Json);
            return answer.ValueKind == JsonValueKind.Object ? ((int)response.StatusCode, answer) : throw new JsonException("no object");
        }
        catch (JsonException)
        {
            throw new CliException(ExitCodes.Unavailable, $"What answers at {_server} is not the public port of a MaskedVerify server.", "The public port is 8080 unless it was configured: name it with --public URL.");
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new CliException(
                ExitCodes.Unavailable,
                $"The server at {_server} is not trusted: its certificate is for another host, has ended, or is of an authority that this machine does not know; or it speaks no TLS there.",
                "Name it by a host of its certificate with --public URL, and its authority with the variable SSL_CERT_FILE=FILE (PEM).");
        }
        catch (HttpRequestException exception)
        {
            throw new CliException(
                ExitCodes.Unavailable,
                $"No server answers at {_server} ({exception.HttpRequestError}).",
                "Start one with: dotnet run --project src/MaskedVerify.Front   (the first time it takes a minute or two, to restore and build)",
                "or name another with --public URL.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException(ExitCodes.Unavailable, $"{_server} did not answer in {_http.Timeout.TotalSeconds:0} s.");
        }
    }

    public void Dispose() => _http.Dispose();
}
