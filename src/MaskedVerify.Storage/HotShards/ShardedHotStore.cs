using MaskedVerify.Domain;
using Microsoft.Extensions.Logging;

namespace MaskedVerify.Storage;

/// <summary>
/// The hot store over several databases (<see cref="HotPlacement"/>). A database that is away makes its own aliases unavailable; what is put together from all
/// databases is put together from those that answer, except the counts of a number, which are complete or unavailable.
/// </summary>
internal sealed class ShardedHotStore : IHotStore, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan s_readLimit = TimeSpan.FromSeconds(1);

    /// <summary>Longer: without one answer nothing is sent.</summary>
    private static readonly TimeSpan s_guardLimit = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<IHotShard> _shards;
    private readonly HotShardGroup _group;

    private ShardedHotStore(IReadOnlyList<IHotShard> shards, TimeProvider time, ILogger logger)
    {
        _shards = shards;
        _group = new HotShardGroup(shards, time, logger);
        Keys = new KeyReservations(shards, time, logger);
        Receipts = new ShardedReceipts(_group);
    }

    /// <summary>The databases, in the order of their numbers.</summary>
    public IReadOnlyList<IHotShard> Shards => _shards;

    /// <inheritdoc/>
    public IReadOnlyList<IAuditOutbox> AuditOutboxes => [.. _shards.SelectMany(shard => shard.AuditOutboxes)];

    /// <inheritdoc/>
    public IAuditOutbox AuditOutboxOf(string key) => _shards[HotPlacement.ShardOf(key, _shards.Count)].AuditOutboxOf(key);

    /// <summary>Idempotency keys.</summary>
    public KeyReservations Keys { get; }

    /// <summary>Receipts.</summary>
    public ShardedReceipts Receipts { get; }

    /// <summary>A store over these databases, in the order of their numbers; a single one is the store itself.</summary>
    public static IHotStore Over(IReadOnlyList<IHotShard> shards, TimeProvider time, ILogger logger) => shards is [var only] ? only : new ShardedHotStore(shards, time, logger);

    public ValueTask<HotRow?> ReadAsync(string table, string key, CancellationToken cancellationToken = default)
    {
        HotChecks.CheckName(table, key);
        return _shards[HotPlacement.ShardOf(key, _shards.Count)].ReadAsync(table, key, cancellationToken);
    }

    public async ValueTask<CommitResult> CommitAsync(HotCommit commit)
    {
        HotChecks.Check(commit);
        var place = HotPlacement.ShardOf(commit.Key, _shards.Count);
        var (hasKeys, hasMaps) = Look(commit, place);
        var result = await (hasKeys ? Keys.CommitAsync(place, commit) : _shards[place].CommitAsync(commit));
        if (hasMaps && result.Status == CommitStatus.Committed)
        {
            await Receipts.AfterCommitAsync(place, commit.SideRows);
        }

        return result;
    }

    public ValueTask<UniqueKeyRow?> FindUniqueKeyAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => Keys.FindAsync(key, cancellationToken);

    public ValueTask<OutcomeRow?> ReadOutcomeAsync(VerificationId verification, CancellationToken cancellationToken = default) =>
        _shards[HotPlacement.ShardOf(verification, _shards.Count)].ReadOutcomeAsync(verification, cancellationToken);

    public async ValueTask<GuardCounts> ReadGuardAsync(
        ReadOnlyMemory<byte> guardKey, DateTimeOffset hourAgo, DateTimeOffset dayAgo, CancellationToken cancellationToken = default)
    {
        // A number at its cap must not look free because the database that counted it does not answer: a part of the sum is no answer.
        var counts = await _group.AskEveryAsync(s_guardLimit, shard => shard.ReadGuardAsync(guardKey, hourAgo, dayAgo, cancellationToken));
        return new GuardCounts(counts.Sum(count => count.LastHour), counts.Sum(count => count.LastDay));
    }

    public async ValueTask<IReadOnlyList<DueRow>> ClaimDueAsync(
        DateTimeOffset now, DateTimeOffset hideUntil, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var peeks = await _group.AskAsync(s_readLimit, shard => shard.PeekDueAsync(now, max, cancellationToken));
        HotShardGroup.RequireAny(peeks);
        var shares = HotShardRules.Shares([.. peeks.Select(peek => peek.Value ?? [])], max);
        List<int> some = [.. Enumerable.Range(0, shares.Count).Where(shard => shares[shard] > 0)];
        var claims = await _group.AskAsync(some, Timeout.InfiniteTimeSpan, (shard, n) => shard.ClaimDueAsync(now, hideUntil, shares[n], cancellationToken));
        HotShardGroup.RequireAny(claims);
        return [.. claims.SelectMany(claim => claim.Value ?? []).OrderBy(row => row.DueAt)];
    }

    public ValueTask<ReceiptMatch?> RecordReceiptAsync(ParkedReceipt receipt)
    {
        HotChecks.CheckReceipt(receipt.Carrier, receipt.MessageId);
        return Receipts.RecordAsync(receipt);
    }

    public async ValueTask<IReadOnlyList<ReceiptMatch>> FindUnappliedReceiptsAsync(int max, CancellationToken cancellationToken = default)
    {
        await Receipts.RescueAsync(cancellationToken);
        var answers = await _group.AskAsync(s_readLimit, shard => shard.FindUnappliedReceiptsAsync(max, cancellationToken));
        HotShardGroup.RequireAny(answers);
        return [.. answers.SelectMany(answer => answer.Value ?? []).OrderBy(match => match.Receipt.At).Take(max)];
    }

    public async ValueTask<int> SweepAsync(DateTimeOffset now, int max, CancellationToken cancellationToken = default)
    {
        var answers = await _group.AskAsync(Timeout.InfiniteTimeSpan, shard => shard.SweepAsync(now, max, cancellationToken));
        HotShardGroup.RequireAny(answers);
        return answers.Sum(answer => answer.Value);
    }

    public ValueTask EraseSideRowsAsync(AliasId alias, CancellationToken cancellationToken = default) => alias.IsNone
        ? throw new ArgumentException("There is no alias to erase.", nameof(alias))
        : _shards[HotPlacement.ShardOf(alias, _shards.Count)].EraseSideRowsAsync(alias, cancellationToken);

    /// <inheritdoc cref="IHotStoreHealth.FindAbsentAsync"/>
    public async ValueTask<IReadOnlyList<string>> FindAbsentAsync(CancellationToken cancellationToken)
    {
        var answers = await _group.AskAsync(s_readLimit, shard => shard.ReadAsync(HotStoreHealth.Nothing, HotStoreHealth.Nothing, cancellationToken));
        HotShardGroup.RequireAny(answers);
        return [.. answers.Where(answer => answer.Failure is not null).Select(answer => _shards[answer.Shard].Database)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var shard in _shards)
        {
            if (shard is IAsyncDisposable open)
            {
                await open.DisposeAsync();
            }
            else
            {
                (shard as IDisposable)?.Dispose();
            }
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>What a commit brings that needs more than its own database.</summary>
    /// <exception cref="ArgumentException">A row is of an alias in another database: it would share no transaction with the state, and nobody would find it.</exception>
    private (bool HasKeys, bool HasMaps) Look(HotCommit commit, int place)
    {
        var (hasKeys, hasMaps) = (false, false);
        foreach (var row in commit.SideRows)
        {
            hasKeys |= row is UniqueKeyRow;
            hasMaps |= row is ReceiptMapRow;
            var verification = row switch
            {
                OutcomeRow outcome => outcome.Verification,
                ReceiptMapRow map => map.Verification,
                DueRow due => due.Verification,
                DueDoneRow done => done.Verification,
                _ => default,
            };
            if (!verification.IsNone && HotPlacement.ShardOf(verification, _shards.Count) != place)
            {
                throw new ArgumentException("A commit has rows of an alias that is not its own.", nameof(commit));
            }
        }

        return (hasKeys, hasMaps);
    }
}
