using MaskedVerify.Domain;
using Microsoft.Data.Sqlite;

namespace MaskedVerify.Storage;

/// <summary>A reading connection of a hot database.</summary>
internal sealed class HotReader : SqliteSession
{
    private readonly SqliteStatement _state;
    private readonly SqliteStatement _uniqueKey;
    private readonly SqliteStatement _outcome;
    private readonly SqliteStatement _guard;
    private readonly SqliteStatement _anyDue;
    private readonly SqliteStatement _unapplied;
    private readonly SqliteStatement _map;
    private readonly SqliteStatement _newestAudit;
    private readonly SqliteStatement _oldestAudit;

    public HotReader(SqliteConnection connection)
        : base(connection)
    {
        _state = Prepare("SELECT version, payload FROM hot_state WHERE table_id = (SELECT id FROM hot_tables WHERE name = ?1) AND key = ?2");
        _uniqueKey = Prepare("SELECT fingerprint, answer, expires_at FROM unique_keys WHERE key = ?1");
        _outcome = Prepare("SELECT verification, alias_tag, payload, expires_at, late FROM outcomes WHERE verification = ?1");
        _guard = Prepare($"SELECT {HotSideRows.GuardCounted} FROM guard_counts WHERE guard_key = ?1 AND at >= ?3");
        _anyDue = Prepare("SELECT 1 FROM due WHERE due_at <= ?1 LIMIT 1");
        _unapplied = Prepare("""
            SELECT carrier, message_id, state, reason, at, expires_at, verification, alias_tag, attempt, other_ids
            FROM receipts WHERE pending = 1 ORDER BY at, id LIMIT ?1
            """);
        _map = Prepare("""
            SELECT verification, alias_tag, attempt, submitted_at, expires_at
            FROM receipts WHERE carrier = ?1 AND message_id = ?2 AND verification IS NOT NULL
            """);
        _newestAudit = Prepare("SELECT seq FROM audit_outbox ORDER BY seq DESC LIMIT 1");
        _oldestAudit = Prepare("SELECT seq, at FROM audit_outbox ORDER BY seq LIMIT 1");
    }

    public HotRow? ReadState(string table, string key)
    {
        Span<byte> room = stackalloc byte[HotIds.KeyRoom(key)];
        if (!_state.Bind(1, table).Bind(2, room[..HotIds.WriteKey(key, room)]).Read())
        {
            return null;
        }

        var row = new HotRow(_state.Int64(0), _state.Bytes(1));
        _state.Reset();
        return row;
    }

    public UniqueKeyRow? FindUniqueKey(ReadOnlySpan<byte> key)
    {
        if (!_uniqueKey.Bind(1, key).Read())
        {
            return null;
        }

        var row = new UniqueKeyRow(key.ToArray(), _uniqueKey.Bytes(0), _uniqueKey.Bytes(1), Time(_uniqueKey.Int64(2)));
        _uniqueKey.Reset();
        return row;
    }

    public OutcomeRow? ReadOutcome(VerificationId verification)
    {
        Span<byte> id = stackalloc byte[HotIds.VerificationLength];
        HotIds.Write(verification, id);
        if (!_outcome.Bind(1, id).Read())
        {
            return null;
        }

        var row = new OutcomeRow(
            HotIds.ReadVerification(_outcome.Span(0)), HotIds.ReadAlias(_outcome.Span(0), _outcome.Span(1)), _outcome.Bytes(2), Time(_outcome.Int64(3)))
        {
            Late = _outcome.IsNull(4) ? [] : LateReceipts.Read(_outcome.Span(4)),
        };
        _outcome.Reset();
        return row;
    }

    public GuardCounts ReadGuard(ReadOnlySpan<byte> guardKey, DateTimeOffset hourAgo, DateTimeOffset dayAgo)
    {
        _guard.Bind(1, guardKey).Bind(2, hourAgo.UtcTicks).Bind(3, dayAgo.UtcTicks).Read();
        var counts = new GuardCounts(_guard.Int32(0), _guard.Int32(1));
        _guard.Reset();
        return counts;
    }

    public bool AnyDue(DateTimeOffset now)
    {
        var any = _anyDue.Bind(1, now.UtcTicks).Read();
        _anyDue.Reset();
        return any;
    }

    public ReceiptMapRow? FindMap(CarrierId carrier, string messageId)
    {
        if (!_map.Bind(1, carrier.Value).Bind(2, messageId).Read())
        {
            return null;
        }

        var verification = _map.Span(0);
        var row = new ReceiptMapRow(
            carrier,
            messageId,
            HotIds.ReadAlias(verification, _map.Span(1)),
            HotIds.ReadVerification(verification),
            _map.Int32(2),
            Time(_map.Int64(3)),
            Time(_map.Int64(4)));
        _map.Reset();
        return row;
    }

    public List<ReceiptMatch> FindUnapplied(int max)
    {
        var found = new List<ReceiptMatch>();
        _unapplied.Bind(1, max);
        while (_unapplied.Read())
        {
            var receipt = new ParkedReceipt(
                CarrierId.Parse(_unapplied.Text(0)),
                _unapplied.Text(1),
                (AttemptStatus)_unapplied.Int32(2),
                _unapplied.IsNull(3) ? null : _unapplied.Text(3),
                Time(_unapplied.Int64(4)),
                Time(_unapplied.Int64(5)))
            {
                OtherIds = ReceiptRecord.SplitIds(_unapplied.IsNull(9) ? null : _unapplied.Text(9)),
            };
            var verification = _unapplied.Span(6);
            found.Add(new ReceiptMatch(
                receipt, HotIds.ReadAlias(verification, _unapplied.Span(7)), HotIds.ReadVerification(verification), _unapplied.Int32(8)));
        }

        return found;
    }

    public AuditBacklog ReadAuditBacklog(int writes)
    {
        if (!_newestAudit.Read())
        {
            return new AuditBacklog(0, null, writes);
        }

        var newest = _newestAudit.Int64(0);
        _newestAudit.Reset();

        // The drain may have been here between the two.
        if (!_oldestAudit.Read())
        {
            return new AuditBacklog(0, null, writes);
        }

        var backlog = new AuditBacklog(Math.Max(1, newest - _oldestAudit.Int64(0) + 1), Time(_oldestAudit.Int64(1)), writes);
        _oldestAudit.Reset();
        return backlog;
    }

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}
