using System.Text.Json;

namespace MaskedVerify.Cli.Tests;

/// <summary>Each command asks the server for the right thing and shows the answer.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private const string Tenant = "tn-00000000000000000000000000";
    private const string Key = "0123456789abc";
    private const string Alias = "pa-0";

    private static readonly object Document = new
    {
        id = Tenant,
        name = "Acme [shop]",
        live = true,
        frozen = false,
        version = 3,
        policy = new { countries = new[] { "DE", "FR" }, codeLength = 6 },
        keys = new[] { new { keyId = Key, label = "production", createdAt = "2026-01-02T03:04:05Z", expiresAt = (string?)null, revokedAt = (string?)null } },
    };

    private FakeServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _server.On("GET /admin/v1/tenants", new { tenants = new[] { Document } });
        _server.On("POST /admin/v1/tenants", Document, 201);
        _server.On($"GET /admin/v1/tenants/{Tenant}", Document);
        _server.On($"PATCH /admin/v1/tenants/{Tenant}/policy", Document);
        _server.On($"POST /admin/v1/tenants/{Tenant}/freeze", new { id = Tenant, name = "Acme", live = true, frozen = true, version = 4, policy = new { }, keys = Array.Empty<object>() });
        _server.On($"POST /admin/v1/tenants/{Tenant}/keys", new { keyId = Key, key = "mv_live_text", label = "production", expiresAt = (string?)null }, 201);
        _server.On($"POST /admin/v1/tenants/{Tenant}/keys/{Key}/revoke", new { keyId = Key, label = "", createdAt = "2026-01-02T03:04:05Z", expiresAt = (string?)null, revokedAt = "2026-01-03T00:00:00Z" });
        _server.On($"GET /admin/v1/tenants/{Tenant}/aliases/{Alias}/checks", Checks(100, paused: true));
        _server.On($"POST /admin/v1/tenants/{Tenant}/aliases/{Alias}/unpause", Checks(0, paused: false));
        _server.On("GET /admin/v1/routes", Routes());
        _server.On("PUT /admin/v1/routes", Routes());
        AllowLive(true);
    }

    private void AllowLive(bool liveAllowed) => _server.On("GET /admin/v1/status", new
    {
        version = "0.1.0",
        uptimeSeconds = 61,
        keyService = "local-file",
        liveTenantsAllowed = liveAllowed,
        tenants = 2,
        tenantsFreshAt = "2026-01-02T03:04:05Z",
        carriers = new[] { new { carrier = "smpp", channels = new[] { "sms" }, ready = false, status = "reconnecting in 4 s" } },
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task TenantCreate_SendsNameKindAndPolicy_AndSaysWhatIsNext()
    {
        var ran = await RunAsync("tenant", "create", "Acme", "--live", "--country", "de", "--country", "FR", "--policy", "codeLength=8", "brand=Acme");
        Assert.Equal("""{"name":"Acme","live":true,"policy":{"codeLength":8,"brand":"Acme","countries":["DE","FR"]}}""", _server.Requests.First().Body);
        Assert.Contains($"maskedverify key create {Tenant}", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tenant", "create", "Acme", "--live")]
    [InlineData("key", "create", Tenant)]
    public async Task Create_ForALiveTenantOfAServerThatRefusesThem_Warns(params string[] args)
    {
        AllowLive(false);

        var ran = await RunAsync(args);

        Assert.Equal(ExitCodes.Ok, ran.Code);
        Assert.Contains("warning", ran.Error, StringComparison.Ordinal);
        Assert.Contains("--allow-local-keys", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RouteAdd_SendsTheRoutesThatWereReadAndOneMore()
    {
        var ran = await RunAsync("route", "add", "smpp-dach", "--carrier", "smpp", "--country", "de", "--country", "AT", "--country", "DE", "--sender", "ACME");

        Assert.Equal("", ran.Error);
        var sent = JsonDocument.Parse(_server.Requests.Last().Body).RootElement;
        var before = JsonSerializer.SerializeToElement(Routes(), JsonSerializerOptions.Web);
        Assert.Equal(before.GetProperty("version").GetInt64(), sent.GetProperty("version").GetInt64());
        Assert.Equal(before.GetProperty("routes").GetArrayLength() + 1, sent.GetProperty("routes").GetArrayLength());
        Assert.Equal(
            """{"route":"smpp-dach","carrier":"smpp","countries":["DE","AT"],"channel":"sms","priority":100,"sender":"ACME"}""",
            sent.GetProperty("routes").EnumerateArray().Last().GetRawText());
    }

    [Fact]
    public async Task TenantList_ShowsATable_WithoutFolding()
    {
        var ran = await RunAsync("tenant", "list");
        var line = Assert.Single(ran.Out.Split('\n'), l => l.Contains(Tenant, StringComparison.Ordinal));
        Assert.Contains("Acme [shop]", line, StringComparison.Ordinal);
        Assert.Contains("live", line, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Acme [shop]")]
    [InlineData(Tenant)]
    public async Task TenantShow_ByIdOrName_ShowsPolicyAndKeys(string tenant)
    {
        var ran = await RunAsync("tenant", "show", tenant);
        Assert.Contains("DE,FR", ran.Out, StringComparison.Ordinal);
        Assert.Contains(Key, ran.Out, StringComparison.Ordinal);
        Assert.Contains("2026-01-02 03:04:05Z", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TenantShow_WhenTheNameIsUnknown_IsNotFound() => Assert.Equal(ExitCodes.NotFound, (await RunAsync("tenant", "show", "nobody")).Code);

    [Fact]
    public async Task TenantShow_WhenTheNameIsNotUnique_ListsTheIds()
    {
        _server.On("GET /admin/v1/tenants", new { tenants = new[] { Document, Document } });
        var ran = await RunAsync("tenant", "show", "Acme [shop]");
        Assert.Equal(ExitCodes.Refused, ran.Code);
        Assert.Contains(Tenant, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TenantChange_SendsOnlyWhatChanges()
    {
        var ran = await RunAsync("tenant", "change", Tenant, "ttlSeconds=120", "--if-version", "3");
        Assert.Equal(ExitCodes.Ok, ran.Code);
        Assert.Equal("""{"policy":{"ttlSeconds":120},"expectedVersion":3}""", _server.Requests.Single().Body);
    }

    [Fact]
    public async Task TenantFreeze_SaysWhatItIsNow() => Assert.Contains("is frozen", (await RunAsync("tenant", "freeze", Tenant)).Out, StringComparison.Ordinal);

    [Fact]
    public async Task KeyCreate_PrintsTheKeyOnALineOfItsOwn()
    {
        var ran = await RunAsync("key", "create", Tenant, "--label", "production", "--expires-at", "2027-01-31T00:00:00Z");
        Assert.Contains("mv_live_text", ran.Out.Split('\n').Select(l => l.TrimEnd()));
        Assert.Equal("""{"label":"production","expiresAt":"2027-01-31T00:00:00+00:00"}""", _server.Requests.Single(r => r.Call.StartsWith("POST", StringComparison.Ordinal)).Body);
    }

    [Fact]
    public async Task KeyRevoke_SaysSo() => Assert.Contains("is revoked", (await RunAsync("key", "revoke", Tenant, Key)).Out, StringComparison.Ordinal);

    [Fact]
    public async Task AliasChecks_ShowsWhichChannelPausesAndForHowLong()
    {
        var ran = await RunAsync("alias", "checks", "Acme [shop]", Alias);
        Assert.Contains("100 wrong codes in the last 24 h", ran.Out, StringComparison.Ordinal);
        Assert.Matches("sms.*100.*yes.*in 24:00:00", ran.Out);
    }

    [Theory]
    [InlineData("", """{"channel":null}""")]
    [InlineData(" --channel sms", """{"channel":"sms"}""")]
    public async Task AliasUnpause_SendsTheChannel_AndShowsWhatIsLeft(string option, string body)
    {
        var ran = await RunAsync([.. $"alias unpause {Tenant} {Alias}{option}".Split(' ')]);
        Assert.Equal("", ran.Error);
        Assert.Equal(body, _server.Requests.Single().Body);
        Assert.Contains("No channel has wrong codes", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("+12025550100")]
    [InlineData("12025550100")]
    [InlineData("vf-0")]
    public async Task AliasUnpause_OfSomethingElse_IsRefusedWithoutRepeatingIt(string text)
    {
        var ran = await RunAsync("alias", "unpause", Tenant, text);
        Assert.Equal(ExitCodes.Usage, ran.Code);
        Assert.Contains("pa-", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(text, ran.Error, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task RouteList_ShowsOutcomes()
    {
        var ran = await RunAsync("route", "list");
        Assert.Contains("version 7", ran.Out, StringComparison.Ordinal);
        Assert.Contains("5 accepted, 2 throttled", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RouteReplace_SendsWhatRouteListPrinted()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, (await RunAsync("--json", "route", "list")).Out, TestContext.Current.CancellationToken);
            var ran = await RunAsync("route", "replace", file);
            Assert.Equal("", ran.Error);
            var sent = JsonDocument.Parse(_server.Requests.Last().Body).RootElement;
            Assert.Equal(["version", "routes"], sent.EnumerateObject().Select(m => m.Name));
            Assert.Equal(7, sent.GetProperty("version").GetInt64());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"routes":[]}""")]
    public async Task RouteReplace_WhenTheFileIsNone_SaysHowItLooks(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            var ran = await RunAsync("route", "replace", file);
            Assert.Equal(ExitCodes.Usage, ran.Code);
            Assert.Contains("route replace --help", ran.Error, StringComparison.Ordinal);
            Assert.Empty(_server.Requests);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task RouteReplace_WhenTheFileIsMissing_SaysSo() => Assert.Contains("cannot be read", (await RunAsync("route", "replace", "no-such-file.json")).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Status_ShowsCarriers()
    {
        var ran = await RunAsync("status");
        Assert.Contains("reconnecting in 4 s", ran.Out, StringComparison.Ordinal);
        Assert.Contains("0:01:01", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tenant list")]
    [InlineData("tenant show " + Tenant)]
    [InlineData("tenant create x")]
    [InlineData("tenant change " + Tenant + " ttlSeconds=60")]
    [InlineData("tenant freeze " + Tenant)]
    [InlineData("key create " + Tenant)]
    [InlineData("key revoke " + Tenant + " " + Key)]
    [InlineData("alias checks " + Tenant + " " + Alias)]
    [InlineData("alias unpause " + Tenant + " " + Alias)]
    [InlineData("route list")]
    [InlineData("status")]
    public async Task Json_PrintsTheServersAnswer_AndNothingElse(string line)
    {
        var ran = await RunAsync([.. line.Split(' '), "--json"]);
        Assert.Equal(ExitCodes.Ok, ran.Code);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(ran.Out).RootElement.ValueKind);
        Assert.Empty(ran.Error);
    }

    private static object Checks(int wrong, bool paused) => new
    {
        alias = Alias,
        failuresToday = wrong,
        checkAfterSeconds = 0,
        channels = wrong == 0 ? [] : new[] { new { channel = "sms", wrongInARow = wrong, paused, checkAfterSeconds = 86_400 } },
    };

    private static object Routes() => new
    {
        version = 7,
        routes = new[] { new { route = "smpp-de", carrier = "smpp", countries = new[] { "DE" }, channel = "sms", priority = 10, sandbox = false, enabled = true, sender = (string?)null } },
        outcomes = new[] { new { route = "smpp-de", country = "DE", outcome = "accepted", count = 5 }, new { route = "smpp-de", country = "DE", outcome = "throttled", count = 2 } },
    };

    private Task<Cli.Ran> RunAsync(params string[] args) => Cli.AgainstAsync(_server, args);
}
