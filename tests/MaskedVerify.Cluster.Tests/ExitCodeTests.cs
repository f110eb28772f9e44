using MaskedVerify.Cluster.Tests.Servers;
using Npgsql;

namespace MaskedVerify.Cluster.Tests;

/// <summary>What a supervisor sees of a silo that ended in an unusual way.</summary>
public sealed class ExitCodeTests
{
    [Fact]
    public async Task Terminate_Twice_EndsAtOnceWithCode6()
    {
        using var folder = new TempFolder();
        await using var server = await ServerProcess.StartAsync(folder.Data, "--drain-delay", "60");
        await server.SignalAsync("TERM");
        using var health = new Api(server, "x", server.Internal);
        await Testing.Eventually.TrueAsync(async () => await health.StatusOfAsync("/health/ready") == 503, "the server drains");

        Assert.Equal(6, await server.TerminateAsync());
        Assert.Contains("a second signal came", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_ThatTheOthersGaveUp_EndsWithCode7AndASentence()
    {
        await using var silos = await RoleSilos.CreateAsync();
        await silos.StartVaultAsync();
        var stopped = await silos.StartVaultAsync();
        await stopped.SignalAsync("STOP");
        await Testing.Eventually.TrueAsync(() => IsCountedAsDeadAsync(silos), "the other silo counts it as dead");
        await stopped.SignalAsync("CONT");

        await Testing.Eventually.TrueAsync(() => stopped.ExitCode is not null, "it has ended");

        Assert.Equal(7, stopped.ExitCode);
        Assert.Contains("MaskedVerify stops at once: it cannot stay in the cluster", stopped.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", stopped.Output, StringComparison.Ordinal);
    }

    private static async Task<bool> IsCountedAsDeadAsync(RoleSilos silos)
    {
        await using var source = NpgsqlDataSource.Create(silos.Database.ConnectionString);
        await using var command = source.CreateCommand("SELECT count(*) FROM control.OrleansMembershipTable WHERE Status = 6");
        return (long)(await command.ExecuteScalarAsync())! == 1;
    }
}
