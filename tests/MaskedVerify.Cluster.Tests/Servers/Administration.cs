using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>An operator of one server, over its internal port.</summary>
/// <param name="server">The server.</param>
/// <param name="data">Its data folder, where the operator's key is.</param>
internal sealed class Administration(ServerProcess server, string data)
{
    /// <summary>Makes a live tenant, opens a route over SMPP to every country unless there is one for live tenants, and returns an API key of the tenant.</summary>
    public async Task<string> TenantAsync(string name, object policy)
    {
        await OpenRouteAsync();
        var tenant = await SendAsync(HttpMethod.Post, "/admin/v1/tenants", new { name, live = true, policy });
        var key = await SendAsync(HttpMethod.Post, $"/admin/v1/tenants/{tenant.GetProperty("id").GetString()}/keys", new { label = "test" });
        return key.GetProperty("key").GetString()!;
    }

    private async Task OpenRouteAsync()
    {
        var table = await RoutesAsync();
        var routes = table.GetProperty("routes").EnumerateArray().ToArray();
        if (Array.TrueForAll(routes, r => r.GetProperty("sandbox").GetBoolean()))
            await SendAsync(HttpMethod.Put, "/admin/v1/routes", new { version = table.GetProperty("version").GetInt64(), routes = routes.Cast<object>().Append(new { route = "smpp-sms", carrier = "smpp" }) });

        // A silo goes by its copy of the routes, which follows within seconds.
        await Eventually.TrueAsync(async () => !(await SendAsync(HttpMethod.Get, "/health/ready", null)).GetRawText().Contains("No route leads to", StringComparison.Ordinal), "the route is in force");
    }

    /// <summary>Makes a sandbox tenant and returns its id.</summary>
    public async Task<string> SandboxTenantAsync(string name) => (await SendAsync(HttpMethod.Post, "/admin/v1/tenants", new { name, live = false })).GetProperty("id").GetString()!;

    /// <summary>Whether a tenant is frozen.</summary>
    public async Task<bool> IsFrozenAsync(string tenant) => (await SendAsync(HttpMethod.Get, "/admin/v1/tenants/" + tenant, null)).GetProperty("frozen").GetBoolean();

    /// <summary>The routes with their version.</summary>
    public Task<JsonElement> RoutesAsync() => SendAsync(HttpMethod.Get, "/admin/v1/routes", null);

    /// <summary>Replaces all routes.</summary>
    public async Task ReplaceRoutesAsync(object routes)
    {
        var version = (await RoutesAsync()).GetProperty("version").GetInt64();
        await SendAsync(HttpMethod.Put, "/admin/v1/routes", new { version, routes });
    }

    /// <summary>One look at the server.</summary>
    public Task<JsonElement> StatusAsync() => SendAsync(HttpMethod.Get, "/admin/v1/status", null);

    /// <summary>Prometheus' text.</summary>
    public async Task<string> MetricsAsync()
    {
        using var http = Client();
        return await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
    }

    private HttpClient Client()
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(server.Internal), Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(data, "operator.key")).Trim());
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
