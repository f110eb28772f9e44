using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>Claims and sweeps side rows on the writing connection.</summary>
internal sealed class HotUpkeep
{
    private static readonly string[] ByExpiry = ["outcomes", "unique_keys", "receipts"];

    private readonly HotWriter _writer;
    private readonly SqliteStatement _findDue;
    private readonly SqliteStatement _hideDue;
    private readonly SqliteStatement[] _sweeps;
    private readonly SqliteStatement _sweepGuard;

    public HotUpkeep(HotWriter writer, Func<string, SqliteStatement> prepare)
    {
        _writer = writer;
        _findDue = prepare("SELECT verification, alias_tag, due_at FROM due WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2");
        _hideDue = prepare("UPDATE due SET due_at = ?2 WHERE verification = ?1");
        _sweeps =
        [
            .. ByExpiry.Select(table => prepare($"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)")),
        ];
        _sweepGuard = prepare("""
            DELETE FROM guard_counts
            WHERE (guard_key, send_id) IN (SELECT guard_key, send_id FROM guard_counts WHERE at < ?1 ORDER BY at LIMIT ?2)
            """);
    }

    public List<DueRow> ClaimDue(DateTimeOffset now, DateTimeOffset hideUntil, int max)
    {
        var claimed = new List<DueRow>();
        _findDue.Bind(1, now.UtcTicks).Bind(2, max);
        while (_findDue.Read())
        {
            var verification = _findDue.Span(0);
            claimed.Add(new DueRow(
                HotIds.ReadVerification(verification),
                HotIds.ReadAlias(verification, _findDue.Span(1)),
                new DateTimeOffset(_findDue.Int64(2), TimeSpan.Zero)));
        }

        Span<byte> id = stackalloc byte[HotIds.VerificationLength];
        foreach (var row in claimed)
        {
            HotIds.Write(row.Verification, id);
            _writer.Write(_hideDue.Bind(1, id).Bind(2, hideUntil.UtcTicks));
        }

        return claimed;
    }

    public int Sweep(DateTimeOffset now, int max)
    {
        var removed = 0;
        foreach (var sweep in _sweeps)
        {
            removed += _writer.Write(sweep.Bind(1, now.UtcTicks).Bind(2, max));
        }

        return removed + _writer.Write(_sweepGuard.Bind(1, now.AddDays(-1).UtcTicks).Bind(2, max));
    }
}
