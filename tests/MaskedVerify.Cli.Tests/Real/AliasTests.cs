using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MaskedVerify.Domain;

namespace MaskedVerify.Cli.Tests.Real;

/// <summary>A person whose checks wait, from wrong codes to the operator's help, against a real server.</summary>
public sealed class AliasTests : IClassFixture<RealServer>
{
    // Magic: delivered.
    private const string Number = "+12025550100";

    private readonly RealServer _server;
    private string _alias = "";

    public AliasTests(RealServer server)
    {
        _server = server;
        Assert.True(PhoneNumber.TryParse(Number, out var number));
        server.Leaks.Add(number);
    }

    [Fact]
    public async Task Unpause_AfterWrongCodes_OpensTheChannel()
    {
        var tenant = (await JsonAsync("tenant", "create", "pauses")).GetProperty("id").GetString()!;
        using var api = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(_server.Public) };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await JsonAsync("key", "create", tenant)).GetProperty("key").GetString());
        await FailAsync(api, await StartAsync(api), 5);

        var checks = await JsonAsync("alias", "checks", "pauses", _alias);
        Assert.Equal(5, checks.GetProperty("failuresToday").GetInt32());
        Assert.InRange(checks.GetProperty("channels")[0].GetProperty("checkAfterSeconds").GetInt32(), 1, 30);
        var shown = await _server.RunAsync("alias", "unpause", tenant, _alias);

        Assert.Equal("", shown.Error);
        Assert.Contains("5 wrong codes", shown.Out, StringComparison.Ordinal);
        Assert.Contains("No channel", shown.Out, StringComparison.Ordinal);
        Assert.Equal(0, (await JsonAsync("alias", "checks", tenant, _alias)).GetProperty("channels").GetArrayLength());
    }

    [Fact]
    public async Task Aliases_OfOthers_Malformed_AndNeverMade_AreNotFound()
    {
        var tenant = (await JsonAsync("tenant", "create", "strangers")).GetProperty("id").GetString()!;
        using var api = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(_server.Public) };
        var other = (await JsonAsync("tenant", "create", "other")).GetProperty("id").GetString()!;
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await JsonAsync("key", "create", other)).GetProperty("key").GetString());
        await StartAsync(api);

        foreach (var alias in new[] { _alias, "pa-0", "pa-" + new string('0', 40) })
        {
            var ran = await _server.RunAsync("alias", "unpause", tenant, alias);
            Assert.Equal(ExitCodes.NotFound, ran.Code);
            Assert.Contains("no such alias", ran.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Unpause_OfAChannelThatIsNone_NamesTheChannels()
    {
        var ran = await _server.RunAsync("alias", "unpause", "tn-sandbox", "pa-0", "--channel", "pigeon");
        Assert.Equal(ExitCodes.Usage, ran.Code);
        Assert.Contains("sms", ran.Error, StringComparison.Ordinal);
        Assert.Contains("voice", ran.Error, StringComparison.Ordinal);
        var (status, text) = await _server.SendAsync(HttpMethod.Post, "/admin/v1/tenants/tn-sandbox/aliases/pa-0/unpause", """{"channel":"pigeon"}""");
        Assert.Equal(400, status);
        Assert.Contains("\"/channel\"", text, StringComparison.Ordinal);
    }

    private async Task<string> StartAsync(HttpClient api)
    {
        using var response = await api.PostAsJsonAsync("/v1/verifications", new { to = new { phoneNumber = Number } }, TestContext.Current.CancellationToken);
        Assert.Equal(201, (int)response.StatusCode);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        _alias = body.GetProperty("alias").GetString()!;
        return body.GetProperty("id").GetString()!;
    }

    private static async Task FailAsync(HttpClient api, string id, int times)
    {
        for (var i = 0; i < times; i++)
        {
            // One in a million is right: then the test fails.
            using var response = await api.PostAsJsonAsync($"/v1/verifications/{id}/check", new { code = "000000" }, TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)response.StatusCode);
        }
    }

    private async Task<JsonElement> JsonAsync(params string[] args)
    {
        var ran = await _server.RunAsync([.. args, "--json"]);
        Assert.Equal("", ran.Error);
        return JsonDocument.Parse(ran.Out).RootElement;
    }
}
