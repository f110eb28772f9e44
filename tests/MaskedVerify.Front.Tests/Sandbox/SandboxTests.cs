using MaskedVerify.Carriers.Sandbox;
using MaskedVerify.Front.Tests.Support;

namespace MaskedVerify.Front.Tests.Sandbox;

public sealed class SandboxTests(ScriptedFront fixture) : IClassFixture<ScriptedFront>
{
    private RunningFront Front => fixture.Front;

    [Fact]
    public async Task Messages_WhenThereAreNone_IsAnEmptyList()
    {
        var answer = await Front.SendAsync("GET", $"/sandbox/messages?alias={fixture.OwnAlias}");

        Assert.Equal($$"""{"alias":"{{fixture.OwnAlias}}","messages":[]}""", answer.Text);
    }

    [Theory]
    [InlineData("/sandbox/messages")]
    [InlineData("/sandbox/messages?alias=a&alias=b")]
    public async Task Messages_WhenAliasIsNotGivenOnce_Is400(string path)
    {
        var answer = await Front.SendAsync("GET", path);

        Assert.Equal((400, "invalid-request"), (answer.Status, answer.Slug));
        Assert.Equal("alias", (string?)answer.Json["errors"]![0]!["parameter"]);
    }

    [Fact]
    public async Task Messages_WhenAliasIsOfAnotherTenant_Is404()
    {
        var (_, key) = await Front.AddTenantAsync("inbox-other");
        var answer = await Front.SendAsync("GET", $"/sandbox/messages?alias={fixture.OwnAlias}", key: key);

        Assert.Equal((404, "not-found"), (answer.Status, answer.Slug));
    }

    [Fact]
    public async Task Messages_WhenKeyIsLive_Is403()
    {
        await using var front = await RunningFront.StartAsync(["--allow-local-keys"]);
        var (_, key) = await front.AddTenantAsync("inbox-live", live: true);
        var answer = await front.SendAsync("GET", "/sandbox/messages?alias=x", key: key);

        Assert.Equal((403, "forbidden"), (answer.Status, answer.Slug));
    }

    [Fact]
    public async Task Numbers_WhenListed_AreThoseOfTheCarrier()
    {
        var answer = await Front.SendAsync("GET", "/sandbox/numbers", key: "");

        Assert.Equal(SandboxNumbers.All.Select(n => n.Number), answer.Json["numbers"]!.AsArray().Select(n => (string?)n!["number"]));
    }

    [Theory]
    [InlineData("/sandbox", "text/html")]
    [InlineData("/sandbox/sandbox.js", "text/javascript")]
    [InlineData("/sandbox/sandbox.css", "text/css")]
    public async Task Page_WhenServed_HasAStrictContentPolicy(string path, string type)
    {
        var answer = await Front.SendAsync("GET", path, key: "");

        Assert.Equal((200, type), (answer.Status, answer.MediaType));
        Assert.Contains("default-src 'none'; script-src 'self'", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }
}
