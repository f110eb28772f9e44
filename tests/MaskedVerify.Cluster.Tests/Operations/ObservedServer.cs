using System.Globalization;
using System.Net.Http.Headers;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>
/// A server with an SMPP carrier whose internal port needs a credential, and a real Prometheus with the configuration and rules of deploy/ that has
/// scraped it while it worked. Only the intervals and the addresses differ from the files.
/// </summary>
public sealed class ObservedServer : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private SmppCentre? _centre;
    private ServerProcess? _server;
    private PrometheusProcess? _prometheus;

    internal PrometheusProcess Prometheus => _prometheus ?? throw new InvalidOperationException("Prometheus did not start.");

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
        await WorkAsync("Acme");
        var key = await File.ReadAllTextAsync(Path.Combine(_folder.Data, "observer.key"));
        _prometheus = await PrometheusProcess.StartAsync(_folder.File("prometheus"), key, _server.Internal);
        await WorkAsync("Bravo");
        Page = await ScrapeAsync(key);
        await Eventually.TrueAsync(async () => (await Prometheus.QueryAsync("maskedverify:delivered:ratio30m")).Length > 0, "recorded series exist");
    }

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
        if (_prometheus is not null)
        {
            await _prometheus.DisposeAsync();
        }

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

    private async Task WorkAsync(string tenant)
    {
        var server = _server!;
        using var api = new Api(server);
        await ObservedWork.DoAsync(api);
        using var live = new Api(server, await new Administration(server, _folder.Data).TenantAsync(tenant, new { countries = new[] { "GB" } }));
        await Eventually.TrueAsync(async () => (await live.StartAsync(Numbers.Next())).Status == 201, "the live tenant starts");
    }
}
