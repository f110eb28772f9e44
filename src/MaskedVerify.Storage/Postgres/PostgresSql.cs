using static MaskedVerify.Storage.ServerStatement;

namespace MaskedVerify.Storage;

/// <summary>The texts of the hot and keys statements. Parameters count in the order of the statement's arguments; columns come as arrays.</summary>
internal static class PostgresSql
{
    private const string ReceiptColumns = "carrier, message_id, verification, alias_tag, attempt, state, reason, at, applied, pending, expires_at, submitted_at, waiting_state, waiting_reason, waiting_at, other_ids";

    private static readonly Dictionary<ServerStatement, string> s_texts = new()
    {
        [NameTables] = "INSERT INTO hot.hot_tables (name) SELECT unnest($1) ON CONFLICT DO NOTHING",
        [FindTables] = "SELECT id, name FROM hot.hot_tables WHERE name = ANY($1)",
        [AddUniqueKeys] = """
            INSERT INTO hot.unique_keys (key, fingerprint, answer, expires_at, alias) SELECT * FROM unnest($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING RETURNING key
            """,
        [DropUniqueKeys] = "DELETE FROM hot.unique_keys WHERE key = ANY($1)",
        [LockGuards] = """
            INSERT INTO hot.guard_numbers (guard_key, at) SELECT u.guard_key, u.at FROM unnest($1, $2) AS u (guard_key, at) ORDER BY u.guard_key
            ON CONFLICT (guard_key) DO UPDATE SET at = greatest(guard_numbers.at, excluded.at)
            """,
        [FindCapped] = """
            SELECT u.n FROM unnest($1, $2, $3, $4, $5, $6, $7) AS u (n, guard_key, send_id, hour, day, hour_cap, day_cap)
            CROSS JOIN LATERAL (
              SELECT greatest(count(*) FILTER (WHERE g.at >= u.hour AND g.returned = 0), count(*) FILTER (WHERE g.at >= u.hour) / 2) AS in_hour,
                     greatest(count(*) FILTER (WHERE g.returned = 0), count(*) / 2) AS in_day
              FROM hot.guard_counts g WHERE g.guard_key = u.guard_key AND g.at >= u.day AND g.send_id <> u.send_id) c
            WHERE c.in_hour >= u.hour_cap OR c.in_day >= u.day_cap
            """,
        [UpdateStates] = """
            UPDATE hot.hot_state s SET version = s.version + 1, payload = u.payload
            FROM unnest($1, $2, $3, $4, $5) AS u (n, table_id, key, payload, version)
            WHERE s.table_id = u.table_id AND s.key = u.key AND s.version = u.version RETURNING u.n
            """,
        [InsertStates] = """
            INSERT INTO hot.hot_state (table_id, key, version, payload)
            SELECT u.table_id, u.key, 1, u.payload FROM unnest($1, $2, $3) AS u (table_id, key, payload)
            ON CONFLICT DO NOTHING RETURNING table_id, key
            """,
        [DeleteStates] = """
            DELETE FROM hot.hot_state s USING unnest($1, $2, $3, $4) AS u (n, table_id, key, version)
            WHERE s.table_id = u.table_id AND s.key = u.key AND s.version = u.version RETURNING u.n
            """,
        [FindExisting] = """
            SELECT u.n FROM unnest($1, $2, $3) AS u (n, table_id, key) JOIN hot.hot_state s ON s.table_id = u.table_id AND s.key = u.key
            """,
        [PutKept] = """
            INSERT INTO hot.unique_keys (key, fingerprint, answer, expires_at) SELECT u.key, ''::bytea, u.answer, u.expires_at FROM unnest($1, $2, $3) AS u (key, answer, expires_at)
            ON CONFLICT (key) DO UPDATE SET answer = excluded.answer, expires_at = excluded.expires_at
            """,
        [PutOutcomes] = """
            INSERT INTO hot.outcomes (verification, alias_tag, payload, expires_at) SELECT * FROM unnest($1, $2, $3, $4)
            ON CONFLICT (verification) DO UPDATE SET alias_tag = excluded.alias_tag, payload = excluded.payload, expires_at = excluded.expires_at
            """,
        [AddGuards] = "INSERT INTO hot.guard_counts (guard_key, send_id, at) SELECT * FROM unnest($1, $2, $3) ON CONFLICT DO NOTHING",
        [ReturnGuards] = """
            UPDATE hot.guard_counts g SET returned = 1 FROM unnest($1, $2) AS u (guard_key, send_id) WHERE g.guard_key = u.guard_key AND g.send_id = u.send_id
            """,
        [PutDues] = """
            INSERT INTO hot.due (verification, alias_tag, due_at) SELECT * FROM unnest($1, $2, $3)
            ON CONFLICT (verification) DO UPDATE SET alias_tag = excluded.alias_tag, due_at = excluded.due_at
            """,
        [DropDues] = "DELETE FROM hot.due WHERE verification = ANY($1)",
        [AddAudits] = """
            INSERT INTO hot.audit_outbox (event_id, tenant, payload, at)
            SELECT u.event_id, u.tenant, u.payload, u.at FROM unnest($1, $2, $3, $4) WITH ORDINALITY AS u (event_id, tenant, payload, at, n) ORDER BY u.n
            """,
        [AddReceipts] = $"""
            INSERT INTO hot.receipts ({ReceiptColumns}) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            ON CONFLICT DO NOTHING RETURNING carrier, message_id
            """,
        [ChangeReceipts] = $"""
            UPDATE hot.receipts r
            SET verification = u.verification, alias_tag = u.alias_tag, attempt = u.attempt, state = u.state, reason = u.reason, at = u.at,
                applied = u.applied, pending = u.pending, expires_at = u.expires_at, submitted_at = u.submitted_at,
                waiting_state = u.waiting_state, waiting_reason = u.waiting_reason, waiting_at = u.waiting_at, other_ids = u.other_ids
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AS u ({ReceiptColumns})
            WHERE r.carrier = u.carrier AND r.message_id = u.message_id
            """,
        [LockReceipts] = """
            SELECT r.carrier, r.message_id, r.verification, r.alias_tag, r.attempt, r.state, r.reason, r.at, r.applied, r.expires_at,
              r.submitted_at, r.waiting_state, r.waiting_reason, r.waiting_at, r.other_ids
            FROM unnest($1, $2) AS u (carrier, message_id) JOIN hot.receipts r ON r.carrier = u.carrier AND r.message_id = u.message_id
            ORDER BY r.carrier, r.message_id FOR UPDATE OF r
            """,
        [FindMaps] = """
            SELECT r.message_id, r.verification, r.alias_tag, r.attempt, r.submitted_at, r.expires_at
            FROM unnest($1, $2) AS u (carrier, message_id) JOIN hot.receipts r ON r.carrier = u.carrier AND r.message_id = u.message_id
            WHERE r.verification IS NOT NULL
            """,
        [AddLate] = """
            WITH free AS (SELECT verification FROM hot.outcomes WHERE verification = ANY($1) ORDER BY verification FOR UPDATE SKIP LOCKED)
            UPDATE hot.outcomes o SET late = coalesce(o.late, ''::bytea) || u.late
            FROM unnest($1, $2) AS u (verification, late) JOIN free f ON f.verification = u.verification
            WHERE o.verification = u.verification RETURNING o.verification
            """,
        [TransactionName] = "SELECT pg_current_xact_id()::text",
        [TransactionOutcome] = "SELECT pg_xact_status($1::xid8)",
        [ReadStates] = """
            SELECT u.n, s.version, s.payload FROM unnest($1, $2, $3) AS u (name, key, n)
            JOIN hot.hot_tables t ON t.name = u.name JOIN hot.hot_state s ON s.table_id = t.id AND s.key = u.key
            """,
        [ReadUniqueKeys] = "SELECT key, fingerprint, answer, expires_at FROM hot.unique_keys WHERE key = ANY($1)",
        [ReadOutcomes] = "SELECT verification, alias_tag, payload, expires_at, late FROM hot.outcomes WHERE verification = ANY($1)",
        [ReadGuards] = """
            SELECT u.n, greatest(count(*) FILTER (WHERE g.at >= u.hour AND g.returned = 0), count(*) FILTER (WHERE g.at >= u.hour) / 2),
                   greatest(count(*) FILTER (WHERE g.returned = 0), count(*) / 2)
            FROM unnest($1, $2, $3, $4) AS u (n, guard_key, hour, day)
            JOIN hot.guard_counts g ON g.guard_key = u.guard_key AND g.at >= u.day GROUP BY u.n
            """,
        [AnyDue] = "SELECT 1 FROM hot.due WHERE due_at <= $1 LIMIT 1",
        [ClaimDues] = """
            WITH taken AS (SELECT verification, due_at FROM hot.due WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
            UPDATE hot.due d SET due_at = $2 FROM taken t WHERE d.verification = t.verification RETURNING d.verification, d.alias_tag, t.due_at
            """,
        [FindUnapplied] = """
            SELECT carrier, message_id, state, reason, at, expires_at, verification, alias_tag, attempt, other_ids
            FROM hot.receipts WHERE pending = 1 ORDER BY at, id LIMIT $1
            """,
        [SweepOutcomes] = Sweep("outcomes", "verification", "expires_at <="),
        [SweepUniqueKeys] = Sweep("unique_keys", "key", "expires_at <="),
        [SweepReceipts] = Sweep("receipts", "carrier, message_id", "expires_at <="),
        [SweepGuards] = Sweep("guard_counts", "guard_key, send_id", "at <"),
        [SweepGuardLocks] = Sweep("guard_numbers", "guard_key", "at <"),
        [LockAudits] = "SELECT newest FROM hot.audit_heads WHERE shard = 0 FOR UPDATE SKIP LOCKED",
        [MoveAudits] = """
            WITH oldest AS (SELECT seq FROM hot.audit_outbox ORDER BY seq LIMIT $1),
            moved AS (
              DELETE FROM hot.audit_outbox o USING oldest WHERE o.seq = oldest.seq
              RETURNING o.seq, o.event_id, o.tenant, o.payload, o.at, get_byte(sha256(convert_to(o.tenant, 'UTF8')), 0) % 16 AS shard),
            numbered AS (
              SELECT m.*, h.newest + row_number() OVER (PARTITION BY m.shard ORDER BY m.seq) AS number
              FROM moved m LEFT JOIN hot.audit_heads h ON h.shard = m.shard),
            logged AS (
              INSERT INTO hot.audit_log (shard, number, event_id, tenant, payload, at)
              SELECT n.shard, n.number, n.event_id, n.tenant, n.payload, n.at FROM numbered n ORDER BY n.shard, n.number),
            grown AS (
              UPDATE hot.audit_heads h SET newest = g.newest
              FROM (SELECT n.shard, max(n.number) AS newest FROM numbered n GROUP BY n.shard) g WHERE h.shard = g.shard)
            SELECT count(*) FROM moved
            """,
        [ReadAuditBacklog] = """
            SELECT coalesce(max(seq) - min(seq) + 1, 0), (SELECT at FROM hot.audit_outbox ORDER BY seq LIMIT 1) FROM hot.audit_outbox
            """,
        [EraseOutcomes] = "DELETE FROM hot.outcomes WHERE verification BETWEEN $1 AND $2",
        [EraseDues] = "DELETE FROM hot.due WHERE verification BETWEEN $1 AND $2",
        [EraseReceipts] = "DELETE FROM hot.receipts WHERE verification BETWEEN $1 AND $2",
        [EmptyAnswers] = "UPDATE hot.unique_keys SET fingerprint = '', answer = '', alias = NULL WHERE alias = $1",
        [AddAliases] = "INSERT INTO keys.alias_index (index_key, key_version, alias) SELECT * FROM unnest($1, $2, $3) ON CONFLICT DO NOTHING",
        [AddSubjects] = """
            INSERT INTO keys.subject_keys (alias, tenant, version, wrapped, unseen_since)
            SELECT u.alias, u.tenant, u.version, u.wrapped, u.unseen_since FROM unnest($1, $2, $3, $4, $5, $6) AS u (index_key, alias, tenant, version, wrapped, unseen_since)
            JOIN keys.alias_index i ON i.index_key = u.index_key AND i.alias = u.alias
            ON CONFLICT DO NOTHING
            """,
        [FindAliases] = "SELECT index_key, alias FROM keys.alias_index WHERE index_key = ANY($1)",
        [DropSubjects] = "DELETE FROM keys.subject_keys WHERE alias = ANY($1) RETURNING alias",
        [DropAliases] = "DELETE FROM keys.alias_index WHERE alias = ANY($1) RETURNING alias",
        [ReadSubjects] = "SELECT alias, version, wrapped FROM keys.subject_keys WHERE alias = ANY($1)",
        [FindUnseen] = "SELECT tenant, alias FROM keys.subject_keys WHERE unseen_since < $1 ORDER BY unseen_since LIMIT $2",
        [MarkSeen] = "UPDATE keys.subject_keys SET unseen_since = NULL WHERE alias = ANY($1) AND unseen_since IS NOT NULL",
        [AddNamedKeys] = "INSERT INTO keys.named_keys (tenant, name, version, wrapped) SELECT * FROM unnest($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        [ReadNamedKeys] = """
            SELECT u.n, k.version, k.wrapped FROM unnest($1, $2, $3) AS u (tenant, name, n) JOIN keys.named_keys k ON k.tenant = u.tenant AND k.name = u.name
            """,
    };

    /// <summary>The text of a statement.</summary>
    public static string Text(ServerStatement statement) => s_texts[statement];

    private static string Sweep(string table, string key, string past)
    {
        var column = past.Split(' ')[0];
        return $"""
            DELETE FROM hot.{table} WHERE ({key}) IN
            (SELECT {key} FROM hot.{table} WHERE {past} $1 ORDER BY {column} LIMIT $2 FOR UPDATE SKIP LOCKED)
            """;
    }
}
