using static MaskedVerify.Storage.ServerStatement;

namespace MaskedVerify.Storage;

/// <summary>Side rows and receipts.</summary>
internal sealed partial class SqlServerSql
{
    private static IEnumerable<(ServerStatement Statement, string Body)> SideRows()
    {
        var outcomes = Rows("verification key, alias_tag key, payload bytes, expires_at bigint");
        var dues = Rows("verification key, alias_tag key, due_at bigint");
        var kept = Rows("key key, answer bytes, expires_at bigint");
        return
        [
            (PutKept, $"""
                UPDATE k SET answer = ISNULL(u.answer, 0x), expires_at = u.expires_at
                FROM {kept} INNER JOIN hot.unique_keys AS k {Held} ON k.[key] = u.[key] {InOrder};
                INSERT INTO hot.unique_keys ([key], fingerprint, answer, expires_at)
                SELECT u.[key], 0x, ISNULL(u.answer, 0x), u.expires_at FROM {kept}
                WHERE NOT EXISTS (SELECT 1 FROM hot.unique_keys AS k {Held} WHERE k.[key] = u.[key]) {InOrder};
                """),

            // Both statements of this one, and of the dues, find the same: who writes rows of a verification holds the state of its alias.
            (PutOutcomes, $"""
                UPDATE o SET alias_tag = u.alias_tag, payload = ISNULL(u.payload, 0x), expires_at = u.expires_at
                FROM {outcomes} INNER JOIN hot.outcomes AS o {Held} ON o.verification = u.verification {InOrder};
                INSERT INTO hot.outcomes (verification, alias_tag, payload, expires_at)
                SELECT u.verification, u.alias_tag, ISNULL(u.payload, 0x), u.expires_at FROM {outcomes}
                WHERE NOT EXISTS (SELECT 1 FROM hot.outcomes AS o {Held} WHERE o.verification = u.verification) {InOrder};
                """),
            (AddGuards, $"""
                INSERT INTO hot.guard_counts (guard_key, send_id, at)
                SELECT u.guard_key, u.send_id, u.at FROM {Rows("guard_key key, send_id key, at bigint")}
                WHERE NOT EXISTS (SELECT 1 FROM hot.guard_counts AS g {Held} WHERE g.guard_key = u.guard_key AND g.send_id = u.send_id) {InOrder};
                """),
            (ReturnGuards, $"""
                UPDATE g SET returned = 1 FROM {Rows("guard_key key, send_id key")}
                INNER JOIN hot.guard_counts AS g {Held} ON g.guard_key = u.guard_key AND g.send_id = u.send_id {InOrder};
                """),
            (PutDues, $"""
                UPDATE d SET alias_tag = u.alias_tag, due_at = u.due_at
                FROM {dues} INNER JOIN hot.due AS d {Held} ON d.verification = u.verification {InOrder};
                INSERT INTO hot.due (verification, alias_tag, due_at)
                SELECT u.verification, u.alias_tag, u.due_at FROM {dues}
                WHERE NOT EXISTS (SELECT 1 FROM hot.due AS d {Held} WHERE d.verification = u.verification) {InOrder};
                """),
            (DropDues, $"DELETE FROM d FROM {Rows("verification key")} INNER JOIN hot.due AS d ON d.verification = u.verification {InOrder};"),
            (AddAudits, $"""
                INSERT INTO hot.audit_outbox (event_id, tenant, payload, at)
                SELECT u.event_id, u.tenant, ISNULL(u.payload, 0x), u.at FROM {Rows("event_id key, tenant text, payload bytes, at bigint", numbered: true)} ORDER BY u.row_number;
                """),
        ];
    }

    private static IEnumerable<(ServerStatement Statement, string Body)> Receipts() =>
    [
        (AddReceipts, $"""
            INSERT INTO hot.receipts ({ReceiptColumns}) OUTPUT inserted.carrier, inserted.message_id
            SELECT {ReceiptColumns} FROM {s_receipts}
            WHERE NOT EXISTS (SELECT 1 FROM hot.receipts AS r {Held} WHERE {s_sameReceipt}) {InOrder};
            """),
        (ChangeReceipts, $"""
            UPDATE r
            SET verification = u.verification, alias_tag = u.alias_tag, attempt = u.attempt, state = u.state, reason = u.reason, at = u.at,
                applied = u.applied, pending = u.pending, expires_at = u.expires_at, submitted_at = u.submitted_at, waiting_state = u.waiting_state, waiting_reason = u.waiting_reason, waiting_at = u.waiting_at, other_ids = u.other_ids
            FROM {s_receipts} INNER JOIN hot.receipts AS r WITH (ROWLOCK) ON {s_sameReceipt} {InOrder};
            """),
        (LockReceipts, $"""
            SELECT r.carrier, r.message_id, r.verification, r.alias_tag, r.attempt, r.state, r.reason, r.at, r.applied, r.expires_at, r.submitted_at, r.waiting_state, r.waiting_reason, r.waiting_at, r.other_ids
            FROM {Rows("carrier text, message_id text")} INNER JOIN hot.receipts AS r WITH (UPDLOCK, ROWLOCK) ON {s_sameReceipt} {InOrder};
            """),
        (FindMaps, $"""
            SELECT r.message_id, r.verification, r.alias_tag, r.attempt, r.submitted_at, r.expires_at
            FROM {Rows("carrier text, message_id text")} INNER JOIN hot.receipts AS r ON {s_sameReceipt} AND r.verification IS NOT NULL {InOrder};
            """),
        (AddLate, $"""
            UPDATE o SET late = ISNULL(o.late, 0x) + u.late OUTPUT u.verification
            FROM {Rows("verification key, late bytes")} INNER JOIN hot.outcomes AS o {Free} ON o.verification = u.verification {InOrder};
            """),
        (FindUnapplied,
            "SELECT TOP (@most) carrier, message_id, state, reason, at, expires_at, verification, alias_tag, attempt, other_ids FROM hot.receipts WHERE pending = 1 ORDER BY at, id;"),
    ];
}
