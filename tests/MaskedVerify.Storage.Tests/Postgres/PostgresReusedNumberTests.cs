using System.Globalization;
using MaskedVerify.Domain;
using MaskedVerify.Testing;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>
/// A server that dies before it wrote down that it gave a transaction its number gives the number again, and then says of it what became of the second one.
/// </summary>
public sealed class PostgresReusedNumberTests : IAsyncLifetime
{
    private PostgresServer? _server;
    private PostgresDatabase? _database;
    private PostgresStorage? _storage;

    private PostgresStorage Storage => _storage!;

    public async ValueTask InitializeAsync()
    {
        // Nothing but a commit writes the log down: not the log's own writer, not a vacuum.
        _server = await PostgresServer.StartAsync("wal_writer_delay=10s", "autovacuum=off");
        _database = await PostgresDatabase.CreateAsync(_server);
        _storage = new PostgresStorage(_database);
        await Storage.Migrator.MigrateAsync();
        await Storage.Hot.CommitAsync(Commit("pa-1", 0, "before"));
    }

    public async ValueTask DisposeAsync()
    {
        await _storage!.DisposeAsync();
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task Commit_WhenAnotherTransactionGotItsNumber_IsNotTakenForWritten()
    {
        var after = new string('a', 40);
        var lost = LoseNumberAtCommit();

        var result = await Storage.Hot.CommitAsync(Commit("pa-1", 1, after, Audit("one"), Unique("one")));

        Assert.True(lost.IsCompletedSuccessfully);

        // The old version still stood there, so the batch was written once more, this time for good.
        Assert.Equal(new CommitResult(CommitStatus.Committed, 2), result);
        Assert.Equal(after, Text(await Storage.Hot.ReadAsync("sample", "pa-1")));
        Assert.NotNull(await Storage.Hot.FindUniqueKeyAsync(Key("one")));
        Assert.Equal(1L, await _database!.ScalarAsync<long>("SELECT count(*) FROM hot.audit_outbox"));
    }

    [Fact]
    public async Task Commit_WhenAnotherTransactionGotItsNumberAndNoItemCanTell_IsUnknown()
    {
        var lost = LoseNumberAtCommit();

        await Assert.ThrowsAsync<UnknownOutcomeException>(async () => await Storage.Hot.RecordReceiptAsync(Receipt("m1", AttemptStatus.Sent)));

        Assert.True(lost.IsCompletedSuccessfully);
        Assert.Equal(0L, await _database!.ScalarAsync<long>("SELECT count(*) FROM hot.receipts"));
    }

    /// <summary>Before the next COMMIT is sent: kills the server, starts it, and lets strangers take numbers until the transaction's is among them and committed.</summary>
    private Task LoseNumberAtCommit()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Storage.Engine.Hot.CommitStarting = async () =>
        {
            Storage.Engine.Hot.CommitStarting = null;
            var number = await _database!.ScalarAsync<string>("SELECT backend_xid::text FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL");
            await _server!.KillAsync();
            await _server.LaunchAsync();
            for (var taken = await TakeNumberAsync(); taken != number; taken = await TakeNumberAsync())
            {
                Assert.True(ulong.Parse(taken!, CultureInfo.InvariantCulture) < ulong.Parse(number!, CultureInfo.InvariantCulture), "The server had written the number down.");
            }

            Assert.Equal("committed", await _database.ScalarAsync<string>($"SELECT pg_xact_status('{number}'::xid8)"));
            done.SetResult();
        };
        return done.Task;
    }

    private Task<string?> TakeNumberAsync() => _database!.ScalarAsync<string>("SELECT pg_current_xact_id()::text");
}
