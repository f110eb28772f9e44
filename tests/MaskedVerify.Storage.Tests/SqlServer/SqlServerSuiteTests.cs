using System.Diagnostics;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>Whether the tests that need a real server are out of a run without one, and really ask for it in a run with one.</summary>
public sealed class SqlServerSuiteTests
{
    [Fact]
    public async Task Suite_WhenNoServerIsNamed_IsNotPartOfARun()
    {
        var (_, output) = await RunAsync(null, "--list-tests");

        Assert.Contains(nameof(SqlServerStatementTests), output, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(SqlServerHotStoreTests) + ".", output, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(SqlServerOrleansTests) + ".", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*.SqlServerHotStoreTests")]
    [InlineData("*.SqlServerOrleansTests")]
    public async Task Suite_WhenTheNamedServerCannotBeReached_FailsAndSaysWhichAndWhy(string suite)
    {
        var (code, output) = await RunAsync("Server=127.0.0.1,1;User ID=sa;Password=hunter2;Connect Timeout=1;Encrypt=true", "--filter-class", suite, "--no-ansi", "--progress", "off");

        Assert.NotEqual(0, code);
        Assert.Contains($"The server that {SqlServerSuite.Variable} names (127.0.0.1,1/master) cannot be reached; see that the server runs", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
        Assert.Matches("skipped: 0", output);
        Assert.DoesNotMatch("total: 0", output);
    }

    private static async Task<(int Code, string Output)> RunAsync(string? server, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment.Remove(SqlServerSuite.Variable);
        if (server is not null)
        {
            start.Environment[SqlServerSuite.Variable] = server;
            start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "false";
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}
