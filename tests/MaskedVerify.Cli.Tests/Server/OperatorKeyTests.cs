using MaskedVerify.Cli.Server;

namespace MaskedVerify.Cli.Tests.Server;

public sealed class OperatorKeyTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("mv-cli-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void Find_WhenAFileIsNamed_PrefersIt()
    {
        Write("operator.key", "from-data");
        var named = Write("other.key", " from-file \n");
        Assert.Equal("from-file", OperatorKey.Find(named, _data, _ => "from-environment")!.Text);
    }

    [Fact]
    public void Find_WhenTheEnvironmentHasOne_PrefersItToTheDataFolder()
    {
        Write("operator.key", "from-data");
        Assert.Equal("from-environment", OperatorKey.Find(null, _data, _ => "from-environment")!.Text);
    }

    [Fact]
    public void Find_OtherwiseInTheDataFolder()
    {
        Write("operator.key", "from-data\n");
        Assert.Equal("from-data", OperatorKey.Find(null, _data, _ => null)!.Text);
    }

    [Fact]
    public void Find_WhenThereIsNone_IsNull() => Assert.Null(OperatorKey.Find(null, _data, _ => "  "));

    [Fact]
    public void Find_WhenTheNamedFileIsMissing_SaysSo()
    {
        var thrown = Assert.Throws<CliException>(() => OperatorKey.Find(Path.Combine(_data, "none.key"), _data, _ => "from-environment"));
        Assert.Equal(ExitCodes.NotAllowed, thrown.ExitCode);
        Assert.Contains("none.key", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_WhenTheNamedFileIsEmpty_SaysSo() =>
        Assert.Contains("is empty", Assert.Throws<CliException>(() => OperatorKey.Find(Write("empty.key", "\n"), _data, _ => null)).Message, StringComparison.Ordinal);

    [Fact]
    public void ToString_HidesTheText() => Assert.DoesNotContain("secret", new OperatorKey("secret", "file").ToString(), StringComparison.Ordinal);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_data, name);
        File.WriteAllText(path, text);
        return path;
    }
}
