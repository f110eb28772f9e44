using System.Collections;
using System.Net.Http.Headers;
using System.Text;
using MaskedVerify.Front.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MaskedVerify.Front.Tests.Security;

/// <summary>Two servers: the embedded sandbox, and one on loopback that may serve live tenants.</summary>
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
        _closed = await RunningFront.StartAsync(["--allow-local-keys"], environment);
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
    public async Task Internal_WhenNotTheEmbeddedSandbox_NeedsTheOperatorKeyAlsoOnLoopback(string path)
    {
        var without = await Closed.SendAsync("GET", path, key: "", client: Closed.Internal);
        var wrong = await Closed.SendAsync("GET", path, key: Key + "x", client: Closed.Internal);
        var tenant = await Closed.SendAsync("GET", path, key: Closed.Info.SandboxKey, client: Closed.Internal);
        var right = await Closed.SendAsync("GET", path, key: Key, client: Closed.Internal);
        var basic = await BasicAsync(Closed, path, "anybody:" + Key);
        var isPage = !path.StartsWith("/admin", StringComparison.Ordinal);

        Assert.Equal((401, "unauthenticated"), (without.Status, without.Slug));
        Assert.StartsWith(isPage ? "Basic" : "Bearer", without.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Equal(401, wrong.Status);
        Assert.NotEqual(without.Text, wrong.Text);
        Assert.Equal(401, tenant.Status);
        Assert.Equal(200, right.Status);
        Assert.Equal(isPage ? 200 : 401, basic.Status);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "a=b", "https://evil.example", "cross-site", true, 401)]
    [InlineData("application/x-www-form-urlencoded", "a=b", null, null, true, 401)]
    [InlineData("application/json", "{}", null, null, true, 401)]
    [InlineData("application/x-www-form-urlencoded", "a=b", null, null, false, 400)]
    [InlineData("text/plain", "{}", null, null, false, 400)]
    [InlineData(null, null, null, null, false, 400)]
    [InlineData("application/json", """{"frozen":true}""", null, null, false, 400)]
    [InlineData("application/json", "{}", "https://evil.example", null, false, 403)]
    [InlineData("application/json", "{}", "null", null, false, 403)]
    [InlineData("application/json", "{}", null, "cross-site", false, 403)]
    [InlineData("application/json", "{}", null, "same-site", false, 403)]
    [InlineData("application/json", "{}", "own", "same-origin", false, 200)]
    [InlineData("application/json", "{}", null, "none", false, 200)]
    [InlineData("application/json", "{}", null, null, false, 200)]
    public async Task Administration_OfAChange_TakesOnlyABearerTokenJsonAndItsOwnOrigin(string? type, string? body, string? origin, string? site, bool basic, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/v1/tenants/tn-sandbox/freeze") { Content = body is null ? null : new StringContent(body, new MediaTypeHeaderValue(type!)) };
        request.Headers.Authorization = basic ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("me:" + Key))) : new AuthenticationHeaderValue("Bearer", Key);
        if (origin is not null)
            request.Headers.Add("Origin", origin == "own" ? Closed.Info.InternalAddress : origin);
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);
        var answer = await Answer.ReadAsync(await Closed.Internal.SendAsync(request, TestContext.Current.CancellationToken));

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200, await ThawAsync());
    }

    [Theory]
    [InlineData("GET", "/admin/v1/tenants")]
    [InlineData("POST", "/admin/v1/tenants")]
    [InlineData("PATCH", "/admin/v1/tenants/tn-sandbox/policy")]
    [InlineData("POST", "/admin/v1/tenants/tn-sandbox/keys")]
    [InlineData("POST", "/admin/v1/tenants/tn-sandbox/keys/0000000000000/revoke")]
    [InlineData("POST", "/admin/v1/tenants/tn-sandbox/aliases/pa-0/unpause")]
    [InlineData("PUT", "/admin/v1/routes")]
    public async Task Administration_FromAnotherOriginOrByBasic_IsRefusedForEveryOperation(string method, string path)
    {
        using var foreign = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "GET" ? null : new StringContent("{}", new MediaTypeHeaderValue("application/json")) };
        foreign.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        foreign.Headers.Add("Origin", "http://127.0.0.1:1");
        var refused = await Answer.ReadAsync(await Open.Internal.SendAsync(foreign, TestContext.Current.CancellationToken));

        Assert.Equal((403, "forbidden"), (refused.Status, refused.Slug));
        Assert.Equal(401, (await BasicAsync(Open, path, "me:" + Key, method)).Status);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    public async Task Internal_WhenNotTheEmbeddedSandbox_NoHeaderOpensIt(string header, string value)
    {
        foreach (var path in new[] { "/metrics", "/ops/", "/health/ready" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add(header, value);
            var answer = await Answer.ReadAsync(await Closed.Internal.SendAsync(request, TestContext.Current.CancellationToken));

            Assert.True(path == "/health/ready" ? answer.Text == """{"status":"healthy"}""" : answer.Status == 401, answer.Text);
        }
    }

    [Fact]
    public async Task Dashboard_OfAGrainsState_ReadsAndWakesNothing()
    {
        var tenant = (await Open.AddTenantAsync("seen-by-nobody")).Tenant;
        var before = (await Open.SendAsync("GET", "/ops/DashboardCounters", key: "", client: Open.Internal)).Status;
        string[] types = ["MaskedVerify.Grains.Tenants.TenantGrain", "MaskedVerify.Grains.PhoneAliases.PhoneAliasGrain", "MaskedVerify.Grains.CarrierRouters.CarrierRouterGrain"];
        foreach (var type in types)
        {
            foreach (var path in new[] { "/ops/GrainState", "/OPS/grainstate", "/ops/%47rainState", "/ops/GrainState/" })
            {
                var answer = await Open.SendAsync("GET", $"{path}?grainId={tenant}&grainType={type}", key: "", client: Open.Internal);

                Assert.Equal(404, answer.Status);
                Assert.DoesNotContain("seen-by-nobody", answer.Text, StringComparison.Ordinal);
            }
        }

        Assert.Equal(200, before);
        Assert.Equal(404, (await Open.SendAsync("GET", "/ops/GrainTypes", key: "", client: Open.Internal)).Status);
    }

    /// <summary>A new version of the dashboard with another operation fails here: somebody has to look at it first.</summary>
    [Fact]
    public void Dashboard_OfThisVersion_HasTheseOperationsWhichOnlyRead()
    {
        var endpoints = Open.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(e => e.RoutePattern.RawText!.StartsWith("/ops", StringComparison.Ordinal)).ToArray();
        string[] known =
        [
            "/ops/", "/ops/ClusterStats", "/ops/DashboardCounters", "/ops/GrainState", "/ops/GrainStats/{*grainName}", "/ops/GrainTypes", "/ops/HistoricalStats/{*path}", "/ops/LifecycleStages", "/ops/Reminders",
            "/ops/Reminders/{page:int}", "/ops/SiloCounters/{*address}", "/ops/SiloMetadata/{*address}", "/ops/SiloProperties/{*address}", "/ops/SiloStats/{*address}", "/ops/TopGrainMethods", "/ops/Trace", "/ops/favicon.ico",
            "/ops/fonts/{**path}", "/ops/img/{**path}", "/ops/index.css", "/ops/index.html", "/ops/index.min.js", "/ops/version",
        ];

        Assert.Equal(known, endpoints.Select(e => e.RoutePattern.RawText!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(endpoints, e => Assert.Equal(["GET"], e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods));
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
        Assert.Equal(["silo", "clock", "keys", "phone-ranges", "tenants", "hot-store", "audit", "carrier:sandbox", "routes", "carriers", "start", "hot-store-read", "keys-store-read"], inside.Json["checks"]!.AsArray().Select(c => (string?)c!["name"]));
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

    /// <summary>Lets the sandbox tenant work again; false when it did all the time.</summary>
    private async Task<bool> ThawAsync()
    {
        var frozen = (bool)(await Closed.SendAsync("GET", "/admin/v1/tenants/tn-sandbox", key: Key, client: Closed.Internal)).Json["frozen"]!;
        Assert.Equal(200, (await Closed.SendAsync("POST", "/admin/v1/tenants/tn-sandbox/thaw", "{}", Key, client: Closed.Internal)).Status);
        return frozen;
    }

    private static async Task<Answer> BasicAsync(RunningFront front, string path, string credential, string method = "GET")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credential)));
        using var response = await front.Internal.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
