using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>
/// A server with an SMPP carrier whose internal port needs the operator credential, and a real Prometheus with the configuration and rules of deploy/ that has
/// scraped it while it worked. Only the intervals and the addresses differ from the files.
/// </summary>
public sealed class ObservedServer : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private SmppCentre? _centre;
    private ServerProcess? _server;
    private Process? _prometheus;

    /// <summary>The page that Prometheus gets.</summary>
    public string Page { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _centre = SmppCentre.Start(new SmppCentreOptions { SystemId = "me", Password = "secret" });
        _server = await ServerProcess.StartAsync(
            _folder.Data,
            "--internal-address", "0.0.0.0",
            "--carrier", "smpp", "--smpp-host", "127.0.0.1", "--smpp-port", _centre.Port.ToString(CultureInfo.InvariantCulture), "--smpp-system-id", "me",
            "--smpp-password", "secret", "--allow-local-keys");
        await WorkAsync();
        await StartPrometheusAsync();
        await WorkAsync();
        Page = await ScrapeAsync(await File.ReadAllTextAsync(Path.Combine(_folder.Data, "operator.key")));
        await Eventually.TrueAsync(async () => (await QueryAsync("maskedverify:delivered:ratio30m")).Length > 0, "recorded series exist");
    }

    /// <summary>The data part of an answer of Prometheus; null when it refuses.</summary>
    public async Task<JsonElement?> AskAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return body.GetProperty("status").GetString() == "success" ? body.GetProperty("data") : null;
    }

    /// <summary>What an instant query finds now.</summary>
    public async Task<JsonElement[]> QueryAsync(string query) =>
        await AskAsync("api/v1/query?query=" + Uri.EscapeDataString(query)) is { } data ? [.. data.GetProperty("result").EnumerateArray()] : throw new InvalidOperationException($"Prometheus refuses: {query}");

    /// <summary>The metrics page with a credential, or the status of the refusal.</summary>
    public async Task<string> ScrapeAsync(string credential)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server!.Internal + "/metrics"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential.Trim());
        using var response = await _http.SendAsync(request);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : response.StatusCode.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        if (_prometheus is { HasExited: false })
        {
            _prometheus.Kill();
            await _prometheus.WaitForExitAsync();
        }

        _prometheus?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_centre is not null)
        {
            await _centre.DisposeAsync();
        }

        _http.Dispose();
        _folder.Dispose();
    }

    // Starts, right and wrong codes, a cancel, refusals, problems, a live message.
    private async Task WorkAsync()
    {
        var server = _server!;
        using var api = new Api(server);
        for (var i = 0; i < 3; i++)
        {
            var started = await api.StartAsync(Numbers.Next());
            await api.CheckAsync(started.Id, "0000000");
            await api.CheckAsync(started.Id, "000000");
            var right = await api.StartAsync(Numbers.Next());
            await api.CheckAsync(right.Id, (await api.CodeAsync(right.Alias))!);
            await api.CheckAsync(right.Id, "000000");
        }

        await api.StartAsync("+12025550103");
        await api.StatusOfAsync("/v1/verifications/vf-none");
        using var live = new Api(server, await new Administration(server, _folder.Data).TenantAsync("Acme " + Numbers.Next(), new { countries = new[] { "GB" } }));
        await Eventually.TrueAsync(async () => (await live.StartAsync(Numbers.Next())).Status == 201, "the live tenant starts");
    }

    private async Task StartPrometheusAsync()
    {
        var home = Directory.CreateDirectory(_folder.File("prometheus")).FullName;
        Directory.CreateDirectory(Path.Combine(home, "rules"));
        foreach (var rules in Directory.GetFiles(Tool.Deploy("prometheus", "rules")))
        {
            File.Copy(rules, Path.Combine(home, "rules", Path.GetFileName(rules)));
        }

        var text = await File.ReadAllTextAsync(Tool.Deploy("prometheus", "prometheus.yml"));
        await File.WriteAllTextAsync(Path.Combine(home, "prometheus.yml"), text.Replace("interval: 15s", "interval: 1s", StringComparison.Ordinal).Replace("timeout: 10s", "timeout: 1s", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(home, "targets.yml"), $"- targets: [\"{new Uri(_server!.Internal).Authority}\"]\n");
        File.Copy(Path.Combine(_folder.Data, "operator.key"), Path.Combine(home, "operator.key"));
        var port = FreePort();
        _http.BaseAddress = new Uri($"http://127.0.0.1:{port}/");
        _prometheus = Process.Start(new ProcessStartInfo(
            "prometheus",
            [
                "--config.file=" + Path.Combine(home, "prometheus.yml"), "--storage.tsdb.path=" + Path.Combine(home, "tsdb"), $"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
            ])
        { UseShellExecute = false });
        await Eventually.TrueAsync(IsUpAsync, "Prometheus has scraped the server");
    }

    private async Task<bool> IsUpAsync()
    {
        try
        {
            return (await QueryAsync("up == 1")).Length == 1;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
