using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace MaskedVerify.Cluster.Tests.Chaos.Running;

/// <summary>An operator of one silo, over its internal port.</summary>
internal sealed class ChaosAdministration(ChaosSilo silo)
{
    /// <summary>Makes a live tenant and returns an API key of it.</summary>
    public async Task<string> TenantAsync(string name, object policy)
    {
        var tenant = await SendAsync(HttpMethod.Post, "/admin/v1/tenants", new { name, live = true, policy });
        var key = await SendAsync(HttpMethod.Post, $"/admin/v1/tenants/{tenant.GetProperty("id").GetString()}/keys", new { label = "chaos" });
        return key.GetProperty("key").GetString()!;
    }

    /// <summary>The routes with their version.</summary>
    public Task<JsonElement> RoutesAsync() => SendAsync(HttpMethod.Get, "/admin/v1/routes", null);

    /// <summary>Replaces all routes.</summary>
    public async Task ReplaceRoutesAsync(object routes)
    {
        var version = (await RoutesAsync()).GetProperty("version").GetInt64();
        await SendAsync(HttpMethod.Put, "/admin/v1/routes", new { version, routes });
    }

    /// <summary>Prometheus' text.</summary>
    public async Task<string> MetricsAsync()
    {
        using var http = Client();
        return await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
    }

    private HttpClient Client()
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(silo.Process.Internal), Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", silo.OperatorKey);
        return http;
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body)
    {
        using var http = Client();
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new InvalidOperationException($"{method} {path} was answered {(int)response.StatusCode}: {text}");
    }
}
