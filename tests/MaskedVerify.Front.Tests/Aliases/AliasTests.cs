using MaskedVerify.Domain;
using MaskedVerify.Front.Tests.Support;
using MaskedVerify.Grains;
using MaskedVerify.Grains.AliasDesks;

namespace MaskedVerify.Front.Tests.Aliases;

public sealed class AliasTests : IClassFixture<ScriptedFront>
{
    private readonly ScriptedFront _fixture;
    private readonly string _path;

    public AliasTests(ScriptedFront fixture)
    {
        _fixture = fixture;
        _fixture.Vault.Reset();
        _path = $"/v1/aliases/{fixture.OwnAlias}";
    }

    private RunningFront Front => _fixture.Front;

    private FakeGrains Vault => _fixture.Vault;

    [Theory]
    [InlineData(true, 201)]
    [InlineData(false, 200)]
    public async Task Create_WhenDone_Is201OnlyForANewOne(bool created, int status)
    {
        Vault.Answer = _ => Task.FromResult(new AliasReply(ReplyKind.Ok, Samples.AliasView, created));
        var answer = await Front.SendAsync("POST", "/v1/aliases", """{"phoneNumber":"+86 138 0013 8000","context":"buyer"}""");

        Assert.Equal(status, answer.Status);
        Assert.Equal($"/v1/aliases/{Samples.Alias}", answer.Headers["Location"]);
        Assert.Equal(
            $$"""{"alias":"{{Samples.Alias}}","context":"default","destination":{"country":"US","lineType":"landline-or-mobile"},"createdAt":"2026-11-23T18:51:37.204Z","verifiedAt":null}""",
            answer.Text);
        Assert.True(PhoneNumber.TryParse("+8613800138000", out var number));
        Assert.Equal(new CreateAliasCommand(number, "buyer"), Assert.Single(Vault.Calls).Arg<CreateAliasCommand>());
    }

    [Fact]
    public async Task Get_WhenOwn_AsksTheAlias()
    {
        var answer = await Front.SendAsync("GET", _path);

        Assert.Equal(200, answer.Status);
        var call = Assert.Single(Vault.Calls);
        Assert.Equal((GrainKeys.PhoneAlias(_fixture.OwnAlias), "GetAlias"), (call.Key, call.Method));
    }

    [Fact]
    public async Task Erase_WhenOwn_Is200WithoutReceiptYet()
    {
        var answer = await Front.SendAsync("DELETE", _path, idempotencyKey: "e-1");

        Assert.Equal(200, answer.Status);
        Assert.Equal($$"""{"alias":"{{_fixture.OwnAlias}}","receipt":null}""", answer.Text);
        Assert.Equal("e-1", Assert.Single(Vault.Calls).Arg<CommandStamp>().Key.Reveal());
    }

    [Fact]
    public async Task Create_WhenNumberIsNone_Is422AndNobodyIsAsked()
    {
        var answer = await Front.SendAsync("POST", "/v1/aliases", """{"phoneNumber":"12345"}""");

        Assert.Equal((422, "invalid-phone-number"), (answer.Status, answer.Slug));
        Assert.Empty(Vault.Calls);
    }
}
