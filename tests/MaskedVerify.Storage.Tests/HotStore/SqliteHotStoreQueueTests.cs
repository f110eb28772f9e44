using System.Diagnostics.Metrics;
using MaskedVerify.Domain;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.HotStore;

public sealed class SqliteHotStoreQueueTests
{
    [Fact]
    public async Task Commit_WhenTheQueueStaysFull_IsUnavailableAndTheOthersAreWritten()
    {
        using var storage = new StorageFixture(configure: options =>
        {
            options.QueueLength = 16;
            options.QueueTimeout = TimeSpan.Zero;
            options.BusyTimeout = TimeSpan.FromMinutes(1);
        });
        await storage.Hot.CommitAsync(Commit("pa-first", 0, "x"));

        // Not on the runner's threads: other tests may keep those for longer than the writer waits for the lock.
        var commits = await Task.Run(() => CommitWhileLockedAsync(storage));
        await Task.WhenAll(commits.Select(commit => commit.ContinueWith(static _ => { }, TaskScheduler.Default)));
        Assert.InRange(commits.Count(commit => commit.IsCompletedSuccessfully), 16, 99);
        for (var n = 0; n < 100; n++)
        {
            Assert.Equal(commits[n].IsCompletedSuccessfully, await storage.Hot.ReadAsync("sample", $"pa-{n}") is not null);
        }
    }

    private static async Task<Task<CommitResult>[]> CommitWhileLockedAsync(StorageFixture storage)
    {
        using var held = new DatabaseLock(storage.Files.Hot.Path);
        Task<CommitResult>[] commits = [.. Enumerable.Range(0, 100).Select(n => storage.Hot.CommitAsync(Commit($"pa-{n}", 0, "x")).AsTask())];

        // Which are refused depends on when the writer takes its batch: it may make room for the last ones.
        var refused = await Task.WhenAny(commits);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => refused);
        return commits;
    }

    [Fact]
    public async Task Metrics_WhenItemsAreCommitted_CountRowsBatchesAndTheQueue()
    {
        using var storage = new StorageFixture();
        var meters = storage.Services.GetRequiredService<IMeterFactory>();
        using var rows = new MetricCollector<long>(meters, StorageMetrics.MeterName, "maskedverify.storage.rows.written");
        using var items = new MetricCollector<long>(meters, StorageMetrics.MeterName, "maskedverify.storage.items");
        using var batch = new MetricCollector<int>(meters, StorageMetrics.MeterName, "maskedverify.storage.batch.size");
        using var queue = new MetricCollector<int>(meters, StorageMetrics.MeterName, "maskedverify.storage.queue.length");
        using var commit = new MetricCollector<double>(meters, StorageMetrics.MeterName, "maskedverify.storage.commit.duration");

        await storage.Hot.CommitAsync(Commit("pa-1", 0, "x", Outcome(1, 1), Due(1, 1), Guard("number", "send")));
        await storage.Hot.CommitAsync(Commit("pa-1", 0, "lost", Outcome(1, 2)));
        await storage.Hot.CommitAsync(Commit("pa-1", 1, null, new DueDoneRow(Verification(1, 1))));

        Assert.Equal(6, rows.GetMeasurementSnapshot().Sum(measurement => measurement.Value));
        Assert.Equal(3, items.GetMeasurementSnapshot().Sum(measurement => measurement.Value));
        Assert.Equal(3, batch.GetMeasurementSnapshot().Sum(measurement => measurement.Value));
        Assert.Equal(0, queue.GetMeasurementSnapshot().Sum(measurement => measurement.Value));
        Assert.Equal(3, commit.GetMeasurementSnapshot().Count);
        Assert.All(rows.GetMeasurementSnapshot(), measurement => Assert.Equal("hot", measurement.Tags["database"]));
    }
}
