using System.Runtime.Versioning;
using MaskedVerify.Cluster.Tests.Operations;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Front.Configuration;
using Microsoft.Data.Sqlite;

namespace MaskedVerify.Cluster.Tests;

/// <summary>A data folder that cannot be used is refused at start with a sentence; one that fails later costs requests, not state.</summary>
public sealed class DataFolderTests(UsedFolder used) : IClassFixture<UsedFolder>
{
    // The mode of a file does not bind root, unless that right is taken from it.
    private static readonly string[] s_asOwnerOnly = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"] : [];

    [Fact]
    public async Task Start_WhenAnotherServerHasTheFolder_RefusesAndLeavesTheFirstAlone()
    {
        var (code, error) = await ServerProcess.RunToEndAsync("--data", used.Data, "--urls", "http://127.0.0.1:0", "--internal-port", "0");
        Assert.Equal(ExitCodes.DataUnusable, code);
        Assert.Contains("in use by another server", error, StringComparison.Ordinal);
        AssertNoStack(error);
        using var api = new Api(used.Process);
        Assert.Equal(201, (await api.StartAsync(Numbers.Next())).Status);
    }

    // Nobody may write there, not even root.
    [Theory]
    [InlineData("/sys/kernel")]
    [InlineData("/proc/maskedverify")]
    [InlineData("/dev/null/data")]
    public async Task Start_WhenTheFolderCannotBeWritten_Refuses(string data)
    {
        var (code, error) = await RunAsync(data);
        Assert.Equal(ExitCodes.DataUnusable, code);
        Assert.Contains(data, error, StringComparison.Ordinal);
        Assert.Contains("--data", error, StringComparison.Ordinal);
        AssertNoStack(error);
    }

    [Fact]
    public async Task Start_WhenTheSchemaIsNewer_Refuses()
    {
        using var folder = new TempFolder();
        used.CopyTo(folder.Data);
        await ExecuteAsync(Path.Combine(folder.Data, "hot.db"), "INSERT INTO schema_version (version, name, checksum, applied_at) VALUES (9999, '9999-hot-from-the-future', 'x', '2030')");
        var (code, error) = await RunAsync(folder.Data);
        Assert.Equal(ExitCodes.DataUnusable, code);
        Assert.Contains("hot.db", error, StringComparison.Ordinal);
        AssertNoStack(error);
    }

    [Theory]
    [InlineData("hot.db")]
    [InlineData("keys.db")]
    [InlineData("control.db")]
    [UnsupportedOSPlatform("windows")]
    public async Task Start_WhenADatabaseIsReadOnly_Refuses(string name)
    {
        using var folder = new TempFolder();
        used.CopyTo(folder.Data);
        File.SetUnixFileMode(Path.Combine(folder.Data, name), UnixFileMode.UserRead);
        var (code, error) = await ServerProcess.RunToEndUnderAsync(s_asOwnerOnly, "--data", folder.Data, "--urls", "http://127.0.0.1:0", "--internal-port", "0");
        Assert.Equal(ExitCodes.DataUnusable, code);
        Assert.Contains(name, error, StringComparison.Ordinal);
        Assert.Contains("is read-only; make the file and its folder writable", error, StringComparison.Ordinal);
        AssertNoStack(error);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Start_UnderAnOpenUmask_MakesEverythingForItsOwnerAlone()
    {
        using var folder = new TempFolder();
        await using var server = await ServerProcess.StartUnderAsync(["sh", "-c", "umask 000; exec \"$@\"", "sh"], folder.Data);
        using var api = new Api(server);
        Assert.Equal(201, (await api.StartAsync(Numbers.Next())).Status);
        Assert.True(File.Exists(Path.Combine(folder.Data, "hot.db-wal")));
        Assert.Empty(OpenToOthers(folder.Data));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Start_WhenFolderAndFilesAreOpenToOthers_ClosesThemAndSaysSo()
    {
        using var folder = new TempFolder();
        used.CopyTo(folder.Data);
        File.SetUnixFileMode(folder.Data, (UnixFileMode)0b111_101_101);
        string[] files = ["hot.db", "keys.db", "control.db", "server.lock", "operator.key", "observer.key", "sandbox.key"];
        foreach (var file in files)
            File.SetUnixFileMode(Path.Combine(folder.Data, file), (UnixFileMode)0b110_100_100);

        await using var server = await ServerProcess.StartAsync(folder.Data);

        Assert.Empty(OpenToOthers(folder.Data));
        Assert.Contains($"{folder.Data} was open to others (mode 755) and is closed now (mode 700).", server.Output, StringComparison.Ordinal);
        Assert.All(files, file => Assert.Contains($"{file} was open to others (mode 644) and is closed now (mode 600).", server.Output, StringComparison.Ordinal));
    }

    // A volume of Kubernetes, for example; or /tmp, named by mistake.
    [Theory]
    [InlineData(true, "may not close it: run chmod 700")]
    [InlineData(false, "holds something else: name a folder of its own")]
    [UnsupportedOSPlatform("windows")]
    public async Task Start_WhenTheFolderIsOpenAndCannotBeClosed_Refuses(bool ofAnother, string words)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.Data);
        if (ofAnother)
            await Tool.RunAsync("chown", ["65534", folder.Data]);
        else
            await File.WriteAllTextAsync(Path.Combine(folder.Data, "letter.txt"), "x", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(folder.Data, (UnixFileMode)0b111_111_111);

        var (code, error) = await ServerProcess.RunToEndUnderAsync(["setpriv", "--bounding-set=-fowner", "--inh-caps=-fowner"], "--data", folder.Data, "--urls", "http://127.0.0.1:0", "--internal-port", "0");

        Assert.Equal(ExitCodes.DataUnusable, code);
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.Equal((UnixFileMode)0b111_111_111, File.GetUnixFileMode(folder.Data));
        AssertNoStack(error);
    }

    [Fact]
    public async Task Start_WhenADatabaseIsGarbage_Refuses()
    {
        using var folder = new TempFolder();
        used.CopyTo(folder.Data);
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "keys.db"), new string('x', 8192), TestContext.Current.CancellationToken);
        var (code, error) = await RunAsync(folder.Data);
        Assert.Equal(ExitCodes.DataUnusable, code);
        Assert.Contains("keys.db", error, StringComparison.Ordinal);
        AssertNoStack(error);
    }

    [Fact]
    public async Task Start_WhenThePortIsTaken_Refuses()
    {
        using var folder = new TempFolder();
        var (code, error) = await ServerProcess.RunToEndAsync("--data", folder.File("other"), "--urls", used.Process.Public, "--internal-port", "0");
        Assert.Equal(ExitCodes.PortInUse, code);
        Assert.Contains("--urls", error, StringComparison.Ordinal);
        AssertNoStack(error);
    }

    [Fact]
    public async Task Start_WhenSeveralSettingsAreWrong_NamesAllOfThem()
    {
        var (code, error) = await RefusedStart.RunAsync("--carrier", "smpp", "--internal-port", "99999", "--nonsense");
        Assert.Equal(ExitCodes.Misconfigured, code);
        Assert.Contains("--nonsense", error, StringComparison.Ordinal);
        AssertNoStack(error);
    }

    [Fact]
    public async Task Requests_WhileTheDatabaseIsLocked_Are503_AndWorkAfterwards()
    {
        using var api = new Api(used.Process);
        var before = await api.StartAsync(Numbers.Next());
        var code = await api.CodeAsync(before.Alias);
        await using (var connection = await OpenAsync(Path.Combine(used.Data, "hot.db")))
        {
            await ExecuteAsync(connection, "BEGIN IMMEDIATE");
            var refused = await api.CheckAsync(before.Id, code!, "while-locked");
            Assert.Equal(503, refused.Status);
            Assert.True(refused.HasRetryAfter);
            await ExecuteAsync(connection, "ROLLBACK");
        }

        // The refused check may have waited for the lock and be done now: with its key, its answer is asked for again.
        var answer = await api.CheckAsync(before.Id, code!, "while-locked");
        for (var retry = 0; answer.Status is 503 or 409 && retry < 20; retry++)
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
            answer = await api.CheckAsync(before.Id, code!, "while-locked");
        }

        Assert.Equal("approved", answer.VerificationStatus);
    }

    [UnsupportedOSPlatform("windows")]
    private static IEnumerable<string> OpenToOthers(string data) =>
        Directory.GetFileSystemEntries(data, "*", SearchOption.AllDirectories).Prepend(data).Where(path => ((int)File.GetUnixFileMode(path) & 0b111_111) != 0);

    private static Task<(int Code, string Error)> RunAsync(string data) =>
        RefusedStart.RunAsync("--data", data, "--urls", "http://127.0.0.1:0", "--internal-port", "0");

    private static void AssertNoStack(string error) => Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);

    private static async Task<SqliteConnection> OpenAsync(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static async Task ExecuteAsync(string file, string sql)
    {
        await using var connection = await OpenAsync(file);
        await ExecuteAsync(connection, sql);
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
