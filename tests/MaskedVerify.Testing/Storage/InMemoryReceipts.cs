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
        if (row.Map is { } known && (known.Verification != map.Verification || known.Attempt != map.Attempt))
        {
            // The carrier uses its ids again.
            row.Receipt = null;
            row.Applied = null;
        }

        row.Map = map;
        row.ExpiresAt = Later(row.ExpiresAt, map.ExpiresAt);
    }

    /// <summary>At the end of a commit that had the id.</summary>
    public void GiveToOutcome(ReceiptMapRow map) => TakenByOutcome(Find(map.Carrier, map.MessageId));

    public void Apply(ReceiptAppliedRow applied)
    {
        if (_rows.TryGetValue((applied.Carrier, applied.MessageId), out var row) && (row.Applied is null || row.Applied.Value.MayBecome(applied.State)))
        {
            row.Applied = applied.State;
        }
    }

    public ReceiptMatch? Record(ParkedReceipt receipt)
    {
        var row = Find(receipt.Carrier, receipt.MessageId);
        if (row.Receipt is null || row.Receipt.State.MayBecome(receipt.State))
        {
            row.Receipt = receipt;
            row.ExpiresAt = Later(row.ExpiresAt, receipt.ExpiresAt);
        }

        TakenByOutcome(row);
        return Match(row);
    }

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
        ? new ReceiptMatch(receipt with { ExpiresAt = row.ExpiresAt }, map.Alias, map.Verification, map.Attempt, !row.IsPending)
        : null;

    private void TakenByOutcome(Row row)
    {
        if (row is { Map: { } map, Receipt: { } known, IsPending: true } && LateReceipts.Entry(map.Attempt, known.State, known.Reason) is not null
            && hasEnded(map.Verification))
        {
            take(map.Verification, new LateReceipt(map.Attempt, known.State, known.Reason));
            row.Applied = known.State;
        }
    }

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

        public AttemptStatus? Applied { get; set; }

        public DateTimeOffset ExpiresAt { get; set; }

        public bool IsPending => Receipt is { } receipt && (Applied is not { } applied || applied.MayBecome(receipt.State));
    }
}
