using MaskedVerify.Domain;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.HotStore;

/// <summary>Faults of the file and the disk: a clear exception, nothing lost, and all is well when the fault is gone.</summary>
public sealed class SqliteHotStoreFaultTests : IDisposable
{
    private readonly StorageFixture _storage = new(configure: options => options.BusyTimeout = TimeSpan.FromMilliseconds(40));
    private SqliteConnection? _writer;

    public SqliteHotStoreFaultTests() => File.WriterOpened = connection => _writer = connection;

    private IHotStore Store => _storage.Hot;

    private SqliteFile File => _storage.Files.Hot;

    public void Dispose() => _storage.Dispose();

    [Fact]
    public async Task Commit_WhenAnotherProcessHoldsTheLock_IsUnavailableUntilItLetsGo()
    {
        await Store.CommitAsync(Commit("pa-1", 0, "one"));
        using (new DatabaseLock(File.Path))
        {
            var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await Store.CommitAsync(Commit("pa-1", 1, "two", Outcome(1, 1))));
            Assert.Contains("locked by another process", error.Message, StringComparison.Ordinal);
            Assert.Equal("one", Text(await Store.ReadAsync("sample", "pa-1")));
        }

        await AssertAlive();
    }

    [Fact]
    public async Task Commit_WhenBusyOnce_RunsOnceMoreAndWritesOnce()
    {
        await Store.CommitAsync(Commit("pa-1", 0, "one"));
        var runs = 0;
        File.CommitStarting = () =>
        {
            if (runs++ == 0)
            {
                throw Error(raw.SQLITE_BUSY);
            }
        };

        Assert.Equal(new CommitResult(CommitStatus.Committed, 2), await Store.CommitAsync(Commit("pa-1", 1, "two", Guard("number", "send"))));

        Assert.Equal(2, runs);
        Assert.Equal(new GuardCounts(1, 1), await Store.ReadGuardAsync(Key("number"), Noon, Noon));
    }

    [Fact]
    public async Task Commit_WhenTheDatabaseIsReadOnly_SaysSoAndRecovers()
    {
        await Store.CommitAsync(Commit("pa-1", 0, "one"));
        Run("PRAGMA query_only = ON");
        File.WriterOpened = connection =>
        {
            _writer = connection;
            Run("PRAGMA query_only = ON");
        };

        for (var n = 0; n < 3; n++)
        {
            var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await Store.CommitAsync(Commit("pa-1", 1, "two", Outcome(1, 1))));
            Assert.Contains("read-only", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("one", Text(await Store.ReadAsync("sample", "pa-1")));
        File.WriterOpened = null;
        await AssertAlive();
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Commit_WhenTheFilesAreImmutable_SaysSoAndRecovers()
    {
        await Store.CommitAsync(Commit("pa-1", 0, "one"));
        // Not the shared-memory file: it is mapped, and a write to a page that cannot be written ends any process.
        var files = new[] { File.Path, File.Path + "-wal" };
        Assert.SkipUnless(OperatingSystem.IsLinux() && ChangeAttribute("+i", files), "Files cannot be made immutable here.");
        try
        {
            var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await Store.CommitAsync(Commit("pa-1", 1, "two")));
            Assert.Contains("The database hot", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            ChangeAttribute("-i", files);
        }

        await AssertAlive();
    }

    [Fact]
    public async Task Commit_WhenTheDiskIsFull_RefusesCleanlyAndKeepsWhatWasAnswered()
    {
        // A page limit stands for the disk: SQLite reports both as SQLITE_FULL.
        await Store.CommitAsync(Commit("pa-1", 0, "one"));
        Run("PRAGMA max_page_count = 60");
        var kept = new List<string>();
        var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
        {
            for (var n = 0; n < 200; n++)
            {
                await Store.CommitAsync(new HotCommit("sample", $"pb-{n}", 0, new byte[3000], [Outcome(n, 1)]));
                kept.Add($"pb-{n}");
            }
        });

        Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(kept);
        Assert.All(kept, key => Assert.NotNull(Store.ReadAsync("sample", key).AsTask().Result));
        Assert.Null(await Store.ReadAsync("sample", $"pb-{kept.Count}"));
        Assert.Null(await Store.ReadOutcomeAsync(Verification(kept.Count, 1)));

        Run("PRAGMA max_page_count = 1000000");
        await AssertAlive();
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Commit_WhenATinyDiskRunsFull_RefusesCleanlyAndRecovers()
    {
        var folder = StorageFixture.NewFolder();
        Assert.SkipUnless(OperatingSystem.IsLinux() && Start("mount", "-t", "tmpfs", "-o", "size=600k", "none", folder), "No file system can be mounted here.");
        try
        {
            using var storage = new StorageFixture(folder);
            var kept = 0;
            await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            {
                for (; kept < 1000; kept++)
                {
                    await storage.Hot.CommitAsync(new HotCommit("sample", $"pb-{kept}", 0, new byte[3000], [Outcome(kept, 1)]));
                }
            });

            Assert.InRange(kept, 1, 999);
            for (var n = 0; n < kept; n++)
            {
                Assert.NotNull(await storage.Hot.ReadAsync("sample", $"pb-{n}"));
            }

            Assert.Null(await storage.Hot.ReadAsync("sample", $"pb-{kept}"));
            Assert.True(Start("mount", "-o", "remount,size=20m", folder));
            Assert.Equal(CommitStatus.Committed, (await storage.Hot.CommitAsync(new HotCommit("sample", $"pb-{kept}", 0, new byte[3000], []))).Status);
        }
        finally
        {
            Assert.True(Start("umount", folder));
            Directory.Delete(folder);
        }
    }

    [Fact]
    public async Task Commit_WhenTheCommitFailsAndDidNotHappen_IsUnavailable()
    {
        await Store.CommitAsync(Commit("pa-1", 0, "one"));
        File.CommitStarting = FailOnce(raw.SQLITE_FULL);

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await Store.CommitAsync(Commit("pa-1", 1, "two")));

        Assert.Equal("one", Text(await Store.ReadAsync("sample", "pa-1")));
        await AssertAlive();
    }

    [Fact]
    public async Task Commit_WhenTheCommitFailsButIsFoundInTheDatabase_IsCommitted()
    {
        await Store.CommitAsync(Commit("pa-1", 0, "one"));
        File.CommitEnded = FailOnce(raw.SQLITE_IOERR);

        Assert.Equal(new CommitResult(CommitStatus.Committed, 2), await Store.CommitAsync(Commit("pa-1", 1, "two")));

        Assert.Equal("two", Text(await Store.ReadAsync("sample", "pa-1")));
    }

    [Fact]
    public async Task Commit_WhenNoItemCanTellWhetherItWasWritten_IsUnknownToEveryWaiter()
    {
        var (receipts, commit) = await LoseAnswerOfAsync(Commit("pa-none", 0, null, Guard("number", "send")));

        Assert.Equal(new CommitResult(CommitStatus.Unknown, 0), await commit);
        foreach (var receipt in receipts)
        {
            await Assert.ThrowsAsync<UnknownOutcomeException>(() => receipt);
        }

        // It had been written, and what is repeated changes nothing.
        Assert.Equal(new GuardCounts(1, 1), await Store.ReadGuardAsync(Key("number"), Noon, Noon));
        await Store.CommitAsync(Commit("pa-1", 0, "one", [.. Enumerable.Range(0, 10).Select(n => Map($"m{n}", 1, 1))]));
        Assert.Equal(10, (await Store.FindUnappliedReceiptsAsync(20)).Count);
    }

    [Fact]
    public async Task Commit_WhenOneItemCanTellThatItWasWritten_EveryWaiterIsTold()
    {
        var (receipts, commit) = await LoseAnswerOfAsync(Commit("pa-1", 0, "one"));

        Assert.Equal(new CommitResult(CommitStatus.Committed, 1), await commit);
        Assert.All(await Task.WhenAll(receipts), Assert.Null);
    }

    [Fact]
    public async Task Commit_WhenOneRowIsRefused_ItsNeighboursAreWritten()
    {
        File.WriterOpened = connection =>
        {
            _writer = connection;
            Run("CREATE TEMP TRIGGER refuse BEFORE INSERT ON main.outcomes WHEN NEW.payload = x'bad0' BEGIN SELECT RAISE(ABORT, 'refused'); END");
        };
        var bad = new OutcomeRow(Verification(7, 1), Alias(7), [0xba, 0xd0], Noon);
        Task<CommitResult>[] commits;
        using (new DatabaseLock(await PathOfNewDatabase()))
        {
            // All of them wait for the lock, so they come into few transactions.
            commits = [.. Enumerable.Range(0, 20).Select(n => Store.CommitAsync(
                Commit($"pa-{n}", 0, $"{n}", Guard("number", $"{n}"), n == 7 ? bad : Outcome(n, 1))).AsTask())];
        }

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(() => commits[7]);
        Assert.Contains("does not take this row", error.Message, StringComparison.Ordinal);
        Assert.All(commits.Where((_, n) => n != 7), commit => Assert.Equal(CommitStatus.Committed, commit.Result.Status));
        Assert.Null(await Store.ReadAsync("sample", "pa-7"));
        Assert.Equal(new GuardCounts(19, 19), await Store.ReadGuardAsync(Key("number"), Noon, Noon));
    }

    [Fact]
    public async Task Commit_WhenDone_ContinuesOnAnotherThreadThanTheWriters()
    {
        for (var n = 0; n < 20; n++)
        {
            var continued = await Store.CommitAsync(Commit($"pa-{n}", 0, "x")).AsTask()
                .ContinueWith(_ => Thread.CurrentThread.IsThreadPoolThread, TaskContinuationOptions.ExecuteSynchronously);
            Assert.True(continued);
        }
    }

    [Fact]
    public async Task Dispose_WhenWritesAreQueued_WritesThemAndRefusesLaterOnes()
    {
        var path = await PathOfNewDatabase();
        var store = Store;
        var held = new DatabaseLock(path);
        var commits = Enumerable.Range(0, 50).Select(n => store.CommitAsync(Commit($"pa-{n}", 0, $"{n}")).AsTask()).ToArray();
        held.Dispose();
        ((IDisposable)store).Dispose();

        Assert.All(await Task.WhenAll(commits), result => Assert.Equal(CommitStatus.Committed, result.Status));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await store.CommitAsync(Commit("pa-0", 1, "late")));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await store.ReadAsync("sample", "pa-0"));
    }

    [Fact]
    public async Task Open_WhenTheFileIsDamaged_SaysSoAndRecoversWithTheBackup()
    {
        var folder = StorageFixture.NewFolder();
        using (var first = new StorageFixture(folder))
        {
            await first.Hot.CommitAsync(Commit("pa-1", 0, "one"));
        }

        var path = Path.Combine(folder, "hot.db");
        var backup = await System.IO.File.ReadAllBytesAsync(path);
        await System.IO.File.WriteAllBytesAsync(path, [.. backup.Select(b => (byte)(b ^ 0x55))]);
        using (var damaged = new StorageFixture(folder))
        {
            var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await damaged.Hot.ReadAsync("sample", "pa-1"));
            Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<StorageUnavailableException>(async () => await damaged.Hot.CommitAsync(Commit("pa-1", 1, "two")));

            await System.IO.File.WriteAllBytesAsync(path, backup);
            Assert.Equal("one", Text(await damaged.Hot.ReadAsync("sample", "pa-1")));
            Assert.Equal(CommitStatus.Committed, (await damaged.Hot.CommitAsync(Commit("pa-1", 1, "two"))).Status);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("/proc/maskedverify")]
    [InlineData("/dev/null/maskedverify")]
    public async Task Open_WhenTheFolderCannotBeMade_SaysWhich(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "These folders are Linux'.");
        using var storage = new StorageFixture(folder);

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Hot.CommitAsync(Commit("pa-1", 0, "one")));

        Assert.Contains($"The data directory {folder} cannot be made or used", error.Message, StringComparison.Ordinal);
    }

    private static SqliteException Error(int code) => new("planted", code & 0xff, code);

    private static bool ChangeAttribute(string change, string[] files) => Start("chattr", [change, .. files]);

    private static bool Start(string program, params string[] arguments)
    {
        try
        {
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private async Task<string> PathOfNewDatabase()
    {
        await Store.CommitAsync(Commit("pa-first", 0, "x"));
        return File.Path;
    }

    /// <summary>Lets ten receipts and a commit go into one transaction, while the commit of another is held, and loses the answer of theirs.</summary>
    private async Task<(Task<ReceiptMatch?>[] Receipts, Task<CommitResult> Commit)> LoseAnswerOfAsync(HotCommit commit)
    {
        using var gate = new ManualResetEventSlim();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        File.CommitStarting = () =>
        {
            File.CommitStarting = () => File.CommitEnded = FailOnce(raw.SQLITE_IOERR);
            reached.SetResult();
            gate.Wait();
        };
        var first = Store.CommitAsync(Commit("pa-gate", 0, null)).AsTask();
        await reached.Task;
        Task<ReceiptMatch?>[] receipts = [.. Enumerable.Range(0, 10).Select(n => Store.RecordReceiptAsync(Receipt($"m{n}", AttemptStatus.Sent)).AsTask())];
        var last = Store.CommitAsync(commit).AsTask();
        gate.Set();
        await first;
        await Task.WhenAny(last);
        return (receipts, last);
    }

    private Action FailOnce(int code) => () =>
    {
        File.CommitStarting = File.CommitEnded = null;
        throw Error(code);
    };

    private void Run(string sql)
    {
        using var command = _writer!.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private async Task AssertAlive()
    {
        Assert.Equal(new CommitResult(CommitStatus.Committed, 2), await Store.CommitAsync(Commit("pa-1", 1, "two", Outcome(1, 1))));
        Assert.Equal("two", Text(await Store.ReadAsync("sample", "pa-1")));
        Assert.NotNull(await Store.ReadOutcomeAsync(Verification(1, 1)));
    }
}
