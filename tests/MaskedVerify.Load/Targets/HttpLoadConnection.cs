using System.Net;
using System.Net.Sockets;
using System.Text;
using MaskedVerify.Domain;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.Http;

namespace MaskedVerify.Load.Targets;

/// <summary>A caller over HTTP: its starts, its look into the sandbox inbox and its checks all go over one connection.</summary>
internal sealed class HttpLoadConnection(IPEndPoint server, string authority, string key, bool idempotencyKeys) : ILoadConnection
{
    private const int InboxTries = 200;

    private static readonly TimeSpan s_inboxPause = TimeSpan.FromMilliseconds(10);

    private readonly HttpConnection _connection = new(server);
    private readonly RequestBytes _request = new(authority, key);

    /// <inheritdoc/>
    public async ValueTask<Started> StartAsync(Destination to)
    {
        _request.Begin("POST "u8).Path("/v1/verifications"u8).Body(to.IsAlias ? "{\"to\":{\"alias\":\""u8 : "{\"to\":{\"phoneNumber\":\""u8).Body(to.Text).Body("\"}}"u8);
        var answer = await SendAsync("start", IdempotencyKeyOrNull());
        if (answer.Status != 201)
            throw Failure("start", answer);
        return Read(answer.Body.Span);
    }

    /// <inheritdoc/>
    public async ValueTask<string> ReadCodeAsync(Started started)
    {
        for (var tries = 0; tries < InboxTries; tries++)
        {
            _request.Begin("GET "u8).Path("/sandbox/messages?alias="u8).Path(started.Alias.Value);
            var answer = await SendAsync("inbox", null);
            if (answer.Status != 200)
                throw Failure("inbox", answer);
            var message = JsonScan.After(answer.Body.Span, started.Verification.Value);
            if (JsonScan.Text(message, "\"code\":\""u8) is { } code)
                return code;
            await Task.Delay(s_inboxPause); // the start answered before the message was handed over
        }

        throw new LoadException("inbox no-message");
    }

    /// <inheritdoc/>
    public async ValueTask CheckAsync(Started started, string code)
    {
        _request.Begin("POST "u8).Path("/v1/verifications/"u8).Path(started.Verification.Value).Path("/check"u8).Body("{\"code\":\""u8).Body(code).Body("\"}"u8);
        var answer = await SendAsync("check", IdempotencyKeyOrNull());
        if (answer.Status != 200)
            throw Failure("check", answer);
        if (answer.Body.Span.IndexOf("\"valid\":true"u8) < 0 || answer.Body.Span.IndexOf("\"status\":\"approved\""u8) < 0)
            throw new LoadException("check not-approved");
    }

    /// <inheritdoc/>
    public async ValueTask<string> CreateAliasAsync(string number)
    {
        _request.Begin("POST "u8).Path("/v1/aliases"u8).Body("{\"phoneNumber\":\""u8).Body(number).Body("\"}"u8);
        var answer = await SendAsync("alias", null);
        if (answer.Status is not (200 or 201))
            throw Failure("alias", answer);
        return JsonScan.Text(answer.Body.Span, "\"alias\":\""u8) ?? throw new LoadException("alias unreadable");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static Started Read(ReadOnlySpan<byte> body) =>
        VerificationId.TryParse(JsonScan.Text(body, "\"id\":\""u8), out var verification) && AliasId.TryParse(JsonScan.Text(body, "\"alias\":\""u8), out var alias)
            ? new Started(alias, verification)
            : throw new LoadException("start unreadable");

    private static LoadException Failure(string step, HttpAnswer answer)
    {
        var slug = JsonScan.Text(answer.Body.Span, "/problems/"u8);
        return new LoadException(slug is null ? $"{step} {answer.Status}" : $"{step} {answer.Status} {slug}", Encoding.UTF8.GetString(answer.Body.Span));
    }

    private string? IdempotencyKeyOrNull() => idempotencyKeys ? Guid.NewGuid().ToString("N") : null;

    private async ValueTask<HttpAnswer> SendAsync(string step, string? idempotencyKey)
    {
        try
        {
            return await _connection.SendAsync(_request.End(idempotencyKey));
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            throw new LoadException($"{step} connection-lost");
        }
    }
}
