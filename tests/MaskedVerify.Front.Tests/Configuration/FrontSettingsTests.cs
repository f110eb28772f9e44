using System.Collections;
using System.Net;
using MaskedVerify.Domain;
using MaskedVerify.Front.Configuration;
using Microsoft.Extensions.Configuration;

namespace MaskedVerify.Front.Tests.Configuration;

public sealed class FrontSettingsTests
{
    [Fact]
    public void Read_WhenNothingIsGiven_HasTheDocumentedDefaults()
    {
        var options = Read().Options;

        Assert.Equal("/somewhere/data", options.DataFolder);
        Assert.Equal([new PublicEndpoint(new IPEndPoint(IPAddress.Loopback, 8080), IsTls: false)], options.PublicEndpoints);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 8081), options.InternalEndpoint);
        Assert.False(options.AllowLocalKeys);
        Assert.Null(options.GatewayPort);
        Assert.Null(options.OtlpEndpoint);
        Assert.True(options.HasOpenPages);
    }

    [Fact]
    public void Read_WhenSwitchesAreGiven_TakesThem()
    {
        var settings = Read(
            "--data", "d", "--urls=http://0.0.0.0:1;http://localhost:2", "--behind-proxy", "10.0.0.7, 2001:db8::/48", "--internal-port", "3", "--gateway", "--silo-port", "4", "--allow-local-keys", "--carrier", "smpp", "--smpp-host", "h",
            "--smpp-port", "2775", "--smpp-system-id", "id", "--smpp-password", "pw", "--smpp-tls", "--otlp-endpoint", "http://127.0.0.1:4317", "--log-level", "error");

        Assert.Equal("/somewhere/d", settings.Options.DataFolder);
        Assert.Equal([new PublicEndpoint(new IPEndPoint(IPAddress.Any, 1), IsTls: false), new PublicEndpoint(new IPEndPoint(IPAddress.Loopback, 2), IsTls: false)], settings.Options.PublicEndpoints);
        Assert.Equal([IPNetwork.Parse("10.0.0.7/32"), IPNetwork.Parse("2001:db8::/48")], settings.Options.BehindProxy);
        Assert.Equal(3, settings.Options.InternalEndpoint.Port);
        Assert.Equal(30000, settings.Options.GatewayPort);
        Assert.Equal(4, settings.Options.SiloPort);
        Assert.True(settings.Options.AllowLocalKeys);
        Assert.Equal(("h", "2775", "id", "pw", "true"), (settings.Section["Smpp:Host"], settings.Section["Smpp:Port"], settings.Section["Smpp:SystemId"], settings.Section["Smpp:Password"], settings.Section["Smpp:Tls:Enabled"]));
        Assert.Equal(new Uri("http://127.0.0.1:4317"), settings.Options.OtlpEndpoint);
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Error, settings.Options.LogLevel);
    }

    [Fact]
    public void Read_WhenFileVariableAndSwitchDiffer_TheSwitchWins()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """{ "MaskedVerify": { "InternalPort": 1, "Data": "from-file", "SiloPort": 9, "Sandbox": { "Receipts": false } } }""");
        var settings = Read(
            new Hashtable { ["MASKEDVERIFY_INTERNAL_PORT"] = "2", ["MASKEDVERIFY_DATA"] = "from-env", ["MASKEDVERIFY_SANDBOX__INBOXPERALIAS"] = "3" }, "--config", file, "--internal-port", "5");
        File.Delete(file);

        Assert.Equal(5, settings.Options.InternalEndpoint.Port);
        Assert.Equal("/somewhere/from-env", settings.Options.DataFolder);
        Assert.Equal(9, settings.Options.SiloPort);
        Assert.Equal(("False", "3"), (settings.Section["Sandbox:Receipts"], settings.Section["Sandbox:InboxPerAlias"]));
    }

    [Fact]
    public void Read_WhenManyThingsAreWrong_TellsAllAtOnce()
    {
        var mistakes = Mistakes(
            new Hashtable { ["MASKEDVERIFY_SANDBOX_KEY"] = "mv_live_x", ["MASKEDVERIFY_OPERATOR_KEY"] = "short" },
            "--dta", "x", "--internal-port", "70000", "--urls", "https://127.0.0.1:1;ftp://x", "--gateway=0", "--carrier", "smpp", "--smpp-port", "x", "extra", "--log-level", "7", "--smpp-host");

        string[] expected =
        [
            "--dta is not a switch. Did you mean --data?", "\"x\" is not a switch", "--internal-port: expected a port from 0 to 65535", "--urls https://…: TLS needs --certificate FILE and --certificate-key FILE", "--urls: expected addresses",
            "--gateway: expected a port from 1", "--carrier smpp needs --smpp-host", "--carrier smpp needs --smpp-system-id", "--carrier smpp needs --smpp-password", "--smpp-port: expected a port",
            "\"extra\" is not a switch", "--log-level: expected", "--smpp-host needs a value", "MASKEDVERIFY_SANDBOX_KEY is not a test key", "MASKEDVERIFY_OPERATOR_KEY is too weak", "needs --allow-local-keys",
        ];
        Assert.All(expected, text => Assert.Contains(mistakes, m => m.Contains(text, StringComparison.Ordinal)));
        Assert.DoesNotContain(mistakes, m => m.Contains("short", StringComparison.Ordinal) || m.Contains("mv_live_x", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--data", "--nonsense", "--data needs a value: --data DIR.|--nonsense is not a switch; see --help.")]
    [InlineData("--gateway", "--dta", "--dta is not a switch. Did you mean --data?")]
    [InlineData("--silo-port", "--silo-prt=1", "--silo-port needs a value: --silo-port PORT.|--silo-prt is not a switch. Did you mean --silo-port?")]
    [InlineData("--allow-local-keys", "x", "\"x\" is not a switch. Switches begin with \"--\"; see --help.")]
    [InlineData("--smpp-pasword=hunter2", "--help", "--smpp-pasword is not a switch. Did you mean --smpp-password?")]
    public void Parse_WhenASwitchIsMisspelt_NamesItAndNotItsValue(string first, string second, string expected) =>
        Assert.Equal(expected.Split('|'), FrontCommandLine.Parse([first, second]).Mistakes);

    [Theory]
    [InlineData("--smpp-password=--x=y:z", "--x=y:z")]
    [InlineData("--smpp-password=", "")]
    [InlineData("--smpp-password|", "")]
    [InlineData("--smpp-password|@file", "@file")]
    [InlineData("--smpp-password|-hunter2", "-hunter2")]
    [InlineData("--smpp-password|one|--smpp-password|two", "two")]
    public void Parse_WhenAValueIsUnusual_TakesItAsItStands(string args, string expected)
    {
        var parsed = FrontCommandLine.Parse(args.Split('|'));

        Assert.Equal(expected, parsed.Settings["Smpp:Password"]);
        Assert.Empty(parsed.Mistakes);
    }

    [Theory]
    [InlineData("""{ "MaskedVerify": { "Dta": "x" } }""", "MaskedVerify:Dta is not a setting. Did you mean Data?")]
    [InlineData("{", "cannot be read as JSON")]
    public void Read_WhenTheFileIsWrong_SaysSo(string json, string expected)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, json);
        var mistakes = Mistakes([], "--config", file);
        File.Delete(file);

        Assert.Contains(mistakes, m => m.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_WhenPhoneRangesAreNamed_ReadsThemOrSaysWhyNot()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """{ "ranges": [ { "prefix": "+1436", "digits": 11, "country": "US", "lineType": "mobile", "since": "2024-03-01", "source": "x" } ] }""");
        var ranges = Read("--phone-ranges", file).Options.PhoneRanges;
        File.WriteAllText(file, """{ "ranges": [ { "prefix": "1436", "digits": 11, "country": "UK", "lineType": "mobile", "since": "2024-03-01", "source": "x" } ] }""");
        var mistakes = Mistakes([], "--phone-ranges", file);
        File.Delete(file);

        Assert.Equal(1, ranges?.Count);
        Assert.Equal(2, mistakes.Count);
        Assert.Contains(mistakes, m => m.StartsWith($"--phone-ranges: {file}: Range 1: country: UK is not the code", StringComparison.Ordinal));
        Assert.Equal($"--phone-ranges: {file}: It cannot be read.", Assert.Single(Mistakes([], "--phone-ranges", file)));
        Assert.Null(Read().Options.PhoneRanges);
    }

    [Fact]
    public void Read_WhenPasswordIsInAFile_TakesItsFirstLine()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "s3cret\nrest\n");
        var settings = Read("--carrier", "smpp", "--smpp-host", "h", "--smpp-port", "1", "--smpp-system-id", "i", "--smpp-password-file", file, "--allow-local-keys");
        File.Delete(file);

        Assert.Equal("s3cret", settings.Section["Smpp:Password"]);
    }

    [Fact]
    public void Read_WhenPasswordAndItsFileAreGiven_TakesTheNearerOne()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "from-file");
        string[] carrier = ["--carrier", "smpp", "--smpp-host", "h", "--smpp-port", "1", "--smpp-system-id", "i", "--allow-local-keys"];
        var inVariable = new Hashtable { ["MASKEDVERIFY_SMPP_PASSWORD"] = "from-variable" };
        var fileSwitch = Read(inVariable, [.. carrier, "--smpp-password-file", file]);
        var passwordSwitch = Read(new Hashtable { ["MASKEDVERIFY_SMPP_PASSWORD_FILE"] = file }, [.. carrier, "--smpp-password", "from-switch"]);
        File.Delete(file);

        Assert.Equal("from-file", fileSwitch.Section["Smpp:Password"]);
        Assert.Equal("from-switch", passwordSwitch.Section["Smpp:Password"]);
    }

    [Theory]
    [InlineData("MASKEDVERIFY_SMPP_HSOT", "MASKEDVERIFY_SMPP_HSOT is not a setting. Did you mean MASKEDVERIFY_SMPP_HOST?")]
    [InlineData("MASKEDVERIFY_OPERATER_KEY", "Did you mean MASKEDVERIFY_OPERATOR_KEY?")]
    [InlineData("MASKEDVERIFY_STORGE__ENGINE", "MaskedVerify:STORGE is not a setting. Did you mean Storage?")]
    public void Read_WhenAVariableIsMisspelt_SaysWhichWasMeant(string variable, string expected) =>
        Assert.Contains(expected, Assert.Single(Mistakes(new Hashtable { [variable] = "x" })), StringComparison.Ordinal);

    [Theory]
    [InlineData("MASKEDVERIFY_SERVER")]
    [InlineData("MASKEDVERIFY_SERVICE_HOST")]
    [InlineData("MASKEDVERIFY_SERVICE_PORT")]
    [InlineData("MASKEDVERIFY_PORT")]
    [InlineData("MASKEDVERIFY_PORT_80_TCP_ADDR")]
    public void Read_WhenAVariableIsOfOthers_LeavesItAlone(string variable) => Assert.NotNull(Read(new Hashtable { [variable] = "tcp://10.0.0.1:80" }));

    [Fact]
    public void Read_WhenSandboxKeyIsGiven_TakesIt()
    {
        var key = ApiKeyText.Create(live: false);
        Assert.Equal(key, Read(new Hashtable { ["MASKEDVERIFY_SANDBOX_KEY"] = key.Reveal() }).Options.SandboxKey);
    }

    [Fact]
    public void Read_WhenCarrierIsUnknownOrForgotten_SaysSo()
    {
        Assert.Contains(Mistakes([], "--carrier", "twilio"), m => m.Contains("there is no carrier \"twilio\"", StringComparison.Ordinal));
        Assert.Contains(Mistakes([], "--smpp-host", "h"), m => m.Contains("add --carrier smpp", StringComparison.Ordinal));
    }

    [Fact]
    public void Help_WhenPrinted_NamesEverySwitchAndExitCode()
    {
        var written = new StringWriter();
        FrontHelp.Write(written);
        var help = written.ToString();

        Assert.All(FrontSwitch.All, s => Assert.Contains(s.Name, help, StringComparison.Ordinal));
        Assert.Contains("Exit codes", help, StringComparison.Ordinal);
        Assert.All(help.Split('\n'), line => Assert.True(line.Length <= 140, line));
    }

    [Fact]
    public void Read_WhenADatabaseServerIsChosen_TakesWhatBelongsToIt()
    {
        var settings = Read(
            new Hashtable { ["MASKEDVERIFY_DATABASE"] = "Host=h;Database=d" }, "--engine", "Postgres", "--cluster", "blue-2", "--silo-address", "127.0.0.7", "--root-key-file", "k/root.key", "--migrate-at-start");

        Assert.Equal((MaskedVerify.Storage.StorageEngine.Postgres, "blue-2", IPAddress.Parse("127.0.0.7")), (settings.Options.Engine, settings.Options.Cluster, settings.Options.SiloAddress));
        Assert.Equal(("Host=h;Database=d", "/somewhere/k/root.key", "true"), (settings.Section["Storage:Database"], settings.Section["Privacy:RootKeyPath"], settings.Section["Storage:MigrateAtStart"]));
    }

    [Fact]
    public void Read_WhenTheSettingsOfAClusterAreWrong_NamesEach()
    {
        var mistakes = Mistakes([], "--engine", "1", "--cluster", "Blue", "--silo-address", "10.0.0.1", "--migrate-at-start", "perhaps");

        Assert.Equal(4, mistakes.Count);
        Assert.Contains(mistakes, m => m.StartsWith("--engine: expected sqlite, postgres or sqlserver", StringComparison.Ordinal));
        Assert.Contains(mistakes, m => m.StartsWith("--cluster:", StringComparison.Ordinal));
        Assert.Contains(mistakes, m => m.StartsWith("--silo-address: the embedded database serves one process", StringComparison.Ordinal));
        Assert.Contains(mistakes, m => m.StartsWith("--migrate-at-start: expected true or false", StringComparison.Ordinal));
    }

    private static FrontSettings Read(params string[] args) => Read([], args);

    private static FrontSettings Read(Hashtable environment, params string[] args) => FrontSettings.Read(FrontCommandLine.Parse(args), environment, "/somewhere");

    private static IReadOnlyList<string> Mistakes(Hashtable environment, params string[] args) =>
        Assert.Throws<FrontConfigurationException>(() => Read(environment, args)).Mistakes;
}
