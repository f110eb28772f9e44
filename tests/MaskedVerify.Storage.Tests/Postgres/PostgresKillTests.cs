using System.Collections.Concurrent;
using MaskedVerify.Domain;
using MaskedVerify.Testing;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>A server of its own that is killed under load and started again.</summary>
public sealed class PostgresKillTests
{
    [Fact]
    public async Task Commit_WhenTheServerIsKilledUnderLoad_NothingAcknowledgedIsLost()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await PostgresDatabase.CreateAsync(server);
        await using var storage = new PostgresStorage(database, configure: options => options.LookUpTimeout = TimeSpan.FromMilliseconds(200));
        await storage.Migrator.MigrateAsync();
        var acknowledged = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        var failures = 0;
        using var end = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 16).Select(n => Task.Run(async () =>
        {
            for (long version = 0; !end.IsCancellationRequested;)
            {
                try
                {
                    var result = await storage.Hot.CommitAsync(Commit($"pa-{n}", version, $"{version + 1}", Audit($"{n} {version + 1}")));
                    if (result.Status == CommitStatus.Committed)
                    {
                        acknowledged[$"pa-{n}"] = version = result.Version;
                        continue;
                    }

                    version = (await storage.Hot.ReadAsync("sample", $"pa-{n}"))?.Version ?? 0;
                }
                catch (StorageUnavailableException)
                {
                    Interlocked.Increment(ref failures);
                    await Task.Delay(20);
                }
            }
        })).ToArray();

        for (var kill = 0; kill < 2; kill++)
        {
            var before = acknowledged.Values.Sum();
            await Eventually.TrueAsync(() => acknowledged.Values.Sum() > before + 50, "commits go on");
            await server.KillAsync();
            var failed = Volatile.Read(ref failures);
            await Eventually.TrueAsync(() => Volatile.Read(ref failures) > failed, "the killed server is noticed");
            await server.LaunchAsync();
        }

        var last = acknowledged.Values.Sum();
        await Eventually.TrueAsync(() => acknowledged.Values.Sum() > last + 50, "commits go on after the restart");
        await end.CancelAsync();
        await Task.WhenAll(writers);

        foreach (var (key, version) in acknowledged)
        {
            var row = await storage.Hot.ReadAsync("sample", key);
            Assert.True(row!.Version >= version, $"{key} was acknowledged up to {version} and is at {row.Version}.");
            Assert.Equal($"{row.Version}", Text(row));
        }

        // One event per version that stands, no more and no fewer: state and side rows went together.
        Assert.Equal(
            await database.ScalarAsync<decimal>("SELECT sum(version) FROM hot.hot_state"), await database.ScalarAsync<long>("SELECT count(*) FROM hot.audit_outbox"));
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM (SELECT 1 FROM hot.audit_outbox GROUP BY event_id HAVING count(*) > 1) doubled"));
    }

    [Fact]
    public async Task Launch_WhileAChildOfTheKilledServerStandsStill_WaitsForItsEnd()
    {
        await using var server = await PostgresServer.StartAsync();
        await using (var connection = new Npgsql.NpgsqlConnection(server.ConnectionString("postgres")))
            await connection.OpenAsync();

        await server.FreezeAsync();
        await server.KillAsync();
        var launched = server.LaunchAsync();
        await Task.Delay(1_500);
        Assert.False(launched.IsCompleted);

        await server.ThawAsync();
        await launched;
        await using var again = new Npgsql.NpgsqlConnection(server.ConnectionString("postgres") + ";Pooling=false");
        await again.OpenAsync();
    }
}
