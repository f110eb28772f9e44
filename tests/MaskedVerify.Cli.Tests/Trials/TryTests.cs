using MaskedVerify.Cli.Tests.Real;

namespace MaskedVerify.Cli.Tests.Trials;

/// <summary>The first minute against a real server, and what is said when something is missing.</summary>
public sealed class TryTests(RealServer server) : IClassFixture<RealServer>
{
    [Fact]
    public async Task Try_AgainstARealServer_VerifiesAndExplains()
    {
        var ran = await RunAsync();

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.All(
            ["POST /v1/verifications", "alias        pa-", "GET /sandbox/messages?alias=pa-", "is your", "/check", "valid true, status approved"],
            text => Assert.Contains(text, ran.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Try_WithJson_PrintsTheAnswersOnly()
    {
        var ran = await RunAsync("+12035550100", "--json");

        Assert.Equal(0, ran.Code);
        Assert.Contains("\"status\": \"approved\"", ran.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("2035550100", ran.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("1. ", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("+12025550103", "undeliverable")]
    [InlineData("+12025550102", "undelivered")]
    public async Task Try_WithANumberThatNoMessageReaches_SaysHowItEnded(string number, string expected)
    {
        var ran = await RunAsync(number);

        Assert.Equal(ExitCodes.Refused, ran.Code);
        Assert.Contains(expected, ran.Out, StringComparison.Ordinal);
        Assert.Contains("Not verified", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Try_WithWhatIsNoNumber_SaysWhy()
    {
        var ran = await RunAsync("12");

        Assert.Equal(ExitCodes.Refused, ran.Code);
        Assert.Contains("international format", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Try_WithoutASandboxKey_SaysWhereItComesFrom()
    {
        var ran = await Cli.RunAsync("try", "--data", Path.Combine(AppContext.BaseDirectory, "no-such-folder"));

        Assert.Equal(ExitCodes.NotAllowed, ran.Code);
        Assert.All(["sandbox.key", "--data DIR", "MASKEDVERIFY_SANDBOX_KEY"], text => Assert.Contains(text, ran.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "No server answers")]
    [InlineData("ftp://x", "is not the address of a server")]
    public async Task Try_WhereNoServerIs_SaysHowToStartOne(string address, string expected)
    {
        var ran = await Cli.RunAsync(new Dictionary<string, string> { ["MASKEDVERIFY_SANDBOX_KEY"] = "mv_test_x" }, "try", "--public", address);

        Assert.NotEqual(ExitCodes.Ok, ran.Code);
        Assert.Contains(expected, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Try_WithAWrongKey_SaysSo()
    {
        var ran = await Cli.RunAsync(new Dictionary<string, string> { ["MASKEDVERIFY_SANDBOX_KEY"] = "mv_test_x" }, "try", "--public", server.Public);

        Assert.Equal(ExitCodes.NotAllowed, ran.Code);
        Assert.Contains("(401)", ran.Error, StringComparison.Ordinal);
    }

    private Task<Cli.Ran> RunAsync(params string[] args) => Cli.RunAsync(["try", .. args, "--public", server.Public, "--data", server.Data]);
}
