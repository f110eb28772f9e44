using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>Writes side rows on the writing connection.</summary>
internal sealed class HotSideRows
{
    /// <summary>Messages of the hour since ?2 and of the rows in question: those not given back, or half of all.</summary>
    internal const string GuardCounted =
        "max(count(*) FILTER (WHERE at >= ?2 AND returned = 0), count(*) FILTER (WHERE at >= ?2) / 2), max(count(*) FILTER (WHERE returned = 0), count(*) / 2)";

    private readonly HotWriter _writer;
    private readonly HotReceipts _receipts;
    private readonly HotErasure _erasure;
    private readonly SqliteStatement _findUniqueKey;
    private readonly SqliteStatement _uniqueKey;
    private readonly SqliteStatement _kept;
    private readonly SqliteStatement _outcome;
    private readonly SqliteStatement _countGuard;
    private readonly SqliteStatement _guard;
    private readonly SqliteStatement _guardReturn;
    private readonly SqliteStatement _due;
    private readonly SqliteStatement _dueDone;
    private readonly SqliteStatement _audit;

    public HotSideRows(HotWriter writer, Func<string, SqliteStatement> prepare)
    {
        _writer = writer;
        _receipts = new HotReceipts(writer, prepare(HotReceipts.Insert), prepare(HotReceipts.Select), prepare(HotReceipts.Update), prepare(HotReceipts.Late), prepare(HotReceipts.UpdateLate));
        _erasure = new HotErasure(writer, prepare);
        _findUniqueKey = prepare("SELECT 1 FROM unique_keys WHERE key = ?1");
        _uniqueKey = prepare("INSERT INTO unique_keys (key, fingerprint, answer, expires_at, alias) VALUES (?1, ?2, ?3, ?4, ?5)");
        _kept = prepare("""
            INSERT INTO unique_keys (key, fingerprint, answer, expires_at) VALUES (?1, x'', ?2, ?3)
            ON CONFLICT (key) DO UPDATE SET answer = excluded.answer, expires_at = excluded.expires_at
            """);
        _outcome = prepare("""
            INSERT INTO outcomes (verification, alias_tag, payload, expires_at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (verification) DO UPDATE SET alias_tag = excluded.alias_tag, payload = excluded.payload, expires_at = excluded.expires_at
            """);
        _countGuard = prepare($"SELECT {GuardCounted} FROM guard_counts WHERE guard_key = ?1 AND at >= ?3 AND send_id <> ?4");
        _guard = prepare("INSERT INTO guard_counts (guard_key, send_id, at) VALUES (?1, ?2, ?3) ON CONFLICT (guard_key, send_id) DO NOTHING");
        _guardReturn = prepare("UPDATE guard_counts SET returned = 1 WHERE guard_key = ?1 AND send_id = ?2");
        _due = prepare("""
            INSERT INTO due (verification, alias_tag, due_at) VALUES (?1, ?2, ?3)
            ON CONFLICT (verification) DO UPDATE SET alias_tag = excluded.alias_tag, due_at = excluded.due_at
            """);
        _dueDone = prepare("DELETE FROM due WHERE verification = ?1");
        _audit = prepare("INSERT INTO audit_outbox (event_id, tenant, payload, at) VALUES (?1, ?2, ?3, ?4)");
    }

    public HotReceipts Receipts => _receipts;

    /// <summary>Whether one of the idempotency keys is taken, by an older commit or by an item before this one in the batch.</summary>
    public bool AnyKeyTaken(IReadOnlyList<SideRow> rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i] is UniqueKeyRow row && _findUniqueKey.Bind(1, row.Key).Read())
            {
                _findUniqueKey.Reset();
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether one of the numbers is at its cap. Exact, for this connection is the only one that writes.</summary>
    public bool AnyNumberAtCap(IReadOnlyList<SideRow> rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i] is not GuardCountRow row)
            {
                continue;
            }

            _countGuard.Bind(1, row.GuardKey).Bind(2, row.HourAgo.UtcTicks).Bind(3, row.DayAgo.UtcTicks).Bind(4, row.SendId).Read();
            var counts = new GuardCounts(_countGuard.Int32(0), _countGuard.Int32(1));
            _countGuard.Reset();
            if (row.Caps.AreReached(counts))
            {
                return true;
            }
        }

        return false;
    }

    public void Write(IReadOnlyList<SideRow> rows)
    {
        foreach (var erased in rows.OfType<AliasErasedRow>())
        {
            _erasure.Erase(erased.Alias);
        }

        List<ReceiptMapRow>? known = null;
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i] is not ReceiptMapRow map)
            {
                Write(rows[i]);
            }
            else if (_receipts.Map(map))
            {
                (known ??= []).Add(map);
            }
        }

        known?.ForEach(_receipts.GiveToOutcome);
    }

    private void Write(SideRow row)
    {
        switch (row)
        {
            case UniqueKeyRow unique:
                var claim = _uniqueKey.Bind(1, unique.Key).Bind(2, unique.Fingerprint).Bind(3, unique.Answer).Bind(4, unique.ExpiresAt.UtcTicks);
                _writer.Write(unique.Alias.IsNone ? claim.BindNull(5) : claim.Bind(5, HotIds.VerificationsOf(unique.Alias).First));
                break;
            case AliasErasedRow:
                break;
            case KeptRow kept:
                _writer.Write(_kept.Bind(1, kept.Key).Bind(2, kept.Payload).Bind(3, kept.ExpiresAt.UtcTicks));
                break;
            case OutcomeRow outcome:
                _writer.Write(Name(_outcome, outcome.Verification, outcome.Alias).Bind(3, outcome.Payload).Bind(4, outcome.ExpiresAt.UtcTicks));
                break;
            case GuardCountRow guard:
                _writer.Write(_guard.Bind(1, guard.GuardKey).Bind(2, guard.SendId).Bind(3, guard.At.UtcTicks));
                break;
            case GuardReturnRow back:
                _writer.Write(_guardReturn.Bind(1, back.GuardKey).Bind(2, back.SendId));
                break;
            case ReceiptAppliedRow applied:
                _receipts.Apply(applied);
                break;
            case DueRow due:
                _writer.Write(Name(_due, due.Verification, due.Alias).Bind(3, due.DueAt.UtcTicks));
                break;
            case DueDoneRow done:
                Span<byte> verification = stackalloc byte[HotIds.VerificationLength];
                HotIds.Write(done.Verification, verification);
                _writer.Write(_dueDone.Bind(1, verification));
                break;
            case AuditRow audit:
                _writer.Write(_audit.Bind(1, audit.EventId).Bind(2, audit.Tenant.Value).Bind(3, audit.Payload).Bind(4, audit.At.UtcTicks));
                break;
            default:
                throw new NotSupportedException($"The store has no table for {row.GetType().Name}.");
        }
    }

    private static SqliteStatement Name(SqliteStatement statement, VerificationId verification, AliasId alias)
    {
        Span<byte> id = stackalloc byte[HotIds.VerificationLength];
        Span<byte> tag = stackalloc byte[HotIds.AliasTagLength];
        HotIds.Write(verification, alias, id);
        HotIds.WriteTag(alias, tag);
        return statement.Bind(1, id).Bind(2, tag);
    }
}
