namespace MaskedVerify.Cli.Tests;

/// <summary>Wrong command lines are told in a sentence; help teaches.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("tenant", "maskedverify tenant --help")]
    [InlineData("tenant creat x", "maskedverify tenant --help")]
    [InlineData("tenant create", "maskedverify tenant create --help")]
    [InlineData("tenant create x --policy", "maskedverify tenant create --help")]
    [InlineData("key create x --expires-at tomorrow", "maskedverify key create --help")]
    [InlineData("tenant change x ttlSeconds=60 --if-version newest", "maskedverify tenant change --help")]
    [InlineData("--nonsense", "maskedverify --help")]
    public async Task Run_WhenTheCommandLineIsWrong_SaysWhereToLook(string line, string hint)
    {
        var ran = await Cli.RunAsync(line.Split(' '));
        Assert.Equal(ExitCodes.Usage, ran.Code);
        Assert.StartsWith("maskedverify: ", ran.Error, StringComparison.Ordinal);
        Assert.Contains("Try: " + hint, ran.Error, StringComparison.Ordinal);
        Assert.Empty(ran.Out);
    }

    [Theory]
    [InlineData("", "Exit codes:")]
    [InlineData("tenant", "tenant freeze")]
    [InlineData("tenant create", "keep-previous-until-accepted")]
    [InlineData("tenant change", "countries=DE,FR,ES")]
    [InlineData("tenant list", "--json tenant list")]
    [InlineData("key", "key revoke")]
    [InlineData("key create", "jq -r .key")]
    [InlineData("alias", "alias unpause")]
    [InlineData("alias checks", "alias checks \"Acme shop\" pa-")]
    [InlineData("alias unpause", "--channel sms")]
    [InlineData("route", "route replace routes.json")]
    [InlineData("route replace", "\"carrier\": \"smpp\"")]
    [InlineData("status", "maskedverify status")]
    [InlineData("migrate", "--dry-run")]
    [InlineData("backup", "keys/root.key")]
    public async Task Help_AtEveryLevel_ShowsExamples(string command, string example)
    {
        var ran = await Cli.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal(ExitCodes.Ok, ran.Code);
        Assert.Contains("Examples:", ran.Out, StringComparison.Ordinal);
        Assert.Contains(example, ran.Out, StringComparison.Ordinal);
        Assert.Empty(ran.Error);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("127.0.0.1:8081")]
    public async Task Run_WhenTheServerIsNoAddress_SaysHowOneLooks(string server)
    {
        var ran = await Cli.RunAsync("tenant", "list", "--server", server);
        Assert.Equal(ExitCodes.Usage, ran.Code);
        Assert.Contains("http://127.0.0.1:8081", ran.Error, StringComparison.Ordinal);
    }
}
