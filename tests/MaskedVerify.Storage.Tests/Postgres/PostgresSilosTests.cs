using System.Collections.Concurrent;
using System.Security.Cryptography;
using MaskedVerify.Domain;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>Several stores on one database, as several silos would be.</summary>
public sealed class PostgresSilosTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await fixture.Database.TruncateAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Commit_WhenTwoSilosWriteTheSameRowsAtRandom_NothingIsLostOrDoubled(int writers)
    {
        const int Rows = 12;
        PostgresStorage[] silos = [Silo(writers), Silo(writers)];
        var won = new ConcurrentDictionary<int, int>();
        var keysWon = 0;
        await Task.WhenAll(Enumerable.Range(0, 24).Select(worker => Task.Run(async () =>
        {
            var store = silos[worker % 2].Hot;
            for (var i = 0; i < 25; i++)
            {
                var n = RandomNumberGenerator.GetInt32(Rows);
                try
                {
                    var version = (await store.ReadAsync("sample", $"pa-{n}"))?.Version ?? 0;
                    var name = $"key {RandomNumberGenerator.GetInt32(40)}";
                    var result = await store.CommitAsync(Commit(
                        $"pa-{n}", version, $"{version + 1}", Unique(name), Due(n, 1), Map($"m{n}", n, 1), Guard("one", $"{worker} {i}"), Audit($"{n} {version + 1}")));
                    if (result.Status == CommitStatus.Committed)
                    {
                        won.AddOrUpdate(n, 1, static (_, count) => count + 1);
                        Interlocked.Increment(ref keysWon);
                    }

                    result = await store.CommitAsync(Commit($"pa-{n}", (await store.ReadAsync("sample", $"pa-{n}"))?.Version ?? 0, "x", Guard("two", $"{worker} {i}")));
                    var more = result.Status == CommitStatus.Committed ? 1 : 0;
                    won.AddOrUpdate(n, more, (_, count) => count + more);
                    await store.RecordReceiptAsync(Receipt($"m{n}", AttemptStatus.Sent));
                }
                catch (StorageUnavailableException)
                {
                    // Twice in a deadlock: refused, so nothing of it was written.
                }
            }
        })));

        for (var n = 0; n < Rows; n++)
        {
            var row = await silos[0].Hot.ReadAsync("sample", $"pa-{n}");
            Assert.Equal(won.GetValueOrDefault(n), row?.Version ?? 0);
        }

        Assert.Equal(keysWon, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM hot.unique_keys"));
        Assert.Equal(keysWon, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM hot.audit_outbox"));
        Assert.Equal(won.Values.Sum(), await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM hot.guard_counts"));
        foreach (var silo in silos)
        {
            await silo.DisposeAsync();
        }
    }

    [Fact]
    public async Task Due_WhenSilosPollAtOnce_EachStepIsTakenOnce()
    {
        PostgresStorage[] silos = [Silo(), Silo(), Silo()];
        await Task.WhenAll(Enumerable.Range(0, 200).Select(n => silos[n % 3].Hot.CommitAsync(Commit($"pa-{n}", 0, "a", Due(n, 1))).AsTask()));

        // A poller that finds every row held by another comes again, as pollers do.
        var taken = new ConcurrentBag<VerificationId>();
        await Task.WhenAll(silos.Select(silo => Task.Run(async () =>
        {
            while (taken.Count < 200)
            {
                foreach (var row in await silo.Hot.ClaimDueAsync(Noon, Noon.AddMinutes(1), 9))
                {
                    taken.Add(row.Verification);
                }
            }
        })));

        Assert.Equal(200, taken.Count);
        Assert.Equal(200, taken.Distinct().Count());
        foreach (var silo in silos)
        {
            await silo.DisposeAsync();
        }
    }

    private PostgresStorage Silo(int writers = 1) => new(fixture.Database, configure: options => options.Writers = writers);
}
