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
    public async Task Commit_WhenSeveralSilosWantTheLastPlacesOfNumbersAtOnce_NoneGetsPastTheCap(int writers)
    {
        const int Numbers = 5;
        const int Cap = 6;
        PostgresStorage[] silos = [Silo(writers), Silo(writers), Silo(writers)];
        var counted = new ConcurrentDictionary<int, int>();
        await Task.WhenAll(Enumerable.Range(0, 240).Select(n => Task.Run(async () =>
        {
            // Each is another alias; a start that is refused because of a lock comes again.
            for (var tries = 0; tries < 50; tries++)
            {
                try
                {
                    var result = await silos[n % 3].Hot.CommitAsync(Commit($"pa-{n}", 0, "x", Unique($"key {n}"), Guard($"number {n % Numbers}", $"send {n}", TimeSpan.Zero, Cap, 100)));
                    counted.AddOrUpdate(n % Numbers, result.Status == CommitStatus.Committed ? 1 : 0, (_, count) => count + (result.Status == CommitStatus.Committed ? 1 : 0));
                    Assert.True(result.Status is CommitStatus.Committed or CommitStatus.NumberAtCap, $"{result.Status}");
                    return;
                }
                catch (StorageUnavailableException)
                {
                }
            }

            Assert.Fail("A start was refused again and again.");
        })));

        Assert.Equal(Enumerable.Repeat(Cap, Numbers), counted.OrderBy(number => number.Key).Select(number => number.Value));
        Assert.Equal(Numbers * Cap, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM hot.guard_counts"));
        Assert.Equal(Numbers * Cap, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM hot.hot_state"));
        Assert.Equal(Numbers * Cap, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM hot.unique_keys"));
        await silos[0].Hot.SweepAsync(Noon.AddDays(2), 1_000);
        Assert.Equal(0, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM hot.guard_numbers"));
        foreach (var silo in silos)
        {
            await silo.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Commit_WhenTwoSilosWriteTheSameRowsAtRandom_NothingIsLostOrDoubled(int writers)
    {
        const int Rows = 12;
        PostgresStorage[] silos = [Silo(writers), Silo(writers)];
        var won = new ConcurrentDictionary<int, int>();
        var keysWon = 0;
        var refused = 0;
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
                    Interlocked.Increment(ref refused);
                }
            }
        })));

        // Of 1200 commits some 440 win, with all 40 keys, and none is refused; were most refused, nothing would be compared with nothing.
        Assert.InRange(refused, 0, 30);
        Assert.InRange(won.Values.Sum(), 200, 1200);
        Assert.InRange(keysWon, 20, 40);

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
    public async Task Commit_WhenOneSiloErasesWhatAnotherBeginsToWrite_OneOfThemWinsWholly()
    {
        const int Count = 60;
        PostgresStorage[] silos = [Silo(), Silo()];
        var ends = await Task.WhenAll(Enumerable.Range(0, Count).Select(async n =>
        {
            var erasure = Task.Run(async () => await silos[n % 2].Hot.CommitAsync(Commit(Pa(n), 0, "erased", new AliasErasedRow(Alias(n)))));
            var start = Task.Run(async () => await silos[(n + 1) % 2].Hot.CommitAsync(
                Commit(Pa(n), 0, "started", Due(n, 1), Outcome(n, 1), Map($"m{n}", n, 1), Unique($"{n}") with { Alias = Alias(n) })));
            return (Erased: (await erasure).Status, Started: (await start).Status);
        }));

        for (var n = 0; n < Count; n++)
        {
            var isErased = ends[n].Erased == CommitStatus.Committed;
            Assert.Equal(isErased ? CommitStatus.VersionConflict : CommitStatus.Committed, ends[n].Started);
            Assert.Equal(isErased ? "erased" : "started", Text(await silos[0].Hot.ReadAsync("sample", Pa(n))));
            Assert.Equal(isErased, await silos[0].Hot.ReadOutcomeAsync(Verification(n, 1)) is null);
            Assert.Equal(isErased, await silos[0].Hot.FindUniqueKeyAsync(Key($"{n}")) is null);
        }

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

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Drain_WhenSilosDrainWhileAllCommit_EachEventIsThereOnceAndAnAliasKeepsItsOrder(int writers)
    {
        const int Aliases = 60;
        const int Commits = 25;
        PostgresStorage[] silos = [Silo(writers), Silo(writers), Silo(writers)];
        using var written = new CancellationTokenSource();
        var drains = silos.Select(silo => Task.Run(async () =>
        {
            while (!written.IsCancellationRequested)
            {
                await silo.Hot.AuditOutbox.DrainAsync(40);
            }
        })).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Aliases).Select(alias => Task.Run(async () =>
        {
            // An alias that moves from silo to silo, as activations do.
            for (var n = 0; n < Commits; n++)
            {
                var result = await silos[(alias + n) % 3].Hot.CommitAsync(Commit($"pa-{alias}", n, "x", Audit($"{alias} {n}", $"tn-{alias % 7}")));
                Assert.Equal(CommitStatus.Committed, result.Status);
            }
        })));
        await written.CancelAsync();
        await Task.WhenAll(drains);
        while (await silos[0].Hot.AuditOutbox.DrainAsync(100) > 0)
        {
        }

        var log = await fixture.Database.ReadAuditLogAsync();
        Assert.Equal(Aliases * Commits, log.Count);
        Assert.All(log.GroupBy(row => row.Shard), shard => Assert.Equal(Enumerable.Range(1, shard.Count()).Select(n => (long)n), shard.Select(row => row.Number)));
        Assert.All(
            log.Select(row => System.Text.Encoding.UTF8.GetString(row.Row.Payload).Split(' ')).GroupBy(name => name[0], name => name[1], StringComparer.Ordinal),
            alias => Assert.Equal(Enumerable.Range(0, Commits).Select(n => $"{n}"), alias));
        foreach (var silo in silos)
        {
            await silo.DisposeAsync();
        }
    }

    [Fact]
    public async Task Drain_WhenALowerNumberCommitsLater_MovesItNext()
    {
        await using var silo = Silo();
        await using var late = new Npgsql.NpgsqlConnection(fixture.Database.ConnectionString + ";Pooling=false");
        await late.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await late.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var insert = new Npgsql.NpgsqlCommand("INSERT INTO hot.audit_outbox (event_id, tenant, payload, at) VALUES ('\\x01', 'tn-sample', 'late', 5)", late, transaction);
        await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await silo.Hot.CommitAsync(Commit("pa-1", 0, "x", Audit("early")));

        Assert.Equal(1, await silo.Hot.AuditOutbox.DrainAsync(10));
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await silo.Hot.AuditOutbox.DrainAsync(10));

        Assert.Equal(["early", "late"], (await fixture.Database.ReadAuditLogAsync()).Select(row => System.Text.Encoding.UTF8.GetString(row.Row.Payload)));
    }

    [Fact]
    public async Task Drain_WhenAnotherIsAtIt_DoesNotWait()
    {
        await using var silo = Silo();
        await silo.Hot.CommitAsync(Commit("pa-1", 0, "x", Audit("a")));
        await using var other = new Npgsql.NpgsqlConnection(fixture.Database.ConnectionString + ";Pooling=false");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var hold = new Npgsql.NpgsqlCommand("SELECT 1 FROM hot.audit_heads WHERE shard = 0 FOR UPDATE", other, transaction);
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, await silo.Hot.AuditOutbox.DrainAsync(10));
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await silo.Hot.AuditOutbox.DrainAsync(10));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Drain_WhenTheConnectionBreaksAroundTheCommit_IsRightWhenRepeated(bool written)
    {
        await using var silo = Silo();
        await silo.Hot.CommitAsync(Commit("pa-1", 0, "x", Audit("a"), Audit("b")));
        Func<Task> fail = () => throw new IOException("The connection is gone.");
        silo.Engine.Hot.CommitStarting = written ? null : fail;
        silo.Engine.Hot.CommitEnded = written ? fail : null;
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await silo.Hot.AuditOutbox.DrainAsync(10));
        (silo.Engine.Hot.CommitStarting, silo.Engine.Hot.CommitEnded) = (null, null);

        Assert.Equal(written ? 0 : 2, await silo.Hot.AuditOutbox.DrainAsync(10));
        Assert.Equal([1L, 2L], (await fixture.Database.ReadAuditLogAsync()).Select(row => row.Number));
    }

    [Theory]
    [InlineData("UPDATE hot.audit_log SET at = 0")]
    [InlineData("DELETE FROM hot.audit_log")]
    [InlineData("TRUNCATE hot.audit_log")]
    public async Task AuditLog_WhenAnybodyWouldChangeIt_Refuses(string sql)
    {
        await using var silo = Silo();
        await silo.Hot.CommitAsync(Commit("pa-1", 0, "x", Audit("a")));
        await silo.Hot.AuditOutbox.DrainAsync(10);

        Assert.Contains("append-only", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => fixture.Database.ExecuteAsync(sql))).MessageText, StringComparison.Ordinal);
        Assert.Single(await fixture.Database.ReadAuditLogAsync());
    }

    private PostgresStorage Silo(int writers = 1) => new(fixture.Database, configure: options => options.Writers = writers);
}
