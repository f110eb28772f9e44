using System.Diagnostics;
using MaskedVerify.Domain;
using MaskedVerify.Testing;
using Npgsql;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>Each way in which a transaction can fail, brought about on purpose.</summary>
public sealed class PostgresFaultTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await fixture.Database.TruncateAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Commit_WhenOneOfABatchIsStale_WritesItsNeighboursOnly()
    {
        await using var storage = new PostgresStorage(fixture.Database);
        await storage.Hot.CommitAsync(Commit("pa-stale", 0, "old"));

        var results = await TogetherAsync(
            storage, [.. Enumerable.Range(0, 20).Select(n => n == 7 ? Commit("pa-stale", 5, "new", Outcome(7, 1), Unique("lost")) : Commit($"pa-{n}", 0, $"{n}", Outcome(n, 1)))]);

        for (var n = 0; n < 20; n++)
        {
            Assert.Equal(n == 7 ? CommitStatus.VersionConflict : CommitStatus.Committed, results[n].Status);
            Assert.Equal(n != 7, await storage.Hot.ReadOutcomeAsync(Verification(n, 1)) is not null);
        }

        Assert.Null(await storage.Hot.FindUniqueKeyAsync(Key("lost")));
        Assert.Equal("old", Text(await storage.Hot.ReadAsync("sample", "pa-stale")));
    }

    [Fact]
    public async Task Commit_WhenARowCannotBeStored_FailsAloneBesideGoodOnes()
    {
        await using var storage = new PostgresStorage(fixture.Database);

        // PostgreSQL stores no NUL in a text.
        var bad = Commit("pa-bad", 0, "bad", Map("m\0", 9, 1), Unique("bad"));
        var commits = Enumerable.Range(0, 30).Select(n => n == 13 ? bad : Commit($"pa-{n}", 0, $"{n}", Map($"m{n}", n, 1), Unique($"{n}"))).ToArray();
        var tasks = await StartTogetherAsync(storage, commits);

        for (var n = 0; n < 30; n++)
        {
            if (n == 13)
            {
                var error = await Assert.ThrowsAsync<StorageUnavailableException>(() => tasks[n]);
                Assert.Contains("does not take this row", error.Message, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(new CommitResult(CommitStatus.Committed, 1), await tasks[n]);
            }
        }

        Assert.Null(await storage.Hot.ReadAsync("sample", "pa-bad"));
        Assert.Null(await storage.Hot.FindUniqueKeyAsync(Key("bad")));
        Assert.Equal(29L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM hot.unique_keys"));
    }

    [Fact]
    public async Task Commit_WhenTheAnswerOfANeighbourCannotBeRead_IsTold()
    {
        await using var storage = new PostgresStorage(fixture.Database);

        // A verification that is none: the row moves, and becomes no answer.
        await fixture.Database.ExecuteAsync($"""
            INSERT INTO hot.receipts (carrier, message_id, verification, alias_tag, attempt, pending, expires_at)
            VALUES ('{Carrier.Value}', 'damaged', '\x01', '\x02', 0, 0, {Noon.AddDays(1).Ticks})
            """);
        Task<ReceiptMatch?>? damaged = null;
        Task<ReceiptMatch?>? sound = null;
        List<Task<CommitResult>> commits = [];
        await BatchGate.GatherAsync(storage, () =>
        {
            damaged = storage.Hot.RecordReceiptAsync(Receipt("damaged", AttemptStatus.Sent)).AsTask();
            sound = storage.Hot.RecordReceiptAsync(Receipt("sound", AttemptStatus.Sent)).AsTask();
            commits.AddRange(Enumerable.Range(0, 5).Select(n => storage.Hot.CommitAsync(Commit($"pa-{n}", 0, $"{n}")).AsTask()));
        });

        Assert.All(await Task.WhenAll(commits), result => Assert.Equal(new CommitResult(CommitStatus.Committed, 1), result));
        Assert.Null(await sound!);
        await Assert.ThrowsAsync<UnknownOutcomeException>(() => damaged!);
    }

    [Fact]
    public async Task Commit_WhenTwoTransactionsDeadlock_RunsAgainAndSucceeds()
    {
        // The stranger waits longer before it looks for deadlocks, so it is the batch that finds this one.
        await using var storage = new PostgresStorage(
            fixture.Database.ConnectionString + ";Options=-c deadlock_timeout=1500ms", options => options.BusyTimeout = TimeSpan.FromSeconds(10));
        await storage.Hot.CommitAsync(Commit("pa-a", 0, "a"));
        await storage.Hot.CommitAsync(Commit("pa-b", 0, "b"));

        // A stranger holds b and then wants a, while the batch holds a and waits for b.
        await using var other = await OpenAsync("SET deadlock_timeout = '30s'");
        await using var transaction = await other.BeginTransactionAsync();
        await RunAsync(other, "UPDATE hot.hot_state SET version = version WHERE key = '\\x0070612d62'");
        var batch = await StartTogetherAsync(storage, [Commit("pa-a", 1, "a2", Audit("a")), Commit("pa-b", 1, "b2", Audit("b"))]);
        await WaitForLockAsync();
        await RunAsync(other, "UPDATE hot.hot_state SET version = version WHERE key = '\\x0070612d61'");
        await transaction.CommitAsync();

        Assert.All(await Task.WhenAll(batch), result => Assert.Equal(new CommitResult(CommitStatus.Committed, 2), result));
        Assert.Equal(2L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM hot.audit_outbox"));
    }

    [Fact]
    public async Task Commit_WhenALockIsHeldBriefly_RunsAgainAndSucceeds()
    {
        await using var storage = new PostgresStorage(fixture.Database, configure: options => options.BusyTimeout = TimeSpan.FromMilliseconds(300));
        await storage.Hot.CommitAsync(Commit("pa-a", 0, "a"));
        await using var other = await OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await RunAsync(other, "UPDATE hot.hot_state SET version = version");

        var commit = storage.Hot.CommitAsync(Commit("pa-a", 1, "a2")).AsTask();
        await WaitForLockAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(350));
        await transaction.CommitAsync();

        Assert.Equal(new CommitResult(CommitStatus.Committed, 2), await commit);
    }

    [Fact]
    public async Task Commit_WhenALockIsHeldForLong_IsUnavailableAndNothingIsWritten()
    {
        await using var storage = new PostgresStorage(fixture.Database, configure: options => options.BusyTimeout = TimeSpan.FromMilliseconds(100));
        await storage.Hot.CommitAsync(Commit("pa-a", 0, "a"));
        await using var other = await OpenAsync();
        await using (var transaction = await other.BeginTransactionAsync())
        {
            await RunAsync(other, "UPDATE hot.hot_state SET version = version");
            var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Hot.CommitAsync(Commit("pa-a", 1, "a2", Outcome(1, 1))));
            Assert.Contains("55P03", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("a", Text(await storage.Hot.ReadAsync("sample", "pa-a")));
        Assert.Null(await storage.Hot.ReadOutcomeAsync(Verification(1, 1)));
        Assert.Equal(CommitStatus.Committed, (await storage.Hot.CommitAsync(Commit("pa-a", 1, "a3"))).Status);
    }

    [Fact]
    public async Task Commit_WhenARowOfABatchIsHeldForLong_FailsAloneAndTheWriterIsSoonFree()
    {
        await using var storage = new PostgresStorage(fixture.Database, configure: options => options.BusyTimeout = TimeSpan.FromSeconds(2));
        await storage.Hot.CommitAsync(Commit("pa-held", 0, "old"));
        await using var other = await OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await RunAsync(other, "UPDATE hot.hot_state SET version = version");

        var tasks = await StartTogetherAsync(
            storage, [.. Enumerable.Range(0, 32).Select(n => n == 7 ? Commit("pa-held", 1, "new", Outcome(7, 1), Unique("held")) : Commit($"pa-{n}", 0, $"{n}", Outcome(n, 1)))]);
        var began = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<StorageUnavailableException>(() => tasks[7]);

        Assert.Contains("55P03", error.Message, StringComparison.Ordinal);
        for (var n = 0; n < 32; n++)
        {
            Assert.True(n == 7 || await tasks[n] == new CommitResult(CommitStatus.Committed, 1));
            Assert.Equal(n != 7, await storage.Hot.ReadOutcomeAsync(Verification(n, 1)) is not null);
        }

        Assert.Null(await storage.Hot.FindUniqueKeyAsync(Key("held")));

        // Two waits of two seconds for the whole batch, and short ones for its parts: two seconds at each of the five halvings would be over fourteen.
        Assert.True(began.Elapsed < TimeSpan.FromSeconds(12), $"It took {began.Elapsed}.");
    }

    [Fact]
    public async Task Commit_WhenManyRowsOfABatchAreHeldForLong_GivesUpInTime()
    {
        await using var storage = new PostgresStorage(fixture.Database, configure: options => options.BusyTimeout = TimeSpan.FromMilliseconds(200));
        await Task.WhenAll(Enumerable.Range(0, 256).Select(n => storage.Hot.CommitAsync(Commit($"pa-{n}", 0, "old")).AsTask()));
        await using var other = await OpenAsync();
        await using (var transaction = await other.BeginTransactionAsync())
        {
            await RunAsync(other, "UPDATE hot.hot_state SET version = version");
            var tasks = await StartTogetherAsync(storage, [.. Enumerable.Range(0, 256).Select(n => Commit($"pa-{n}", 1, "new"))]);
            var began = Stopwatch.StartNew();
            foreach (var task in tasks)
            {
                await Assert.ThrowsAsync<StorageUnavailableException>(() => task);
            }

            // One after the other, 256 short waits would be over twelve seconds.
            Assert.True(began.Elapsed < TimeSpan.FromSeconds(6), $"It took {began.Elapsed}.");
        }

        Assert.Equal(new CommitResult(CommitStatus.Committed, 2), await storage.Hot.CommitAsync(Commit("pa-7", 1, "newer")));
    }

    [Fact]
    public async Task Commit_WhenTheServerReportsASerialisationFailure_RunsAgainOnce()
    {
        await using var storage = new PostgresStorage(fixture.Database);
        await storage.Hot.CommitAsync(Commit("pa-a", 0, "a"));

        // Fails the first time that it sees the row, as a server does that runs under a stricter isolation.
        await fixture.Database.ExecuteAsync("""
            CREATE SEQUENCE hot.tries;
            CREATE FUNCTION hot.fail() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF nextval('hot.tries') = 1 THEN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END IF; RETURN new; END $$;
            CREATE TRIGGER fail BEFORE UPDATE ON hot.hot_state FOR EACH ROW EXECUTE FUNCTION hot.fail();
            """);
        try
        {
            Assert.Equal(new CommitResult(CommitStatus.Committed, 2), await storage.Hot.CommitAsync(Commit("pa-a", 1, "a2", Audit("once"))));
            Assert.Equal(1L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM hot.audit_outbox"));
        }
        finally
        {
            await fixture.Database.ExecuteAsync("DROP TRIGGER fail ON hot.hot_state; DROP FUNCTION hot.fail(); DROP SEQUENCE hot.tries");
        }
    }

    [Fact]
    public async Task Commit_WhenAZombieWritesAfterItsSuccessor_IsRefused()
    {
        await using var first = new PostgresStorage(fixture.Database);
        await using var second = new PostgresStorage(fixture.Database);
        await first.Hot.CommitAsync(Commit("pa-a", 0, "a"));
        var stale = await first.Hot.ReadAsync("sample", "pa-a");
        await second.Hot.CommitAsync(Commit("pa-a", 1, "successor"));

        var result = await first.Hot.CommitAsync(Commit("pa-a", stale!.Version, "zombie", Outcome(1, 1), Unique("zombie")));

        Assert.Equal(CommitStatus.VersionConflict, result.Status);
        Assert.Equal("successor", Text(await first.Hot.ReadAsync("sample", "pa-a")));
        Assert.Null(await first.Hot.FindUniqueKeyAsync(Key("zombie")));
    }

    [Fact]
    public async Task Commit_WhenTheQueueStaysFull_IsRefusedAndTheRestIsWritten()
    {
        await using var storage = new PostgresStorage(fixture.Database, configure: options =>
        {
            options.QueueLength = 16;
            options.QueueTimeout = TimeSpan.FromMilliseconds(50);
        });
        var gate = new TaskCompletionSource();
        var reached = new TaskCompletionSource();
        storage.Engine.Hot.CommitStarting = () =>
        {
            reached.TrySetResult();
            return gate.Task;
        };
        List<Task<CommitResult>> accepted = [storage.Hot.CommitAsync(Commit("pa-first", 0, "first")).AsTask()];
        await reached.Task;
        accepted.AddRange(Enumerable.Range(0, 16).Select(n => storage.Hot.CommitAsync(Commit($"pa-{n}", 0, $"{n}")).AsTask()));

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Hot.CommitAsync(Commit("pa-late", 0, "late")));
        Assert.Contains("queue is full", error.Message, StringComparison.Ordinal);
        gate.SetResult();

        Assert.All(await Task.WhenAll(accepted), result => Assert.Equal(CommitStatus.Committed, result.Status));
        Assert.Null(await storage.Hot.ReadAsync("sample", "pa-late"));
    }

    private static async Task<List<Task<CommitResult>>> StartTogetherAsync(PostgresStorage storage, HotCommit[] commits)
    {
        List<Task<CommitResult>> tasks = [];
        await BatchGate.GatherAsync(storage, () => tasks.AddRange(commits.Select(commit => storage.Hot.CommitAsync(commit).AsTask())));
        return tasks;
    }

    private static async Task<CommitResult[]> TogetherAsync(PostgresStorage storage, HotCommit[] commits) =>
        await Task.WhenAll(await StartTogetherAsync(storage, commits));

    private async Task<NpgsqlConnection> OpenAsync(string? sql = null)
    {
        var connection = new NpgsqlConnection(fixture.Database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await RunAsync(connection, sql ?? "SELECT 1");
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private Task WaitForLockAsync() => Eventually.TrueAsync(
        async () => await fixture.Database.ScalarAsync<long>(
            $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{fixture.Database.Name}' AND wait_event_type = 'Lock'") > 0,
        "a transaction waits for a lock");
}
