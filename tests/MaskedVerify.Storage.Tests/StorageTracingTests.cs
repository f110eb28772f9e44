using System.Collections.Concurrent;
using System.Diagnostics;
using MaskedVerify.Domain;
using MaskedVerify.Privacy;
using MaskedVerify.Storage.Tests.Postgres;
using MaskedVerify.Testing;

namespace MaskedVerify.Storage.Tests;

/// <summary>What a trace shows of the stores: each question below its caller, and the transactions that commits shared.</summary>
public sealed class StorageTracingTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public StorageTracingTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == StorageTracing.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Spans_OfTheEmbeddedEngine_HangBelowTheirCaller()
    {
        using var storage = new StorageFixture();
        await AskAndJudgeAsync(storage.Hot, storage.Keys);
    }

    [Fact]
    public async Task Spans_OfPostgres_HangBelowTheirCaller()
    {
        var database = await PostgresDatabase.CreateAsync();
        await using var storage = new PostgresStorage(database);
        await storage.Migrator.MigrateAsync();
        await AskAndJudgeAsync(storage.Hot, storage.Keys);
    }

    [Fact]
    public async Task Commit_WhenItFails_SaysSo()
    {
        using var storage = new StorageFixture();
        await storage.Migrator.MigrateAsync();
        storage.Files.Hot.CommitStarting = () => throw new Microsoft.Data.Sqlite.SqliteException("disk full", SQLitePCL.raw.SQLITE_FULL);
        using var caller = new Activity("caller").Start();

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await storage.Hot.CommitAsync(new HotCommit("sample", "pa-1", 0, [1], [])));

        Assert.Equal(ActivityStatusCode.Error, Below(caller).Single(span => span.OperationName == "storage commit").Status);
    }

    private async Task AskAndJudgeAsync(IHotStore hot, IKeysStore keys)
    {
        using var caller = new Activity("caller").Start();
        await hot.CommitAsync(new HotCommit("sample", "pa-1", 0, [1], []));
        await hot.ReadAsync("sample", "pa-1");
        await keys.FindAliasAsync(new byte[32]);
        Assert.Same(caller, Activity.Current);

        // The caller hears of its commit a moment before the transaction's span ends.
        await Eventually.TrueAsync(() => Below(caller).Length == 4, "all spans ended");
        var spans = Below(caller);
        var commit = spans.Single(span => span.OperationName == "storage commit");
        Assert.All(spans.Where(span => span.OperationName != "storage transaction"), span => Assert.Equal(caller.SpanId, span.ParentSpanId));
        Assert.Equal(commit.SpanId, spans.Single(span => span.OperationName == "storage transaction").ParentSpanId);
        Assert.Equal(["hot", "keys"], spans.Where(span => span.OperationName == "storage read").Select(span => span.GetTagItem("maskedverify.database")).Order());

        // Many at once share transactions, and each can be found from its transaction.
        await Task.WhenAll(Enumerable.Range(2, 100).Select(n => hot.CommitAsync(new HotCommit("sample", $"pa-{n}", 0, [1], [])).AsTask()));
        ActivitySpanId[] commits = [.. Below(caller).Where(span => span.OperationName == "storage commit" && span != commit).Select(span => span.SpanId)];
        Assert.Equal(100, commits.Length);
        await Eventually.TrueAsync(() => commits.Except(Transactions(caller).SelectMany(Committed)).Any() == false, "each commit belongs to a transaction");
        Assert.Contains(Transactions(caller), span => span.Links.Count() > 1 && span.TraceId != caller.TraceId);
        Assert.All(_spans, span => Assert.Empty(span.TagObjects.Select(tag => tag.Key).Except(["maskedverify.database", "maskedverify.items"], StringComparer.Ordinal)));
    }

    private Activity[] Below(Activity caller) => [.. _spans.Where(span => span.TraceId == caller.TraceId)];

    private IEnumerable<Activity> Transactions(Activity caller) => _spans.Where(span =>
        span.OperationName == "storage transaction" && (span.TraceId == caller.TraceId || span.Links.Any(link => link.Context.TraceId == caller.TraceId)));

    private static IEnumerable<ActivitySpanId> Committed(Activity transaction) =>
        transaction.Links.Any() ? transaction.Links.Select(link => link.Context.SpanId) : [transaction.ParentSpanId];
}
