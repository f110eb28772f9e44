using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MaskedVerify.Domain;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Grains;
using MaskedVerify.Grains.Tenants;
using Microsoft.Extensions.DependencyInjection;

namespace MaskedVerify.Front.Tests.Security;

public sealed class AuthenticationTests : IClassFixture<ScriptedFront>
{
    private const string Start = "/v1/verifications";
    private const string Body = """{ "to": { "phoneNumber": "+12025550100" } }""";
    private readonly ScriptedFront _fixture;

    public AuthenticationTests(ScriptedFront fixture)
    {
        _fixture = fixture;
        _fixture.Vault.Reset();
    }

    private RunningFront Front => _fixture.Front;

    [Theory]
    [InlineData("POST", "/v1/verifications")]
    [InlineData("GET", "/v1/verifications/x")]
    [InlineData("POST", "/v1/verifications/x/check")]
    [InlineData("POST", "/v1/verifications/x/resend")]
    [InlineData("POST", "/v1/verifications/x/cancel")]
    [InlineData("POST", "/v1/aliases")]
    [InlineData("GET", "/v1/aliases/x")]
    [InlineData("DELETE", "/v1/aliases/x")]
    [InlineData("GET", "/sandbox/messages?alias=x")]
    public async Task Any_WhenThereIsNoKey_Is401(string method, string path)
    {
        var answer = await Front.SendAsync(method, path, method == "POST" ? "{" : null, key: "");

        Assert.Equal((401, "unauthenticated"), (answer.Status, answer.Slug));
        Assert.StartsWith("Bearer", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Empty(_fixture.Vault.Calls);
    }

    [Fact]
    public async Task Any_WhenKeyIsMalformedOrUnknown_Is401ThatTellsThemApartAndNoMore()
    {
        var good = Front.Info.SandboxKey;
        string[] malformed = ["x", good[..^1], good + "0", good.ToUpperInvariant(), good.Replace("mv_test_", "mv_live_", StringComparison.Ordinal), "mv_test_" + new string('0', 73)];
        string[] unknown = [ApiKeyText.Create(live: false).Reveal(), ApiKeyText.Create(live: true).Reveal(), SameIdOtherSecret(good)];
        var missing = await Front.SendAsync("POST", Start, Body, key: "");
        var nonsense = await Front.SendAsync("POST", Start, Body, key: "nonsense");
        var stranger = await Front.SendAsync("POST", Start, Body, key: ApiKeyText.Create(live: false).Reveal());
        foreach (var key in malformed)
            Assert.Equal(nonsense.Text, (await Front.SendAsync("POST", Start, Body, key: key)).Text);
        foreach (var key in unknown)
            Assert.Equal(stranger.Text, (await Front.SendAsync("POST", Start, Body, key: key)).Text);

        Assert.Equal(3, new[] { missing, nonsense, stranger }.Where(a => (a.Status, a.Slug) == (401, "unauthenticated")).Select(a => a.Text).Distinct().Count());
        Assert.DoesNotContain("error=", missing.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_token\"", nonsense.Headers["WWW-Authenticate"], StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_token\"", stranger.Headers["WWW-Authenticate"], StringComparison.Ordinal);

        Assert.Empty(_fixture.Vault.Calls);
        Assert.Equal(201, (await Front.SendAsync("POST", Start, Body)).Status);
    }

    [Fact]
    public async Task Any_WhenTenantIsFrozen_Is403AndThawedIs201()
    {
        var (tenant, key) = await Front.AddTenantAsync("frozen-one");
        var grain = Front.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant));
        await grain.SetFrozen(true);
        await Front.Services.GetRequiredService<ITenantCatalog>().RefreshAsync();
        var frozen = await Front.SendAsync("POST", Start, Body, key);
        await grain.SetFrozen(false);
        await Front.Services.GetRequiredService<ITenantCatalog>().RefreshAsync();
        var thawed = await Front.SendAsync("POST", Start, Body, key);

        Assert.Equal((403, "forbidden"), (frozen.Status, frozen.Slug));
        Assert.Contains("frozen", frozen.Text, StringComparison.Ordinal);
        Assert.Equal(201, thawed.Status);
    }

    [Fact]
    public async Task Any_WhenKeyIsRevoked_Is401ThatSaysSoToWhoHasItsSecret()
    {
        var (tenant, key) = await Front.AddTenantAsync("revoked-one");
        Assert.True(ApiKeyText.TryParse(key, out var parsed));
        Assert.Equal(201, (await Front.SendAsync("POST", Start, Body, key)).Status);
        await Front.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).RevokeKey(parsed.KeyId);
        await Front.Services.GetRequiredService<ITenantCatalog>().RefreshAsync();

        var answer = await Front.SendAsync("POST", Start, Body, key);
        var guessed = await Front.SendAsync("POST", Start, Body, SameIdOtherSecret(key));
        var unknown = await Front.SendAsync("POST", Start, Body, ApiKeyText.Create(live: false).Reveal());

        Assert.Equal((401, "unauthenticated"), (answer.Status, answer.Slug));
        Assert.Contains("revoked", answer.Text, StringComparison.Ordinal);
        Assert.Equal(unknown.Text, guessed.Text);
    }

    [Fact]
    public async Task Any_WhenKeyIsExpired_Is401ThatSaysSo()
    {
        var (tenant, _) = await Front.AddTenantAsync("expired-one");
        var key = ApiKeyText.Create(live: false);
        await Front.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).AddKey(key.KeyId, key.SecretHash(), "short", TimeProvider.System.GetUtcNow().AddMilliseconds(400));
        await Front.Services.GetRequiredService<ITenantCatalog>().RefreshAsync();
        await Testing.Eventually.TrueAsync(async () => (await Front.SendAsync("POST", Start, Body, key.Reveal())).Text.Contains("expired", StringComparison.Ordinal), "the key has expired");
    }

    [Fact]
    public async Task Any_WhenTenantIsLiveOnLocalKeys_Is403ThatSaysWhatToDo()
    {
        var (_, key) = await Front.AddTenantAsync("live-one", live: true);
        var answer = await Front.SendAsync("POST", Start, Body, key);

        Assert.Equal((403, "forbidden"), (answer.Status, answer.Slug));
        Assert.Contains("--allow-local-keys", answer.Text, StringComparison.Ordinal);
        Assert.Empty(_fixture.Vault.Calls);
    }

    [Fact]
    public async Task Post_WhenPolicyDemandsAKey_Is400WithoutAndFineWith()
    {
        var (_, key) = await Front.AddTenantAsync("strict-one", policy: new TenantPolicy { Countries = ["*"], IdempotencyKeyRequired = true });
        var without = await Front.SendAsync("POST", Start, Body, key);
        var with = await Front.SendAsync("POST", Start, Body, key, idempotencyKey: "k");
        var read = await Front.SendAsync("GET", "/v1/aliases/x", key: key);

        Assert.Equal((400, "idempotency-key-missing"), (without.Status, without.Slug));
        Assert.Equal(201, with.Status);
        Assert.Equal(404, read.Status);
    }

    [Fact]
    public async Task Ids_WhenOfAnotherTenant_Are404ForIt()
    {
        var (_, key) = await Front.AddTenantAsync("other-one");
        var answer = await Front.SendAsync("GET", $"/v1/verifications/{_fixture.OwnVerification}", key: key);

        Assert.Equal(404, answer.Status);
        Assert.Empty(_fixture.Vault.Calls);
    }

    // The checksum fits, so only the comparison of the secret can refuse it.
    private static string SameIdOtherSecret(string key)
    {
        var text = key[..22] + ApiKeyText.Create(live: false).Reveal()[22..74];
        var digits = new char[Base32.Length64];
        Base32.Write(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.ASCII.GetBytes(text))) >> 2, digits);
        var made = text + "_" + new string(digits[^6..]);
        Assert.True(ApiKeyText.TryParse(made, out _));
        return made;
    }
}
