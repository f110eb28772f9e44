using System.Diagnostics;
using System.Globalization;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests;

/// <summary>A silo beside a database server that comes late, goes and comes back.</summary>
public sealed class DatabaseReturnTests
{
    /// <summary>How long it is away: longer than a connection attempt takes, and than a pool would block after a failed one.</summary>
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(20);

    /// <summary>Between two calls of one caller, who would otherwise keep a processor busy with refusals.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The aim is 5 s on an idle machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Silo_WaitsForItsDatabaseAtTheStart_AndServesSoonAfterEachOutage()
    {
        using var folder = new TempFolder();
        await using var server = await PostgresServer.StartAsync();
        var database = await PostgresDatabase.CreateAsync(server);
        await server.StopAsync();

        await using var silo = ServerProcess.LaunchSilo(
            folder.Data, new Dictionary<string, string>(), "--urls", "http://127.0.0.1:0", "--engine", "postgres", "--database", database.ConnectionString, "--migrate-at-start", "true");
        await Eventually.TrueAsync(() => silo.Output.Contains("cannot be reached", StringComparison.Ordinal), "the start says what it waits for");
        Assert.Contains("The start waits for it, 60 s at most", silo.Output, StringComparison.Ordinal);
        await server.LaunchAsync();
        await silo.ReadyAsync();
        using var api = new Api(silo);
        Assert.Equal(201, (await api.StartAsync(Numbers.Next())).Status);

        foreach (var end in new Func<Task>[] { server.StopAsync, server.KillAsync })
        {
            await end();
            for (var outage = Stopwatch.StartNew(); outage.Elapsed < Away; await Task.Delay(Pause, TestContext.Current.CancellationToken))
                Assert.Equal(503, (await api.StartAsync(Numbers.Next())).Status);
            await server.LaunchAsync();

            var back = Stopwatch.StartNew();
            await Eventually.TrueAsync(async () => (await api.StartAsync(Numbers.Next())).Status == 201, "a start is accepted");
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Accepted {back.Elapsed.TotalSeconds:0.0} s after the database was back."));
            Assert.True(back.Elapsed < Limit, $"Accepted {back.Elapsed} after the database was back.");
        }
    }
}
