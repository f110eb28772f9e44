using System.Collections.Concurrent;
using MaskedVerify.Domain;
using MaskedVerify.Storage;

namespace MaskedVerify.Testing;

/// <summary>
/// A hot store in memory: the reference that every engine is compared with, and the store of grain tests. Its rows are open for asserts, and the next
/// commits can be made to fail.
/// </summary>
public sealed class InMemoryHotStore : IHotStore, IAuditOutbox
{
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<CommitFault?> _faults = new();
    private readonly ConcurrentQueue<CommitHold> _holds = new();
    private readonly InMemoryReceipts _receipts;
    private readonly Dictionary<(string Table, string Key), HotRow> _states = [];
    private readonly Dictionary<string, UniqueKeyRow> _uniqueKeys = new(StringComparer.Ordinal);
    private readonly Dictionary<VerificationId, OutcomeRow> _outcomes = [];
    private readonly Dictionary<(string Guard, string Send), DateTimeOffset> _guards = [];
    private readonly HashSet<(string Guard, string Send)> _returned = [];
    private readonly Dictionary<VerificationId, DueRow> _due = [];
    private readonly List<AuditRow> _audit = [];
    private readonly List<HotCommit> _history = [];

    public InMemoryHotStore() => _receipts = new InMemoryReceipts(
        _outcomes.ContainsKey, (verification, late) => _outcomes[verification] = _outcomes[verification] with { Late = [.. _outcomes[verification].Late, late] });
    private int _drained;

    /// <summary>While true every call throws <see cref="StorageUnavailableException"/>.</summary>
    public bool IsUnavailable { get; set; }

    /// <summary>While true audit events stay in the outbox, as behind a drain that stands still.</summary>
    public bool KeepsAudit { get; set; }

    /// <summary>Every commit that was written, in order.</summary>
    public IReadOnlyList<HotCommit> History => Look(() => _history.ToArray());

    /// <summary>Audit events in order, drained or not.</summary>
    public IReadOnlyList<AuditRow> Audit => Look(() => _audit.ToArray());

    /// <summary>Drained audit events with their numbers, by shard and number.</summary>
    public IReadOnlyList<LoggedAudit> AuditLog => Look(() => _audit.Take(_drained).GroupBy(row => AuditShards.Of(row.Tenant)).OrderBy(shard => shard.Key)
        .SelectMany(shard => shard.Select((row, n) => new LoggedAudit(shard.Key, n + 1, row))).ToArray());

    /// <inheritdoc/>
    public IAuditOutbox AuditOutbox => this;

    /// <inheritdoc/>
    public string Database => "hot";

    /// <summary>Steps that are due some time.</summary>
    public IReadOnlyList<DueRow> Due => Look(() => _due.Values.OrderBy(row => row.DueAt).ToArray());

    /// <summary>Stored outcomes.</summary>
    public IReadOnlyList<OutcomeRow> Outcomes => Look(() => _outcomes.Values.ToArray());

    /// <summary>Stored idempotency keys.</summary>
    public IReadOnlyList<UniqueKeyRow> UniqueKeys => Look(() => _uniqueKeys.Values.ToArray());

    /// <summary>How many messages are counted in all.</summary>
    public int GuardRows => Look(() => _guards.Count);

    /// <summary>How many state rows there are.</summary>
    public int StateRows => Look(() => _states.Count);

    /// <summary>Lets the next commit that has no fault yet fail. Faults queue up.</summary>
    public void FaultNextCommit(CommitFault fault) => _faults.Enqueue(fault);

    /// <summary>Lets the next commit that has no fault yet pass, so that one behind it may fail.</summary>
    public void PassNextCommit() => _faults.Enqueue(null);

    /// <summary>Holds the next commit that is not held yet. Holds queue up.</summary>
    public CommitHold HoldNextCommit()
    {
        var hold = new CommitHold();
        _holds.Enqueue(hold);
        return hold;
    }

    public ValueTask<HotRow?> ReadAsync(string table, string key, CancellationToken cancellationToken = default)
    {
        HotChecks.CheckName(table, key);
        return Answer(() => _states.TryGetValue((table, key), out var row) ? row with { Payload = [.. row.Payload] } : null);
    }

    public async ValueTask<CommitResult> CommitAsync(HotCommit commit)
    {
        HotChecks.Check(commit);
        if (_holds.TryDequeue(out var hold))
        {
            await hold.WaitAsync();
        }

        if (IsUnavailable)
        {
            throw new StorageUnavailableException("The test made the database unavailable.");
        }

        _faults.TryDequeue(out var fault);
        if (fault is not (null or CommitFault.UnknownButWritten))
        {
            return fault switch
            {
                CommitFault.Conflict => new CommitResult(CommitStatus.VersionConflict, 0),
                CommitFault.UnknownNotWritten => new CommitResult(CommitStatus.Unknown, 0),
                _ => throw new StorageUnavailableException("The test made the database unavailable."),
            };
        }

        var result = Look(() => Commit(commit));
        return fault is not null ? new CommitResult(CommitStatus.Unknown, 0) : result;
    }

    public ValueTask<UniqueKeyRow?> FindUniqueKeyAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        var hex = Convert.ToHexString(key.Span);
        return Answer(() => _uniqueKeys.GetValueOrDefault(hex));
    }

    public ValueTask<OutcomeRow?> ReadOutcomeAsync(VerificationId verification, CancellationToken cancellationToken = default) =>
        Answer(() => _outcomes.GetValueOrDefault(verification));

    public ValueTask<GuardCounts> ReadGuardAsync(
        ReadOnlyMemory<byte> guardKey, DateTimeOffset hourAgo, DateTimeOffset dayAgo, CancellationToken cancellationToken = default)
    {
        var hex = Convert.ToHexString(guardKey.Span);
        return Answer(() => Count(hex, hourAgo, dayAgo));
    }

    public ValueTask<IReadOnlyList<DueRow>> ClaimDueAsync(
        DateTimeOffset now, DateTimeOffset hideUntil, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        return Answer<IReadOnlyList<DueRow>>(() =>
        {
            var taken = _due.Values.Where(row => row.DueAt <= now).OrderBy(row => row.DueAt).Take(max).ToArray();
            foreach (var row in taken)
            {
                _due[row.Verification] = row with { DueAt = hideUntil };
            }

            return taken;
        });
    }

    public ValueTask<ReceiptMatch?> RecordReceiptAsync(ParkedReceipt receipt)
    {
        HotChecks.CheckReceipt(receipt.Carrier, receipt.MessageId);
        return Answer(() => _receipts.Record(receipt));
    }

    public ValueTask<IReadOnlyList<ReceiptMapRow>> FindReceiptMapsAsync(
        CarrierId carrier, IReadOnlyList<string> messageIds, CancellationToken cancellationToken = default) =>
        Answer(() => _receipts.FindMaps(carrier, messageIds));

    public ValueTask<IReadOnlyList<ReceiptMatch>> FindUnappliedReceiptsAsync(int max, CancellationToken cancellationToken = default) =>
        Answer(() => _receipts.FindUnapplied(max));

    public ValueTask<int> SweepAsync(DateTimeOffset now, int max, CancellationToken cancellationToken = default) => Answer(() =>
        Remove(_outcomes, _outcomes.Where(row => row.Value.ExpiresAt <= now).OrderBy(row => row.Value.ExpiresAt).Take(max).Select(row => row.Key))
        + Remove(_uniqueKeys, _uniqueKeys.Where(row => row.Value.ExpiresAt <= now).OrderBy(row => row.Value.ExpiresAt).Take(max).Select(row => row.Key))
        + Remove(_guards, _guards.Where(row => row.Value < now.AddDays(-1)).OrderBy(row => row.Value).Take(max).Select(row => row.Key))
        + _receipts.Sweep(now, max));

    public ValueTask<int> DrainAsync(int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        return Answer(() =>
        {
            var moved = KeepsAudit ? 0 : Math.Min(max, _audit.Count - _drained);
            _drained += moved;
            return moved;
        });
    }

    public ValueTask<AuditBacklog> ReadBacklogAsync(CancellationToken cancellationToken = default) =>
        Answer(() => new AuditBacklog(_audit.Count - _drained, _drained < _audit.Count ? _audit[_drained].At : null, 0));

    private static int Remove<TKey, TRow>(Dictionary<TKey, TRow> rows, IEnumerable<TKey> keys)
        where TKey : notnull => keys.ToArray().Count(rows.Remove);

    private CommitResult Commit(HotCommit commit)
    {
        if (commit.SideRows.OfType<UniqueKeyRow>().Any(row => _uniqueKeys.ContainsKey(Convert.ToHexString(row.Key))))
        {
            return new CommitResult(CommitStatus.UniqueKeyTaken, 0);
        }

        if (commit.SideRows.OfType<GuardCountRow>().Any(IsAtCap))
        {
            return new CommitResult(CommitStatus.NumberAtCap, 0);
        }

        if ((_states.TryGetValue((commit.Table, commit.Key), out var row) ? row.Version : 0) != commit.ExpectedVersion)
        {
            return new CommitResult(CommitStatus.VersionConflict, 0);
        }

        _history.Add(commit);
        foreach (var erased in commit.SideRows.OfType<AliasErasedRow>())
        {
            Erase(erased.Alias);
        }

        foreach (var sideRow in commit.SideRows)
        {
            Write(sideRow);
        }

        foreach (var map in commit.SideRows.OfType<ReceiptMapRow>())
        {
            _receipts.GiveToOutcome(map);
        }

        if (commit.Payload is not { } payload)
        {
            _states.Remove((commit.Table, commit.Key));
            return new CommitResult(CommitStatus.Committed, 0);
        }

        _states[(commit.Table, commit.Key)] = new HotRow(commit.ExpectedVersion + 1, [.. payload]);
        return new CommitResult(CommitStatus.Committed, commit.ExpectedVersion + 1);
    }

    private void Erase(AliasId alias)
    {
        Remove(_outcomes, _outcomes.Where(row => row.Value.Alias == alias).Select(row => row.Key));
        Remove(_due, _due.Where(row => row.Value.Alias == alias).Select(row => row.Key));
        _receipts.Erase(alias);
        foreach (var (key, row) in _uniqueKeys.Where(row => row.Value.Alias == alias).ToArray())
        {
            _uniqueKeys[key] = row with { Fingerprint = [], Answer = [], Alias = default };
        }
    }

    private bool IsAtCap(GuardCountRow row) => row.Caps.AreReached(Count(Convert.ToHexString(row.GuardKey), row.HourAgo, row.DayAgo, Convert.ToHexString(row.SendId)));

    private GuardCounts Count(string guard, DateTimeOffset hourAgo, DateTimeOffset dayAgo, string? except = null)
    {
        var day = _guards.Where(row => row.Key.Guard == guard && row.Value >= dayAgo && row.Key.Send != except).Select(row => (At: row.Value, IsKept: !_returned.Contains(row.Key))).ToArray();
        var hour = day.Where(row => row.At >= hourAgo).ToArray();
        return new GuardCounts(Math.Max(hour.Count(row => row.IsKept), hour.Length / 2), Math.Max(day.Count(row => row.IsKept), day.Length / 2));
    }

    private void Write(SideRow row)
    {
        switch (row)
        {
            case UniqueKeyRow unique:
                _uniqueKeys.Add(Convert.ToHexString(unique.Key), unique);
                break;
            case KeptRow kept:
                _uniqueKeys[Convert.ToHexString(kept.Key)] = new UniqueKeyRow(kept.Key, [], kept.Payload, kept.ExpiresAt);
                break;
            case OutcomeRow outcome:
                _outcomes[outcome.Verification] = outcome with { Late = _outcomes.GetValueOrDefault(outcome.Verification)?.Late ?? [] };
                break;
            case GuardCountRow guard:
                _guards.TryAdd((Convert.ToHexString(guard.GuardKey), Convert.ToHexString(guard.SendId)), guard.At);
                break;
            case GuardReturnRow back when _guards.ContainsKey((Convert.ToHexString(back.GuardKey), Convert.ToHexString(back.SendId))):
                _returned.Add((Convert.ToHexString(back.GuardKey), Convert.ToHexString(back.SendId)));
                break;
            case GuardReturnRow:
                break;
            case ReceiptMapRow map:
                _receipts.Map(map);
                break;
            case ReceiptAppliedRow applied:
                _receipts.Apply(applied);
                break;
            case DueRow due:
                _due[due.Verification] = due;
                break;
            case DueDoneRow done:
                _due.Remove(done.Verification);
                break;
            case AuditRow audit:
                _audit.Add(audit);
                break;
            case AliasErasedRow:
                break;
            default:
                throw new NotSupportedException(row.GetType().Name);
        }
    }

    private ValueTask<T> Answer<T>(Func<T> look) => IsUnavailable
        ? ValueTask.FromException<T>(new StorageUnavailableException("The test made the database unavailable."))
        : ValueTask.FromResult(Look(look));

    private T Look<T>(Func<T> look)
    {
        lock (_gate)
        {
            return look();
        }
    }
}
