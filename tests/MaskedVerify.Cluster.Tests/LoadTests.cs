using MaskedVerify.Cluster.Tests.Operations;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests;

/// <summary>The load program drives what it says, for a moment: its exit code is 0 only when there were pairs and not one error.</summary>
public sealed class LoadTests
{
    private static readonly string[] Short = ["--seconds", "1", "--warmup", "1", "--reference-seconds", "0", "--connections", "4"];

    [Theory]
    [InlineData("--target http --idempotency-keys")]
    [InlineData("--target host --silos 2")]
    [InlineData("--target host --inside --warm 8")]
    [InlineData("--target client")]
    [InlineData("--engine postgres --silos 2")]
    public async Task Run_OfAMoment_HasPairsAndNoErrors(string arguments)
    {
        var (code, output) = await Tool.RunAsync("dotnet", [BuiltProgram.Load, .. arguments.Split(' '), .. Short]);
        Assert.True(code == 0, output);
        Assert.Contains("pairs/s", output, StringComparison.Ordinal);
    }

    /// <summary>Thousands of pairs in a few windows: every table but the audit log stays as small as its window.</summary>
    [Fact]
    public async Task Soak_OfSomeWindows_LeavesTablesAndFileSteady()
    {
        var (code, output) = await Tool.RunAsync("dotnet", [BuiltProgram.Load, "soak", "--minutes", "0.15", "--window", "2", "--rate", "400", "--aliases", "512"]);
        Assert.True(code == 0, output);
        Assert.Contains("0 fault(s)", output, StringComparison.Ordinal);
    }

    /// <summary>The same on PostgreSQL, where room comes back only through the vacuum; without it, bytes grow although rows do not, and the soak sees that.</summary>
    [Theory]
    [InlineData("on", 0, "; 0 fault(s)")]
    [InlineData("off", 1, "the tables grew by")]
    public async Task Soak_OnPostgres_IsSteadyOnlyWhereTheVacuumComesBy(string autovacuum, int expected, string text)
    {
        await using var server = await PostgresServer.StartAsync("autovacuum_naptime=1s", "autovacuum=" + autovacuum);
        var database = await PostgresDatabase.CreateAsync(server);
        var (code, output) = await Tool.RunAsync(
            "dotnet", [BuiltProgram.Load, "soak", "--minutes", "0.4", "--window", "2", "--rate", "300", "--aliases", "512", "--postgres", database.ConnectionString]);
        Assert.True(code == expected, output);
        Assert.Contains(text, output, StringComparison.Ordinal);
    }

    /// <summary>The soak sees it when nobody sweeps.</summary>
    [Fact]
    public async Task Soak_WithoutASweeper_Fails()
    {
        var (code, output) = await Tool.RunAsync("dotnet", [BuiltProgram.Load, "soak", "--minutes", "0.1", "--window", "1", "--rate", "1000", "--aliases", "512", "--no-sweep"]);
        Assert.True(code == 1, output);
        Assert.Contains("outcomes has", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AgainstARunningServer_HasPairsAndNoErrors()
    {
        using var folder = new TempFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data);
        string[] where = ["--url", server.Public, "--internal-url", server.Internal, "--operator-key", Path.Combine(folder.Data, "operator.key")];
        var (code, output) = await Tool.RunAsync("dotnet", [BuiltProgram.Load, .. where, .. Short]);
        Assert.True(code == 0, output);
    }
}
