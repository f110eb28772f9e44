using MaskedVerify.Domain;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.SqlServer;

/// <summary>What becomes of a batch whose rows others insert or hold at the same moment.</summary>
public sealed class SqlServerBatchTests : IDisposable
{
    private const int Duplicate = 2627;
    private const int LockTimeout = 1222;

    private readonly RecordingServer _server = new();
    private int _tries;

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Commit_WhenAnotherInsertedTheSameKeyMeanwhile_RunsOnceMoreAndFindsItTaken()
    {
        // The look found nothing, the other one committed, the insert failed; the second look finds its row.
        _server.Answer = call => call.Statement != ServerStatement.AddUniqueKeys ? SentStatements.Everything(call) : _tries++ == 0 ? throw SqlErrors.Of(Duplicate, 14) : [];
        await using var store = SentStatements.HotStore(_server, out _);

        Assert.Equal(CommitStatus.UniqueKeyTaken, (await store.CommitAsync(Commit("pa-1", 0, "one", Unique("key")))).Status);
    }

    [Fact]
    public async Task Commit_WhenAnotherInsertedTheSameRowMeanwhile_LosesAndItsNeighbourIsWritten()
    {
        _server.Answer = call => call.Statement != ServerStatement.InsertStates ? SentStatements.Everything(call)
            : _tries++ == 0 ? throw SqlErrors.Of(Duplicate, 14)
            : SentStatements.Everything(call).Where(row => row[1] is byte[] key && !key.AsSpan().SequenceEqual(HotReads.KeyOf("pa-1")));
        await using var store = SentStatements.HotStore(_server, out var database);

        var results = await TogetherAsync(store, database, Commit("pa-1", 0, "one"), Commit("pa-2", 0, "two"));

        Assert.Equal([CommitStatus.VersionConflict, CommitStatus.Committed], results.Select(result => result.Status));
    }

    [Fact]
    public async Task Commit_WhenARowIsHeldAgainAndAgain_FailsAloneAfterShortWaits()
    {
        var held = HotReads.KeyOf("pa-3");
        _server.Answer = call => call.Statement == ServerStatement.InsertStates && call.Column<byte[]>("key").Exists(key => key.AsSpan().SequenceEqual(held))
            ? throw SqlErrors.Of(LockTimeout)
            : SentStatements.Everything(call);
        await using var store = SentStatements.HotStore(_server, out var database);
        var commits = Enumerable.Range(0, 8).Select(n => Commit($"pa-{n}", 0, "x")).ToArray();

        var tasks = await StartTogetherAsync(store, database, commits);

        var error = await Assert.ThrowsAsync<StorageUnavailableException>(() => tasks[3]);
        Assert.Contains("SQL Server 1222", error.Message, StringComparison.Ordinal);
        Assert.All(tasks.Where((_, n) => n != 3), task => Assert.Equal(CommitStatus.Committed, task.Result.Status));

        // The whole batch twice with the usual wait, then 4 and 4, 2 and 2, 1 and 1 with the short one.
        var inserts = _server.Sent.Where(sent => sent.Call!.Statement == ServerStatement.InsertStates).Select(sent => sent.Text).ToList();
        Assert.Equal(2, inserts.Count(text => text.Contains("SET LOCK_TIMEOUT 1000;", StringComparison.Ordinal)));
        Assert.Equal(6, inserts.Count(text => text.Contains("SET LOCK_TIMEOUT 50;", StringComparison.Ordinal)));
    }

    private static async Task<CommitResult[]> TogetherAsync(ServerHotStore store, ServerDatabase database, params HotCommit[] commits) =>
        await Task.WhenAll(await StartTogetherAsync(store, database, commits));

    /// <summary>Puts commits into one batch: they gather while the commit of another one is held.</summary>
    private static async Task<List<Task<CommitResult>>> StartTogetherAsync(ServerHotStore store, ServerDatabase database, params HotCommit[] commits)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        database.CommitStarting = () =>
        {
            database.CommitStarting = null;
            reached.SetResult();
            return gate.Task;
        };
        var first = store.CommitAsync(Commit("pa-gate", 0, null)).AsTask();
        await reached.Task;
        List<Task<CommitResult>> tasks = [.. commits.Select(commit => store.CommitAsync(commit).AsTask())];
        gate.SetResult();
        await first;
        return tasks;
    }
}
