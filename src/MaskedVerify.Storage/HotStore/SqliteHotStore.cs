using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage;

/// <summary>The hot store on one SQLite file: one writing connection behind a group commit, reads beside it.</summary>
internal sealed class SqliteHotStore : IHotStore, IAuditOutbox, IDisposable
{
    /// <summary>Most rows of a table that a sweep removes in one transaction, so that commits never wait long behind it.</summary>
    private const int SweepStep = 500;

    private readonly GroupCommitter<SqliteItem<HotWriter>> _commits;
    private readonly SqliteReaders<HotReader> _readers;

    public SqliteHotStore(
        SqliteFile file, IOptions<StorageOptions> options, SqliteConnections connections, StorageMetrics metrics, TimeProvider time, ILogger<SqliteHotStore> logger)
    {
        Database = file.Name;
        _readers = new SqliteReaders<HotReader>(file, () => new HotReader(connections.OpenReader(file)));
        var writer = new SqliteBatchWriter<HotWriter>(file, () => new HotWriter(connections.OpenWriter(file)), connections.Checkpointer(file, logger), metrics, time, logger);
        _commits = new GroupCommitter<SqliteItem<HotWriter>>(file.Name, writer, options.Value, metrics, time);
    }

    public IAuditOutbox AuditOutbox => this;

    public string Database { get; }

    public ValueTask<HotRow?> ReadAsync(string table, string key, CancellationToken cancellationToken = default)
    {
        HotChecks.CheckName(table, key);
        return ValueTask.FromResult(_readers.Read((table, key), static (reader, row) => reader.ReadState(row.table, row.key)));
    }

    public ValueTask<CommitResult> CommitAsync(HotCommit commit)
    {
        HotChecks.Check(commit);
        return WriteAsync(new HotCommitItem(commit));
    }

    public ValueTask<UniqueKeyRow?> FindUniqueKeyAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_readers.Read(key, static (reader, bytes) => reader.FindUniqueKey(bytes.Span)));

    public ValueTask<OutcomeRow?> ReadOutcomeAsync(VerificationId verification, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_readers.Read(verification, static (reader, id) => reader.ReadOutcome(id)));

    public ValueTask<GuardCounts> ReadGuardAsync(
        ReadOnlyMemory<byte> guardKey, DateTimeOffset hourAgo, DateTimeOffset dayAgo, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_readers.Read(
            (guardKey, hourAgo, dayAgo), static (reader, query) => reader.ReadGuard(query.guardKey.Span, query.hourAgo, query.dayAgo)));

    public ValueTask<IReadOnlyList<DueRow>> ClaimDueAsync(
        DateTimeOffset now, DateTimeOffset hideUntil, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);

        // A poller asks all the time and mostly in vain: look first, so that nothing is written then.
        return _readers.Read(now, static (reader, at) => reader.AnyDue(at))
            ? WriteAsync(new ClaimDueItem(now, hideUntil, max))
            : ValueTask.FromResult<IReadOnlyList<DueRow>>([]);
    }

    public ValueTask<ReceiptMatch?> RecordReceiptAsync(ParkedReceipt receipt)
    {
        HotChecks.CheckReceipt(receipt.Carrier, receipt.MessageId);
        return WriteAsync(new ReceiptItem(receipt));
    }

    public ValueTask<IReadOnlyList<ReceiptMapRow>> FindReceiptMapsAsync(
        CarrierId carrier, IReadOnlyList<string> messageIds, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<ReceiptMapRow>>(
            _readers.Read((carrier, messageIds), static (reader, asked) => asked.messageIds.Select(id => reader.FindMap(asked.carrier, id)).OfType<ReceiptMapRow>().ToList()));

    public ValueTask<IReadOnlyList<ReceiptMatch>> FindUnappliedReceiptsAsync(int max, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<ReceiptMatch>>(_readers.Read(max, static (reader, most) => reader.FindUnapplied(most)));

    public async ValueTask<int> SweepAsync(DateTimeOffset now, int max, CancellationToken cancellationToken = default)
    {
        var removed = 0;
        for (var left = max; left > 0 && !cancellationToken.IsCancellationRequested; left -= SweepStep)
        {
            var step = await WriteAsync(new SweepItem(now, Math.Min(left, SweepStep)));
            removed += step;
            if (step == 0)
            {
                break;
            }
        }

        return removed;
    }

    public ValueTask<int> DrainAsync(int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        cancellationToken.ThrowIfCancellationRequested();
        return WriteAsync(new DrainAuditItem(max));
    }

    public ValueTask<AuditBacklog> ReadBacklogAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_readers.Read(_commits.Waiting, static (reader, writes) => reader.ReadAuditBacklog(writes)));

    public void Dispose()
    {
        _commits.Dispose();
        _readers.Dispose();
    }

    // Mostly there is a place in the queue: then the item's own task is the answer, without another state machine in between.
    private ValueTask<TAnswer> WriteAsync<TAnswer>(SqliteItem<HotWriter, TAnswer> item)
    {
        if (StorageTracing.IsOn)
        {
            return _commits.TraceAsync(item, item.Ended);
        }

        var added = _commits.AddAsync(item);
        return added.IsCompletedSuccessfully ? new ValueTask<TAnswer>(item.Ended) : WaitAsync(added, item);
    }

    private static async ValueTask<TAnswer> WaitAsync<TAnswer>(ValueTask added, SqliteItem<HotWriter, TAnswer> item)
    {
        await added;
        return await item.Ended;
    }
}
