using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

/// <summary>The hot store on a database server: a few writers behind a group commit, batched reads beside them. Several silos may share it.</summary>
internal sealed class ServerHotStore : IHotStore, IAuditOutbox, IAsyncDisposable, IDisposable
{
    /// <summary>Most rows of a table that a sweep removes in one statement, so that commits never wait long behind it.</summary>
    private const int SweepStep = 500;

    private static readonly ServerStatement[] s_sweeps = [ServerStatement.SweepOutcomes, ServerStatement.SweepUniqueKeys, ServerStatement.SweepReceipts];

    private readonly ServerDatabase _database;
    private readonly ServerCommitter _commits;
    private readonly ServerReads _reads;

    public ServerHotStore(ServerDatabase database, StorageOptions options, StorageMetrics metrics, TimeProvider time, ILogger logger)
    {
        _database = database;
        _reads = new ServerReads(database, options, time, HotServerReads.Calls);
        var plan = new HotServerPlan();
        _commits = new ServerCommitter(
            database.Name, () => new ServerBatchWriter(database, plan, options, metrics, time, logger), options, metrics, time);
    }

    public IAuditOutbox AuditOutbox => this;

    public string Database => _database.Name;

    public ValueTask<HotRow?> ReadAsync(string table, string key, CancellationToken cancellationToken = default)
    {
        HotChecks.CheckName(table, key);
        return _reads.ReadAsync(new StateRead(table, key), cancellationToken);
    }

    public ValueTask<CommitResult> CommitAsync(HotCommit commit)
    {
        HotChecks.Check(commit);
        return _commits.WriteAsync(new StateItem(commit));
    }

    public ValueTask<UniqueKeyRow?> FindUniqueKeyAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) =>
        _reads.ReadAsync(new UniqueKeyRead(key.ToArray()), cancellationToken);

    public ValueTask<OutcomeRow?> ReadOutcomeAsync(VerificationId verification, CancellationToken cancellationToken = default) =>
        _reads.ReadAsync(new OutcomeRead(verification), cancellationToken);

    public async ValueTask<GuardCounts> ReadGuardAsync(
        ReadOnlyMemory<byte> guardKey, DateTimeOffset hourAgo, DateTimeOffset dayAgo, CancellationToken cancellationToken = default)
    {
        var totals = await _reads.ReadAsync(new GuardRead(guardKey.ToArray(), hourAgo.UtcTicks, dayAgo.UtcTicks), cancellationToken);
        return totals is null ? default : new GuardCounts(totals.Hour, totals.Day);
    }

    public async ValueTask<IReadOnlyList<DueRow>> ClaimDueAsync(
        DateTimeOffset now, DateTimeOffset hideUntil, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);

        // A poller asks all the time and mostly in vain: look first, so that nothing is written then.
        var any = false;
        await RunAsync(() => [new ServerCall(ServerStatement.AnyDue, _ => any = true, ServerArgument.Of("now", now.UtcTicks))], cancellationToken);
        if (!any)
        {
            return [];
        }

        // Not cancelled half-way: rows that were hidden but not returned would wait for nothing.
        List<DueRow> claimed = [];
        await RunAsync(() => [HotReads.Claim(now, hideUntil, max, claimed.Add)], CancellationToken.None);
        claimed.Sort(static (a, b) => a.DueAt.CompareTo(b.DueAt));
        return claimed;
    }

    public ValueTask<ReceiptMatch?> RecordReceiptAsync(ParkedReceipt receipt)
    {
        HotChecks.CheckReceipt(receipt.Carrier, receipt.MessageId);
        return _commits.WriteAsync(new ReportItem(receipt));
    }

    public async ValueTask<IReadOnlyList<ReceiptMapRow>> FindReceiptMapsAsync(
        CarrierId carrier, IReadOnlyList<string> messageIds, CancellationToken cancellationToken = default)
    {
        List<ReceiptMapRow> found = [];
        await RunAsync(
            () =>
            {
                found.Clear();
                return [HotReads.Maps(carrier, messageIds, found.Add)];
            },
            cancellationToken);
        return found;
    }

    public async ValueTask<IReadOnlyList<ReceiptMatch>> FindUnappliedReceiptsAsync(int max, CancellationToken cancellationToken = default)
    {
        List<ReceiptMatch> found = [];
        await RunAsync(
            () =>
            {
                found.Clear();
                return [HotReads.Unapplied(max, found.Add)];
            },
            cancellationToken);
        return found;
    }

    public async ValueTask<int> SweepAsync(DateTimeOffset now, int max, CancellationToken cancellationToken = default)
    {
        var removed = 0;
        for (var left = max; left > 0 && !cancellationToken.IsCancellationRequested; left -= SweepStep)
        {
            var step = await SweepStepAsync(now, Math.Min(left, SweepStep));
            removed += step;
            if (step == 0)
            {
                break;
            }
        }

        return removed;
    }

    public async ValueTask<int> DrainAsync(int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await HotServerAudits.DrainAsync(_database, max);
        }
        catch (Exception error)
        {
            throw _database.Unavailable(error);
        }
    }

    public async ValueTask<AuditBacklog> ReadBacklogAsync(CancellationToken cancellationToken = default)
    {
        var backlog = new AuditBacklog(0, null, _commits.Waiting);
        await RunAsync(() => [HotServerAudits.Backlog(_commits.Waiting, found => backlog = found)], cancellationToken);
        return backlog;
    }

    public async ValueTask DisposeAsync()
    {
        _reads.Dispose();
        await _commits.DisposeAsync();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    // One transaction per table: none of them holds more rows than a step.
    private async ValueTask<int> SweepStepAsync(DateTimeOffset now, int most)
    {
        var removed = 0;
        foreach (var statement in s_sweeps)
        {
            removed += await SweepTableAsync(statement, now.UtcTicks, most);
        }

        // They hold nothing of their own: not counted among what was removed.
        await SweepTableAsync(ServerStatement.SweepGuardLocks, now.AddDays(-1).UtcTicks, most);
        return removed + await SweepTableAsync(ServerStatement.SweepGuards, now.AddDays(-1).UtcTicks, most);
    }

    private async ValueTask<int> SweepTableAsync(ServerStatement statement, long until, int most)
    {
        ServerCall? call = null;
        await RunAsync(
            () => [call = new ServerCall(statement, null, ServerArgument.Of("until", until), ServerArgument.Of("most", most))], CancellationToken.None);
        return call?.Affected ?? 0;
    }

    private ValueTask RunAsync(Func<List<ServerCall>> calls, CancellationToken cancellationToken) => ServerReads.RunAsync(_database, calls, cancellationToken);
}
