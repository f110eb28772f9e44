using System.Text.Json;

namespace MaskedVerify.Cli.Tests.Real;

/// <summary>The administrative endpoints against callers that are not our command.</summary>
public sealed class AdministrationTests(RealServer server) : IClassFixture<RealServer>
{
    [Theory]
    [InlineData("{", "", "well-formed")]
    [InlineData("null", "", "null")]
    [InlineData("[]", "", "wrong type")]
    [InlineData("""{"name":"x","nonsense":1}""", "/nonsense", "no such member")]
    [InlineData("""{"name":"x","name":"y"}""", "/name", "twice")]
    [InlineData("""{"live":true}""", "", "missing")]
    [InlineData("""{"name":7}""", "/name", "wrong type")]
    [InlineData("""{"name":"x","policy":{"codeLength":"six"}}""", "/policy/codeLength", "wrong type")]
    [InlineData("""{"name":"x","policy":{"resendPolicy":"sometimes"}}""", "/policy/resendPolicy", "keep-previous-until-accepted")]
    [InlineData("""{"name":"x","policy":{"resendPolicy":1}}""", "/policy/resendPolicy", "rotate")]
    [InlineData("""{"name":"x","policy":{"no/such~one":1}}""", "/policy/no~1such~0one", "no such member")]
    [InlineData("""{"name":"x","policy":{"countries":null}}""", "/policy/countries", "null")]
    [InlineData("""{"name":"x","policy":{"countries":["UK"]}}""", "", "write GB")]
    [InlineData("""{"name":"x","policy":{"lineTypes":["satellite"]}}""", "/policy/lineTypes", "a list, each of it one of unknown, mobile, landline")]
    [InlineData("""{"name":"call 14155550123"}""", "", "must not hold a phone number")]
    public async Task Create_OfBadJson_PointsAtTheMistake(string body, string pointer, string detail)
    {
        var (status, text) = await server.SendAsync(HttpMethod.Post, "/admin/v1/tenants", body);
        Assert.Equal(400, status);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal("https://maskedverify.dev/problems/invalid-request", problem.GetProperty("type").GetString());
        var error = problem.GetProperty("errors")[0];
        Assert.Equal(pointer, error.GetProperty("pointer").GetString());
        Assert.Contains(detail, error.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WithSeveralWrongMembers_NamesAllOfThem()
    {
        var (_, text) = await server.SendAsync(HttpMethod.Post, "/admin/v1/tenants", """{"name":"x","policy":{"codeLength":"six","nonsense":1,"locale":null}}""");
        Assert.Equal(3, JsonDocument.Parse(text).RootElement.GetProperty("errors").GetArrayLength());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Create_OfAnotherType_IsRefused(string type) =>
        Assert.Equal(400, (await server.SendAsync(HttpMethod.Post, "/admin/v1/tenants", """{"name":"x"}""", type)).Status);

    [Fact]
    public async Task Create_OfALongBody_IsRefused()
    {
        var (status, text) = await server.SendAsync(HttpMethod.Post, "/admin/v1/tenants", $$"""{"name":"{{new string('x', 300_000)}}"}""");
        Assert.True(status is 400 or 413, $"{status}");
        Assert.DoesNotContain("xxxx", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/admin/v1/status")]
    [InlineData("POST", "/admin/v1/tenants")]
    [InlineData("GET", "/admin/v1/tenants")]
    [InlineData("GET", "/admin/v1/tenants/tn-sandbox")]
    [InlineData("PATCH", "/admin/v1/tenants/tn-sandbox/policy")]
    [InlineData("POST", "/admin/v1/tenants/tn-sandbox/freeze")]
    [InlineData("POST", "/admin/v1/tenants/tn-sandbox/thaw")]
    [InlineData("POST", "/admin/v1/tenants/tn-sandbox/keys")]
    [InlineData("GET", "/admin/v1/tenants/tn-sandbox/keys")]
    [InlineData("POST", "/admin/v1/tenants/tn-sandbox/keys/0000000000000/revoke")]
    [InlineData("GET", "/admin/v1/tenants/tn-sandbox/aliases/pa-0/checks")]
    [InlineData("POST", "/admin/v1/tenants/tn-sandbox/aliases/pa-0/unpause")]
    [InlineData("GET", "/admin/v1/routes")]
    [InlineData("PUT", "/admin/v1/routes")]
    public async Task EveryOperation_NeedsTheOperatorsKey(string method, string path)
    {
        var (status, _) = await server.SendAsync(new HttpMethod(method), path, method is "GET" ? null : "{}", key: "wrong");
        Assert.Equal(401, status);
    }

    [Theory]
    [InlineData("tn-")]
    [InlineData("TN-SANDBOX")]
    [InlineData("tn-nobody")]
    [InlineData("pa-0000")]
    public async Task UnknownTenants_AreNotFound(string tenant) => Assert.Equal(404, (await server.SendAsync(HttpMethod.Get, $"/admin/v1/tenants/{tenant}")).Status);

    [Fact]
    public async Task Key_ThatExpiresInThePast_IsRefused()
    {
        var (status, _) = await server.SendAsync(HttpMethod.Post, "/admin/v1/tenants/tn-sandbox/keys", """{"label":"x","expiresAt":"2020-01-01T00:00:00Z"}""");
        Assert.Equal(400, status);
    }

    [Fact]
    public async Task Administration_IsNotOnThePublicPort()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Public + "/admin/v1/tenants");
        request.Headers.Authorization = new("Bearer", server.OperatorKey);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True((int)response.StatusCode is 401 or 404, $"{response.StatusCode}");
    }
}
