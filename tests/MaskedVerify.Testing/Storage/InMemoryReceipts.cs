using MaskedVerify.Domain;
using MaskedVerify.Storage;

namespace MaskedVerify.Testing;

/// <summary>The receipts of <see cref="InMemoryHotStore"/>.</summary>
/// <param name="hasEnded">Whether the outcome of a verification is there.</param>
/// <param name="take">Gives a receipt to it.</param>
internal sealed class InMemoryReceipts(Func<VerificationId, bool> hasEnded, Action<VerificationId, LateReceipt> take)
{
    private readonly Dictionary<(CarrierId Carrier, string MessageId), Row> _rows = [];

    public void Map(ReceiptMapRow map)
    {
        var row = Find(map.Carrier, map.MessageId);
        if (!IsOf(row, map.Verification, map.Attempt))
        {
            if (row.SubmittedAt > map.SubmittedAt)
            {
                return;
            }

            // The carrier uses its ids again, or tells the first one.
            Since(row, map.SubmittedAt);
            row.Map = map;
        }

        row.ExpiresAt = Later(row.ExpiresAt, map.ExpiresAt);
    }

    /// <summary>At the end of a commit that had the id.</summary>
    public void GiveToOutcome(ReceiptMapRow map) => TakenByOutcome(Find(map.Carrier, map.MessageId));

    public void Apply(ReceiptAppliedRow applied)
    {
        if (_rows.TryGetValue((applied.Carrier, applied.MessageId), out var row) && IsOf(row, applied.Verification, applied.Attempt)
            && (row.Applied is null || row.Applied.Value.MayBecome(applied.State)))
        {
            row.Applied = applied.State;
        }
    }

    public ReceiptMatch? Record(ParkedReceipt receipt)
    {
        var row = Find(receipt.Carrier, receipt.MessageId);
        row.ExpiresAt = row.ExpiresAt == default ? receipt.ExpiresAt : row.ExpiresAt;
        if (receipt.SubmittedAt is { } newer && (row.SubmittedAt is null || row.SubmittedAt < newer))
        {
            Since(row, newer);
        }

        if (row.SubmittedAt is null || row.SubmittedAt <= receipt.At)
        {
            Take(row, receipt);
        }

        TakenByOutcome(row);
        return Match(row);
    }

    public IReadOnlyList<ReceiptMapRow> FindMaps(CarrierId carrier, IReadOnlyList<string> messageIds) =>
    [
        .. messageIds.Select(id => _rows.GetValueOrDefault((carrier, id)) is { Map: { } map } row ? map with { ExpiresAt = row.ExpiresAt } : null).OfType<ReceiptMapRow>(),
    ];

    public IReadOnlyList<ReceiptMatch> FindUnapplied(int max) =>
    [
        .. _rows.Values
            .Where(row => row.IsPending)
            .Select(Match).OfType<ReceiptMatch>()
            .OrderBy(match => match.Receipt.At)
            .Take(max),
    ];

    public int Sweep(DateTimeOffset now, int max) =>
        Remove(_rows.Where(row => row.Value.ExpiresAt <= now).OrderBy(row => row.Value.ExpiresAt).Take(max).Select(row => row.Key));

    public int Erase(AliasId alias) => Remove(_rows.Where(row => row.Value.Map?.Alias == alias).Select(row => row.Key));

    private static ReceiptMatch? Match(Row row) => row is { Map: { } map, Receipt: { } receipt }
        ? new ReceiptMatch(receipt with { ExpiresAt = row.ExpiresAt, SubmittedAt = null }, map.Alias, map.Verification, map.Attempt, !row.IsPending)
        : null;

    private void TakenByOutcome(Row row)
    {
        if (row is { Map: { } map, Receipt: { OtherIds.Count: 0 } known, IsPending: true } && LateReceipts.Entry(map.Attempt, known.State, known.Reason) is not null
            && hasEnded(map.Verification))
        {
            take(map.Verification, new LateReceipt(map.Attempt, known.State, known.Reason));
            row.Applied = known.State;
        }
    }

    private static void Take(Row row, ParkedReceipt receipt)
    {
        if (row.Receipt is null || row.Receipt.State.MayBecome(receipt.State))
        {
            row.Receipt = receipt;
            row.ExpiresAt = Later(row.ExpiresAt, receipt.ExpiresAt);
        }
        else if ((row.Map is null || row.SubmittedAt != receipt.SubmittedAt)
            && (row.Waiting is not { } waiting || !receipt.State.MayBecome(waiting.State) || receipt.At - waiting.At >= TimeSpan.FromMinutes(15)))
        {
            row.Waiting = receipt;
        }
    }

    private static void Since(Row row, DateTimeOffset submittedAt)
    {
        ParkedReceipt?[] came = [row.Receipt, row.Waiting];
        var left = came.Where(receipt => receipt?.At >= submittedAt).OrderByDescending(receipt => receipt?.State.Rank()).FirstOrDefault();
        row.Receipt = left is not null && !ReferenceEquals(left, row.Receipt) ? left with { OtherIds = [] } : left;
        (row.Map, row.Waiting, row.Applied, row.SubmittedAt) = (null, null, null, submittedAt);
    }

    private static bool IsOf(Row row, VerificationId verification, int attempt) => row.Map is { } map && map.Verification == verification && map.Attempt == attempt;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private Row Find(CarrierId carrier, string messageId)
    {
        if (!_rows.TryGetValue((carrier, messageId), out var row))
        {
            _rows.Add((carrier, messageId), row = new Row());
        }

        return row;
    }

    private int Remove(IEnumerable<(CarrierId Carrier, string MessageId)> keys) => keys.ToArray().Count(_rows.Remove);

    private sealed class Row
    {
        public ReceiptMapRow? Map { get; set; }

        public ParkedReceipt? Receipt { get; set; }

        public ParkedReceipt? Waiting { get; set; }

        public DateTimeOffset? SubmittedAt { get; set; }

        public AttemptStatus? Applied { get; set; }

        public DateTimeOffset ExpiresAt { get; set; }

        public bool IsPending => Receipt is { } receipt && (Applied is not { } applied || applied.MayBecome(receipt.State));
    }
}
