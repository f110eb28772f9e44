using System.Text.Json;
using MaskedVerify.Domain;

namespace MaskedVerify.Cli.Tests.Real;

/// <summary>An operator's day, command by command, against a real server.</summary>
public sealed class LifecycleTests(RealServer server) : IClassFixture<RealServer>
{
    [Fact]
    public async Task Tenant_FromCreationToFreezing()
    {
        var id = await CreateAsync("day", "--live", "--country", "de", "--policy", "codeLength=8", "ttlSeconds=120", "contexts=buyer,seller");
        Assert.Matches("^tn-[0-9a-z]{26}$", id);

        var tenant = await JsonAsync("tenant", "show", "day");
        Assert.True(tenant.GetProperty("live").GetBoolean());
        Assert.Equal(8, tenant.GetProperty("policy").GetProperty("codeLength").GetInt32());
        Assert.Equal("rotate", tenant.GetProperty("policy").GetProperty("resendPolicy").GetString());
        Assert.Equal(["DE"], tenant.GetProperty("policy").GetProperty("countries").EnumerateArray().Select(c => c.GetString()));

        var changed = await JsonAsync("tenant", "change", id, "resendPolicy=keep-previous-until-accepted", "idempotencyKeyRequired=true");
        Assert.Equal("keep-previous-until-accepted", changed.GetProperty("policy").GetProperty("resendPolicy").GetString());
        Assert.Equal(8, changed.GetProperty("policy").GetProperty("codeLength").GetInt32());
        Assert.True(changed.GetProperty("version").GetInt64() > tenant.GetProperty("version").GetInt64());

        Assert.True((await JsonAsync("tenant", "freeze", id)).GetProperty("frozen").GetBoolean());
        Assert.Contains("FROZEN", (await server.RunAsync("tenant", "list")).Out, StringComparison.Ordinal);
        Assert.False((await JsonAsync("tenant", "thaw", id)).GetProperty("frozen").GetBoolean());
    }

    [Fact]
    public async Task Change_OfAnOldVersion_IsRefused()
    {
        var id = await CreateAsync("versions");
        Assert.Equal(ExitCodes.Ok, (await server.RunAsync("tenant", "change", id, "ttlSeconds=120")).Code);
        var ran = await server.RunAsync("tenant", "change", id, "ttlSeconds=180", "--if-version", "1");
        Assert.Equal(ExitCodes.Refused, ran.Code);
    }

    [Fact]
    public async Task Change_OfAnOldVersionThatChangesNothing_IsRefusedToo()
    {
        var id = await CreateAsync("same again");
        Assert.Equal(ExitCodes.Ok, (await server.RunAsync("tenant", "change", id, "ttlSeconds=120", "--if-version", "1")).Code);

        Assert.Equal(ExitCodes.Refused, (await server.RunAsync("tenant", "change", id, "ttlSeconds=120", "--if-version", "1")).Code);
        Assert.Equal(ExitCodes.Ok, (await server.RunAsync("tenant", "change", id, "ttlSeconds=120")).Code);
    }

    [Theory]
    [InlineData("sendsPerHour", "sendsPerDay")]
    [InlineData("numberSendsPerHour", "numberSendsPerDay")]
    public async Task Change_OfAnHoursCapAboveTheDays_IsRefusedWithWhatToDo(string hour, string day)
    {
        var id = await CreateAsync("caps of " + hour);
        var ran = await server.RunAsync("tenant", "change", id, hour + "=31", day + "=30");

        Assert.Equal(ExitCodes.Refused, ran.Code);
        Assert.Contains($"raise {day} too, or lower {hour}", ran.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, (await server.RunAsync("tenant", "change", id, hour + "=30", day + "=30")).Code);
    }

    [Fact]
    public async Task Create_OfANameThatIsTaken_IsRefusedWithTheIdThatHasIt()
    {
        var id = await CreateAsync("Namesake");
        foreach (var name in new[] { "Namesake", "nameSAKE" })
        {
            var ran = await server.RunAsync("tenant", "create", name);
            Assert.Equal(ExitCodes.Refused, ran.Code);
            Assert.Contains(id, ran.Error, StringComparison.Ordinal);
        }

        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.RunAsync("tenant", "create", "All at once")));
        Assert.Single(together, ran => ran.Code == ExitCodes.Ok);
    }

    [Fact]
    public async Task RouteAdd_AddsOneAndRefusesWhatIsUnknown()
    {
        var before = (await JsonAsync("route", "list")).GetProperty("routes").GetArrayLength();
        var unknown = await server.RunAsync("route", "add", "away-de", "--carrier", "away", "--country", "DE");
        var wrong = await server.RunAsync("route", "add", "sandbox-x", "--carrier", "sandbox", "--country", "Germany");

        Assert.Equal((ExitCodes.Refused, ExitCodes.Refused), (unknown.Code, wrong.Code));
        Assert.Contains("no carrier away", unknown.Error, StringComparison.Ordinal);
        var routes = (await JsonAsync("route", "add", "sandbox-de", "--carrier", "sandbox", "--country", "de", "--priority", "7")).GetProperty("routes");
        Assert.Equal(before + 1, routes.GetArrayLength());
        Assert.Equal(("DE", 7), (routes[before].GetProperty("countries")[0].GetString(), routes[before].GetProperty("priority").GetInt32()));
        Assert.Equal(ExitCodes.Refused, (await server.RunAsync("route", "add", "sandbox-de", "--carrier", "sandbox", "--country", "DE")).Code);
    }

    [Fact]
    public async Task Create_WithSeveralMistakes_NamesAllOfThem()
    {
        var ran = await server.RunAsync("tenant", "create", "mistakes", "--policy", "codeLength=3", "ttlSeconds=9999", "brand=");
        Assert.Equal(ExitCodes.Refused, ran.Code);
        Assert.All(["codeLength", "ttlSeconds", "brand"], m => Assert.Contains(m, ran.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UK is not the code of a country: write GB.", "tenant", "create", "islands", "--country", "UK")]
    [InlineData("UK is not the code of a country: write GB.", "tenant", "create", "islands", "--country", "uk")]
    [InlineData("QQ is no country", "tenant", "create", "islands", "--live", "--country", "DE", "--country", "QQ")]
    [InlineData("lists their class, mostly network", "tenant", "create", "islands", "--country", "ZZ")]
    [InlineData("uk is not the code of a country: write GB.", "tenant", "change", "tn-sandbox", "countries=uk")]
    [InlineData("landline, premium, toll-free", "tenant", "change", "tn-sandbox", "lineTypes=mobile")]
    [InlineData("one of unknown, mobile, landline", "tenant", "change", "tn-sandbox", "lineTypes=satellite")]
    [InlineData("name must not hold a phone number", "tenant", "create", "Anna +1 415 555 0123")]
    [InlineData("name must not hold a phone number", "tenant", "create", "shop 0664 1234567")]
    [InlineData("brand must not hold a phone number", "tenant", "change", "tn-sandbox", "brand=Call 14155550123")]
    [InlineData("label must not hold a phone number", "key", "create", "tn-sandbox", "--label", "phone of Anna: 4155550123")]
    public async Task Refused_WithASentenceThatSaysWhatToDo(string sentence, params string[] command)
    {
        var ran = await server.RunAsync(command);

        Assert.Equal(ExitCodes.Refused, ran.Code);
        Assert.Contains(sentence, string.Join(' ', ran.Error.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("islands", (await server.RunAsync("tenant", "list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tenant_WithLineTypes_KeepsThem()
    {
        var id = await CreateAsync("lines", "--policy", "lineTypes=landline,network");
        var policy = (await JsonAsync("tenant", "show", id)).GetProperty("policy");

        Assert.Equal(["landline", "network"], policy.GetProperty("lineTypes").EnumerateArray().Select(l => l.GetString()));
    }

    [Fact]
    public async Task Keys_AreShownOnce_AndRevokedForEver()
    {
        var id = await CreateAsync("keys");
        var key = await JsonAsync("key", "create", id, "--label", "first");
        var text = key.GetProperty("key").GetString()!;
        Assert.True(ApiKeyText.TryParse(text, out var parsed));
        Assert.False(parsed.IsLive);
        Assert.Equal(parsed.KeyId, key.GetProperty("keyId").GetString());

        var list = await server.RunAsync("key", "list", id, "--json");
        Assert.DoesNotContain(text, list.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", list.Out, StringComparison.OrdinalIgnoreCase);

        var revoked = await JsonAsync("key", "revoke", id, parsed.KeyId);
        Assert.NotEqual(JsonValueKind.Null, revoked.GetProperty("revokedAt").ValueKind);
        Assert.Equal(ExitCodes.NotFound, (await server.RunAsync("key", "revoke", id, "0000000000000")).Code);
    }

    [Fact]
    public async Task Key_OfALiveTenant_IsALiveKey()
    {
        var id = await CreateAsync("live", "--live");
        Assert.StartsWith("mv_live_", (await JsonAsync("key", "create", id)).GetProperty("key").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Routes_AreReplaced_ByWhatWasPrinted()
    {
        var file = Path.GetTempFileName();
        try
        {
            var printed = await server.RunAsync("--json", "route", "list");
            await File.WriteAllTextAsync(file, printed.Out.Replace("\"priority\": 500", "\"priority\": 400", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            var replaced = await server.RunAsync("route", "replace", file);
            Assert.Equal("", replaced.Error);
            Assert.Contains("400", replaced.Out, StringComparison.Ordinal);
            var again = await server.RunAsync("route", "replace", file);
            Assert.Equal(ExitCodes.Refused, again.Code);
            Assert.Contains("read them again", again.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Status_TellsCarriersAndKeyService()
    {
        var status = await JsonAsync("status");
        Assert.Equal("local-file", status.GetProperty("keyService").GetString());
        Assert.True(status.GetProperty("liveTenantsAllowed").GetBoolean());
        Assert.Equal("sandbox", status.GetProperty("carriers")[0].GetProperty("carrier").GetString());
    }

    [Fact]
    public async Task Commands_WithAnotherKey_AreNotAllowed()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "mv_ops_" + new string('0', 64), TestContext.Current.CancellationToken);
            Assert.Equal(ExitCodes.NotAllowed, (await server.RunAsync("tenant", "list", "--operator-key-file", file)).Code);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Commands_AgainstThePublicPort_SaySo()
    {
        var ran = await Cli.RunAsync("tenant", "list", "--server", server.Public, "--data", server.Data);
        Assert.NotEqual(ExitCodes.Ok, ran.Code);
        Assert.StartsWith("maskedverify: ", ran.Error, StringComparison.Ordinal);
    }

    private async Task<string> CreateAsync(params string[] args)
    {
        var tenant = await JsonAsync(["tenant", "create", .. args]);
        return tenant.GetProperty("id").GetString()!;
    }

    private async Task<JsonElement> JsonAsync(params string[] args)
    {
        var ran = await server.RunAsync([.. args, "--json"]);
        Assert.Equal("", ran.Error);
        Assert.Equal(ExitCodes.Ok, ran.Code);
        return JsonDocument.Parse(ran.Out).RootElement;
    }
}
