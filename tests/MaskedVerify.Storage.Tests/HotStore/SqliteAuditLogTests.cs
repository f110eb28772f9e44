using MaskedVerify.Domain;
using MaskedVerify.Testing;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.HotStore;

/// <summary>The audit log of the embedded engine beyond the contract.</summary>
public sealed class SqliteAuditLogTests : IDisposable
{
    private readonly StorageFixture _storage = new();

    private IAuditOutbox Outbox => _storage.Hot.AuditOutbox;

    public void Dispose() => _storage.Dispose();

    [Theory]
    [InlineData("UPDATE audit_log SET at = 0")]
    [InlineData("DELETE FROM audit_log")]
    public async Task AuditLog_WhenAnybodyWouldChangeIt_Refuses(string sql)
    {
        await _storage.Hot.CommitAsync(Commit("pa-1", 0, "x", Audit("a")));
        await Outbox.DrainAsync(10);

        Assert.Contains("append-only", Assert.Throws<SqliteException>(() => SqliteLook.Run(_storage, sql)).Message, StringComparison.Ordinal);
        Assert.Single(await SqliteLook.ReadAuditLogAsync(_storage));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Drain_WhenTheAnswerIsLost_IsRightWhenRepeated(bool written)
    {
        await _storage.Hot.CommitAsync(Commit("pa-1", 0, "x", Audit("a"), Audit("b")));
        void Fail()
        {
            _storage.Files.Hot.CommitStarting = _storage.Files.Hot.CommitEnded = null;
            throw new SqliteException("disk I/O error", raw.SQLITE_IOERR, raw.SQLITE_IOERR_FSYNC);
        }

        _storage.Files.Hot.CommitStarting = written ? null : Fail;
        _storage.Files.Hot.CommitEnded = written ? Fail : null;
        await Assert.ThrowsAsync<UnknownOutcomeException>(async () => await Outbox.DrainAsync(10));

        Assert.Equal(written ? 0 : 2, await Outbox.DrainAsync(10));
        Assert.Equal([1L, 2L], (await SqliteLook.ReadAuditLogAsync(_storage)).Select(row => row.Number));
    }

    [Fact]
    public async Task Drain_WhenTheLogRefusesARow_LosesNothingAndLetsCommitsPass()
    {
        await _storage.Hot.CommitAsync(Commit("pa-1", 0, "x", Audit("a")));
        await Outbox.DrainAsync(10);
        SqliteLook.Run(_storage, "UPDATE audit_heads SET newest = 0");
        await _storage.Hot.CommitAsync(Commit("pa-2", 0, "x", Audit("b")));

        var drain = Outbox.DrainAsync(10).AsTask();
        var commit = await _storage.Hot.CommitAsync(Commit("pa-3", 0, "x"));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => drain);
        Assert.Equal(CommitStatus.Committed, commit.Status);
        Assert.Equal(1, (await Outbox.ReadBacklogAsync()).Events);
        SqliteLook.Run(_storage, "UPDATE audit_heads SET newest = 1 WHERE shard = " + AuditShards.Of(TenantId.Parse("tn-sample")));
        Assert.Equal(1, await Outbox.DrainAsync(10));
        Assert.Equal([1L, 2L], (await SqliteLook.ReadAuditLogAsync(_storage)).Select(row => row.Number));
    }

    [Fact]
    public async Task Backlog_WhenWritesWait_CountsThem()
    {
        using var storage = new StorageFixture(configure: options => (options.BusyTimeout, options.BatchItems) = (TimeSpan.FromSeconds(20), 4));
        await storage.Hot.CommitAsync(Commit("pa-0", 0, "x", Audit("a")));
        Task[] commits;
        using (new DatabaseLock(storage.Files.Hot.Path))
        {
            commits = [.. Enumerable.Range(1, 30).Select(n => storage.Hot.CommitAsync(Commit($"pa-{n}", 0, "x")).AsTask())];
            await Eventually.TrueAsync(async () => (await storage.Hot.AuditOutbox.ReadBacklogAsync()).Writes is >= 1 and <= 30, "the writes that wait are counted");
            var backlog = await storage.Hot.AuditOutbox.ReadBacklogAsync();
            Assert.Equal((1, Noon), (backlog.Events, backlog.OldestAt));
        }

        await Task.WhenAll(commits);
    }
}
