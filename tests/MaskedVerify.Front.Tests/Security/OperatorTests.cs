using System.Collections;
using System.Net.Http.Headers;
using System.Text;
using MaskedVerify.Front.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MaskedVerify.Front.Tests.Security;

/// <summary>Two servers: the embedded default, and one whose internal port is not on loopback.</summary>
public sealed class TwoFronts : IAsyncLifetime
{
    internal const string Key = "a-test-operator-key-0123456789";
    internal const string ObserverKey = "a-test-observer-key-0123456789";
    private RunningFront? _open;
    private RunningFront? _closed;

    internal RunningFront Open => _open!;

    internal RunningFront Closed => _closed!;

    public async ValueTask InitializeAsync()
    {
        var environment = new Hashtable { ["MASKEDVERIFY_OPERATOR_KEY"] = Key, ["MASKEDVERIFY_OBSERVER_KEY"] = ObserverKey };
        _open = await RunningFront.StartAsync(environment: environment);
        _closed = await RunningFront.StartAsync(["--internal-address", "0.0.0.0"], environment);
    }

    public async ValueTask DisposeAsync()
    {
        await Open.DisposeAsync();
        await Closed.DisposeAsync();
    }
}

/// <summary>The internal port: who may see what, from where.</summary>
public sealed class OperatorTests(TwoFronts fixture) : IClassFixture<TwoFronts>
{
    private const string Key = TwoFronts.Key;

    private RunningFront Open => fixture.Open;

    private RunningFront Closed => fixture.Closed;

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/ops/")]
    public async Task Internal_WhenEmbeddedAndLocal_IsOpen(string path)
    {
        var answer = await Open.SendAsync("GET", path, key: "", client: Open.Internal);

        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/ops/")]
    [InlineData("/admin/v1/status")]
    public async Task Internal_WhenNotOnLoopback_NeedsTheOperatorKey(string path)
    {
        var without = await Closed.SendAsync("GET", path, key: "", client: Closed.Internal);
        var wrong = await Closed.SendAsync("GET", path, key: Key + "x", client: Closed.Internal);
        var tenant = await Closed.SendAsync("GET", path, key: Closed.Info.SandboxKey, client: Closed.Internal);
        var right = await Closed.SendAsync("GET", path, key: Key, client: Closed.Internal);
        var basic = await BasicAsync(Closed, path, "anybody:" + Key);

        Assert.Equal((401, "unauthenticated"), (without.Status, without.Slug));
        Assert.StartsWith("Basic", without.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Equal(401, wrong.Status);
        Assert.Equal(401, tenant.Status);
        Assert.Equal(200, right.Status);
        Assert.Equal(200, basic.Status);
    }

    [Theory]
    [InlineData("/metrics", 200)]
    [InlineData("/ops/", 401)]
    [InlineData("/admin/v1/status", 401)]
    [InlineData("/admin/v1/tenants", 401)]
    public async Task Internal_WithTheObserversKey_ShowsMetricsOnly(string path, int status)
    {
        Assert.Equal(status, (await Closed.SendAsync("GET", path, key: TwoFronts.ObserverKey, client: Closed.Internal)).Status);
        Assert.Equal(status, (await BasicAsync(Closed, path, "anybody:" + TwoFronts.ObserverKey)).Status);
    }

    [Fact]
    public async Task Dashboard_InABrowser_WhenACredentialIsNeeded_OpensWithItOnly()
    {
        var address = Closed.Info.InternalAddress;
        await using (var stranger = await Browser.OpenAsync())
        {
            // The browser would ask its user; without one it gives up.
            await Assert.ThrowsAsync<PlaywrightException>(() => stranger.Page.GotoAsync(address + "/ops/"));
        }

        await using var browser = await Browser.OpenAsync(Key);
        await browser.Page.GotoAsync(address + "/ops");
        await Expect(browser.Page.GetByText("Total Activations").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await browser.Page.GetByText("Silos").First.ClickAsync();
        await Expect(browser.Page.GetByText("Active").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await browser.PictureAsync("dashboard-with-credential");
        Assert.Equal([], browser.Outside(address));
        Assert.Equal([], browser.Complaints);
    }

    [Fact]
    public async Task Administration_WhenEmbeddedAndLocal_StillNeedsTheOperatorKey()
    {
        Assert.Equal(401, (await Open.SendAsync("GET", "/admin/v1/status", key: "", client: Open.Internal)).Status);
        Assert.Equal(200, (await Open.SendAsync("GET", "/admin/v1/status", key: Key, client: Open.Internal)).Status);
    }

    [Fact]
    public async Task Internal_WhenAProxyForwards_IsNotLocal()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        using var response = await Open.Internal.SendAsync(request);

        Assert.Equal(401, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("evil.example", 403)]
    [InlineData("10.0.0.1", 403)]
    [InlineData("localhost", 200)]
    [InlineData("127.0.0.1:1", 200)]
    [InlineData("[::1]", 200)]
    public async Task Internal_WhenHostIsForeign_Is403AgainstRebinding(string host, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Host = host;
        using var response = await Open.Internal.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Ready_WhenAskedOnEachPort_ShowsChecksInsideOnly()
    {
        var outside = await Open.SendAsync("GET", "/health/ready", key: "");
        var inside = await Open.SendAsync("GET", "/health/ready", key: "", client: Open.Internal);
        var stranger = await Closed.SendAsync("GET", "/health/ready", key: "", client: Closed.Internal);
        var known = await Closed.SendAsync("GET", "/health/ready", key: Key, client: Closed.Internal);
        var observer = await Closed.SendAsync("GET", "/health/ready", key: TwoFronts.ObserverKey, client: Closed.Internal);

        Assert.Equal("""{"status":"healthy"}""", outside.Text);
        Assert.Equal(["silo", "clock", "keys", "tenants", "hot-store", "audit", "carrier:sandbox", "carriers", "start", "hot-store-read", "keys-store-read"], inside.Json["checks"]!.AsArray().Select(c => (string?)c!["name"]));
        Assert.Equal("""{"status":"healthy"}""", stranger.Text);
        Assert.NotNull(known.Json["checks"]);
        Assert.NotNull(observer.Json["checks"]);
    }

    [Theory]
    [InlineData("/metrics", 404, 200)]
    [InlineData("/ops/", 404, 200)]
    [InlineData("/admin/v1/status", 404, 401)]
    [InlineData("/openapi/v1.json", 200, 404)]
    [InlineData("/docs", 302, 404)]
    [InlineData("/docs/", 200, 404)]
    [InlineData("/sandbox", 200, 404)]
    [InlineData("/v1/aliases/x", 401, 404)]
    [InlineData("/health/live", 200, 200)]
    [InlineData("/health/ready", 200, 200)]
    [InlineData("/", 302, 404)]
    [InlineData("/OPS/", 404, 200)]
    [InlineData("//ops/", 404, 404)]
    [InlineData("/v1/%2e%2e/ops/", 404, 200)]
    public async Task Ports_WhenAPathBelongsToTheOther_Is404(string path, int outside, int inside)
    {
        Assert.Equal(outside, (await Open.SendAsync("GET", path, key: "")).Status);
        Assert.Equal(inside, (await Open.SendAsync("GET", path, key: "", client: Open.Internal)).Status);
    }

    private static async Task<Answer> BasicAsync(RunningFront front, string path, string credential)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credential)));
        using var response = await front.Internal.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
