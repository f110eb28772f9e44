using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>
/// Receipts over several databases. The row of an attempt lives with its alias; a receipt is stored where its message id is known. One that comes first is parked
/// at the home of its message id. Whoever parks looks for the attempt once more afterwards, and whoever makes an attempt known looks for a parked receipt afterwards,
/// so one of the two finds the other; if both die in between, <see cref="RescueAsync"/> does. Moving is: store at the attempt, then drop what was parked. Repeating
/// it changes nothing.
/// </summary>
internal sealed class ShardedReceipts(HotShardGroup group)
{
    /// <summary>Parked receipts of a database that a rescue looks at in one run. The next run goes on behind them and begins anew at the end.</summary>
    private const int Page = 64;

    /// <summary>How long a database may take to say whether it knows a message id.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    private readonly long[] _after = new long[group.Shards.Count];

    /// <summary>Called between parking and looking again; a test that throws here is a process that died.</summary>
    public Func<Task>? Parked { get; set; }

    /// <summary>Called between a commit with message ids and looking for their receipts; a test that throws here is a process that died.</summary>
    public Func<Task>? Mapped { get; set; }

    /// <inheritdoc cref="IHotStore.RecordReceiptAsync"/>
    public async ValueTask<ReceiptMatch?> RecordAsync(ParkedReceipt receipt)
    {
        var name = new ReceiptName(receipt.Carrier, receipt.MessageId);
        var known = await FindAsync(name);
        if (PlaceOf(known) is { } place)
        {
            var match = await group.Shards[place].RecordReceiptAsync(receipt);
            await MoveAsync(place, known);
            return match;
        }

        // A receipt is not parked while a database is away that may know its attempt: the carrier brings it again.
        HotShardGroup.RequireAll(known);
        var home = HotPlacement.ShardOf(name, group.Shards.Count);
        if (await group.Shards[home].RecordReceiptAsync(receipt) is { } atHome)
        {
            return atHome;
        }

        await (Parked?.Invoke() ?? Task.CompletedTask);
        known = await FindAsync(name);
        return PlaceOf(known) is { } late ? await MoveAsync(late, known) : null;
    }

    /// <summary>Looks whether receipts wait for message ids that a commit made known. Fails silently: a rescue finds what is left.</summary>
    public async ValueTask AfterCommitAsync(int place, IReadOnlyList<SideRow> rows)
    {
        await (Mapped?.Invoke() ?? Task.CompletedTask);
        foreach (var row in rows.OfType<ReceiptMapRow>())
        {
            var name = new ReceiptName(row.Carrier, row.MessageId);
            var home = HotPlacement.ShardOf(name, group.Shards.Count);
            if (home != place)
            {
                await MoveAsync(place, await group.AskAsync([home], s_limit, (shard, _) => shard.FindReceiptAsync(name, CancellationToken.None)));
            }
        }
    }

    /// <summary>Moves parked receipts whose attempt is known in another database, a page of each database at a time.</summary>
    public async ValueTask RescueAsync(CancellationToken cancellationToken)
    {
        var pages = await group.AskAsync(
            [.. Enumerable.Range(0, _after.Length)], s_limit, (shard, n) => shard.ReadParkedAsync(Volatile.Read(ref _after[n]), Page, cancellationToken));
        foreach (var page in pages)
        {
            if (page.Value is { } rows)
            {
                Volatile.Write(ref _after[page.Shard], rows.Count == Page ? rows[^1].Number : 0);
                await Task.WhenAll(rows.Select(row => RescueOneAsync(row.Receipt)));
            }
        }
    }

    private async Task RescueOneAsync(ParkedReceipt receipt)
    {
        var known = await FindAsync(new ReceiptName(receipt.Carrier, receipt.MessageId));
        if (PlaceOf(known) is { } place)
        {
            await MoveAsync(place, known);
        }
    }

    /// <summary>Stores what is parked anywhere at the attempt, then drops it where it was parked.</summary>
    private async ValueTask<ReceiptMatch?> MoveAsync(int place, HotShardAnswer<StoredReceipt?>[] known)
    {
        ReceiptMatch? match = null;
        foreach (var answer in known)
        {
            if (answer.Shard == place || answer.Failure is not null || answer.Value is not { IsMapped: false, Receipt: { } parked })
            {
                continue;
            }

            var moved = await group.AskAsync([place], Timeout.InfiniteTimeSpan, (shard, _) => shard.RecordReceiptAsync(parked));
            if (moved is [{ Failure: null, Value: { } stored }])
            {
                match = stored;
                await group.AskAsync([answer.Shard], Timeout.InfiniteTimeSpan, (shard, _) => DropAsync(shard, parked));
            }
        }

        return match;
    }

    private static async ValueTask<bool> DropAsync(IHotShard shard, ParkedReceipt parked)
    {
        await shard.DropParkedAsync(parked);
        return true;
    }

    private ValueTask<HotShardAnswer<StoredReceipt?>[]> FindAsync(ReceiptName name) => group.AskAsync(s_limit, shard => shard.FindReceiptAsync(name, CancellationToken.None));

    /// <summary>The database that knows the attempt. A carrier that uses an id again means the newer one.</summary>
    private static int? PlaceOf(HotShardAnswer<StoredReceipt?>[] known) => known
        .Where(answer => answer is { Failure: null, Value.IsMapped: true })
        .OrderByDescending(answer => answer.Value?.ExpiresAt)
        .Select(answer => (int?)answer.Shard)
        .FirstOrDefault();
}
