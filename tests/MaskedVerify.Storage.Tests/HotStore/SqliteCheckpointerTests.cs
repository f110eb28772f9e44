using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using Microsoft.Data.Sqlite;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.HotStore;

/// <summary>The log is copied beside the writer, and does not grow for ever.</summary>
public sealed class SqliteCheckpointerTests
{
    private const int PageBytes = 4096;
    private static readonly byte[] s_large = new byte[30_000];

    [Fact]
    public async Task Log_WhenMuchIsWritten_IsWrittenOverAndNothingIsLost()
    {
        using var storage = new StorageFixture();
        for (var round = 0; round < 24; round++)
        {
            await WriteAsync(storage.Hot, 400 * round, 400);
        }

        // 9,600 states of eight pages are 300 MB: without copies the log would have them all.
        Assert.InRange(LogBytes(storage), 1, 3L * SqliteCheckpointer.Pages * PageBytes);
        for (var n = 0; n < 24 * 400; n += 97)
        {
            Assert.Equal(s_large.Length, (await storage.Hot.ReadAsync("sample", $"pa-{n}"))!.Payload.Length);
        }
    }

    [Fact]
    public async Task Log_WhenAReaderHoldsAnOldPage_GrowsAndIsWrittenOverAfterIt()
    {
        using var storage = new StorageFixture();
        await WriteAsync(storage.Hot, 0, 10);
        await using (var reader = new SqliteConnection($"Data Source={storage.Files.Hot.Path};Pooling=False"))
        {
            await reader.OpenAsync(TestContext.Current.CancellationToken);
            await using var old = reader.BeginTransaction(deferred: true);
            await using var command = reader.CreateCommand();
            command.CommandText = "SELECT count(*) FROM hot_state";
            command.Transaction = old;
            Assert.Equal(10L, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
            for (var round = 0; round < 8; round++)
            {
                await WriteAsync(storage.Hot, 1_000 + (400 * round), 400);
            }

            Assert.InRange(LogBytes(storage), 6L * SqliteCheckpointer.Pages * PageBytes, long.MaxValue);
        }

        for (var round = 0; round < 12; round++)
        {
            await WriteAsync(storage.Hot, 10_000 + (400 * round), 400);
        }

        // journal_size_limit cuts the file when the log begins anew.
        Assert.InRange(LogBytes(storage), 1, 64L * 1024 * 1024);
    }

    [Fact]
    public async Task Erase_WhileTheLogOfTheKeysIsCopied_CutsTheLog()
    {
        using var storage = new StorageFixture();
        await Parallel.ForAsync(0, 4_000, async (n, _) => await storage.Keys.AddAliasAsync(
            new NewAliasKeys(TenantId.Parse("tn-sample"), Alias(n), Key($"{n}"), 1, new WrappedKey(1, s_large), Noon)));

        for (var n = 0; n < 20; n++)
        {
            Assert.True(await storage.Keys.EraseAliasAsync(Alias(n)));
            Assert.Equal(0, new FileInfo(storage.Files.Keys.Path + "-wal").Length);
        }
    }

    private static Task WriteAsync(IHotStore store, int first, int count) => Task.WhenAll(Enumerable.Range(first, count).Select(async n =>
        Assert.Equal(CommitStatus.Committed, (await store.CommitAsync(new HotCommit("sample", $"pa-{n}", 0, s_large, []))).Status)));

    private static long LogBytes(StorageFixture storage) => new FileInfo(storage.Files.Hot.Path + "-wal").Length;
}
