using MaskedVerify.Cluster.Tests.Servers;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>The unit of deploy/systemd, through systemd's own tools.</summary>
public sealed class SystemdTests
{
    [Fact]
    public async Task Unit_ForSystemd_HasNoFault_AndAWrongOneHas()
    {
        using var folder = new TempFolder();
        Assert.Equal("", await VerifyAsync(folder, t => t));
        Assert.Contains("NoNewPrivilege", await VerifyAsync(folder, t => t.Replace("NoNewPrivileges=", "NoNewPrivilege=", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("often", await VerifyAsync(folder, t => t.Replace("Type=exec", "Type=often", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unit_WhenTheDatabaseIsLate_StartsAgain_HoweverOften()
    {
        using var folder = new TempFolder();
        var settings = folder.File("settings.json");
        await File.WriteAllTextAsync(settings, """{ "MaskedVerify": { "Storage": { "StartPatience": "00:00:00" } } }""", TestContext.Current.CancellationToken);
        var (code, error) = await RefusedStart.RunAsync("--data", folder.Data, "--urls", "http://127.0.0.1:0", "--internal-port", "0", "--engine", "postgres", "--database", "Host=127.0.0.1;Port=1;Database=x", "--config", settings);
        Assert.Contains("cannot be reached", error, StringComparison.Ordinal);
        var unit = await File.ReadAllLinesAsync(Tool.Deploy("systemd", "maskedverify.service"), TestContext.Current.CancellationToken);
        var prevented = unit.Single(l => l.StartsWith("RestartPreventExitStatus=", StringComparison.Ordinal)).Split('=')[1].Split(' ');
        Assert.DoesNotContain(code.ToString(System.Globalization.CultureInfo.InvariantCulture), prevented);
        Assert.Contains("2", prevented);
        Assert.Contains("Restart=on-failure", unit);
        Assert.Contains("StartLimitIntervalSec=0", unit);
    }

    [Fact]
    public async Task Unit_IsExposedLittle()
    {
        using var folder = new TempFolder();
        var unit = await WriteAsync(folder, t => t);
        var (code, output) = await Tool.RunAsync("systemd-analyze", ["security", "--offline=true", "--threshold=20", "--no-pager", unit]);
        Assert.True(code == 0, output);
        var (open, _) = await Tool.RunAsync("systemd-analyze", ["security", "--offline=true", "--threshold=20", "--no-pager", await WriteAsync(folder, t => t.Replace("PrivateDevices=yes", "", StringComparison.Ordinal).Replace("CapabilityBoundingSet=\n", "", StringComparison.Ordinal))]);
        Assert.NotEqual(0, open);
    }

    private static async Task<string> VerifyAsync(TempFolder folder, Func<string, string> change) =>
        (await Tool.RunAsync("systemd-analyze", ["verify", "--man=no", await WriteAsync(folder, change)])).Output;

    // The same unit, with a program that is here.
    private static async Task<string> WriteAsync(TempFolder folder, Func<string, string> change)
    {
        var unit = folder.File("maskedverify.service");
        var text = await File.ReadAllTextAsync(Tool.Deploy("systemd", "maskedverify.service"));
        await File.WriteAllTextAsync(unit, change(text).Replace("/opt/maskedverify/MaskedVerify.Front", Path.ChangeExtension(BuiltProgram.Server, null), StringComparison.Ordinal));
        return unit;
    }
}
