using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>A real Prometheus with the configuration and rules of deploy/. Only the intervals and the addresses differ from the files.</summary>
internal sealed class PrometheusProcess : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Process _process;
    private readonly HeldPort _port;

    private PrometheusProcess(Process process, HeldPort port)
    {
        (_process, _port) = (process, port);
        _http.BaseAddress = new Uri($"http://127.0.0.1:{port.Number}/");
    }

    /// <summary>Starts one in a folder that does not exist yet; returns when it has scraped every target.</summary>
    public static async Task<PrometheusProcess> StartAsync(string home, string observerKey, params string[] silos)
    {
        Directory.CreateDirectory(Path.Combine(home, "rules"));
        foreach (var rules in Directory.GetFiles(Tool.Deploy("prometheus", "rules")))
        {
            File.Copy(rules, Path.Combine(home, "rules", Path.GetFileName(rules)));
        }

        var text = await File.ReadAllTextAsync(Tool.Deploy("prometheus", "prometheus.yml"));
        await File.WriteAllTextAsync(Path.Combine(home, "prometheus.yml"), text.Replace("interval: 15s", "interval: 1s", StringComparison.Ordinal).Replace("timeout: 10s", "timeout: 1s", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(home, "targets.yml"), $"- targets: [{string.Join(", ", silos.Select(s => $"\"{new Uri(s).Authority}\""))}]\n");
        await File.WriteAllTextAsync(Path.Combine(home, "observer.key"), observerKey);
        var port = HeldPort.Take();
        var process = Process.Start(new ProcessStartInfo(
            "prometheus",
            [
                "--config.file=" + Path.Combine(home, "prometheus.yml"), "--storage.tsdb.path=" + Path.Combine(home, "tsdb"), $"--web.listen-address=127.0.0.1:{port.Number}", "--log.level=error",
            ])
        { UseShellExecute = false }) ?? throw new InvalidOperationException("Prometheus did not start.");
        var started = new PrometheusProcess(process, port);
        await Eventually.TrueAsync(() => started.HasScrapedAsync(silos.Length), "Prometheus has scraped every silo");
        return started;
    }

    /// <summary>The data part of an answer; null when it refuses.</summary>
    public async Task<JsonElement?> AskAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return body.GetProperty("status").GetString() == "success" ? body.GetProperty("data") : null;
    }

    /// <summary>What an instant query finds now.</summary>
    public async Task<JsonElement[]> QueryAsync(string query) =>
        await AskAsync("api/v1/query?query=" + Uri.EscapeDataString(query)) is { } data ? [.. data.GetProperty("result").EnumerateArray()] : throw new InvalidOperationException($"Prometheus refuses: {query}");

    /// <summary>An instant query has one value, which is the expected one within ten seconds.</summary>
    public async Task AssertValueAsync(string query, double expected)
    {
        var value = await ValueAsync(query);
        for (var attempt = 0; attempt < 100 && value != expected; attempt++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            value = await ValueAsync(query);
        }

        Assert.Equal(expected, value);
    }

    /// <summary>All rules as it evaluates them.</summary>
    public async Task<JsonElement[]> RulesAsync() =>
        [.. (await AskAsync("api/v1/rules"))!.Value.GetProperty("groups").EnumerateArray().SelectMany(g => g.GetProperty("rules").EnumerateArray())];

    /// <summary>
    /// Alerts whose condition still holds after half a minute, whether or not their time has passed: a test is shorter than the shortest of those times. Some conditions hold for
    /// a moment after a start. Those about slowness, which have ten minutes, are left out: they judge the machine that runs the test.
    /// </summary>
    public async Task<string[]> LoudAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            string[] loud = [.. (await RulesAsync()).Where(r => r.TryGetProperty("state", out var s) && s.GetString() != "inactive").Select(r => r.GetProperty("name").GetString()!).Where(n => !n.EndsWith("Slow", StringComparison.Ordinal))];
            if (loud.Length == 0 || attempt == 100)
                return loud;
            await Task.Delay(300, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _port.Dispose();
        _http.Dispose();
    }

    /// <summary>Null when there is none, or when there are several.</summary>
    private async Task<double?> ValueAsync(string query) =>
        await QueryAsync(query) is [var only] ? double.Parse(only.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture) : null;

    private async Task<bool> HasScrapedAsync(int silos)
    {
        try
        {
            return (await QueryAsync("up == 1")).Length == silos;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
