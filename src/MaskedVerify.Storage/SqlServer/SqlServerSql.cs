using System.Globalization;
using static MaskedVerify.Storage.ServerStatement;

namespace MaskedVerify.Storage;

/// <summary>
/// The texts of the hot and keys statements. Columns come as one JSON text <c>@rows</c>, single values under their names (see <see cref="SqlServerJson"/>).
/// Joins begin with the rows of the batch and take them in their order, so that locks are taken in one order everywhere.
/// </summary>
internal sealed partial class SqlServerSql
{
    /// <summary>Raised by a writing statement that finds its transaction gone, as after a deadlock: the server would go on and commit the rest by itself.</summary>
    public const int TransactionGone = 51000;

    private const string InOrder = "OPTION (LOOP JOIN, FORCE ORDER)";

    // A look that waits for whoever is about to write the row, and keeps what it found. Where it finds none it holds no place: a range of an index would keep out
    // strangers whose keys happen to fall into it, for as long as this process stands still. Two who insert the same row at once are told apart by its unique key.
    private const string Held = "WITH (UPDLOCK, ROWLOCK)";

    // Rows that others hold are not waited for. Without the last hint this cannot be combined with row versions.
    private const string Free = "WITH (UPDLOCK, ROWLOCK, READPAST, READCOMMITTEDLOCK)";

    // A look that waits for nobody and sees only what is committed.
    private const string Passing = "WITH (READPAST, READCOMMITTEDLOCK)";

    private const string ReceiptColumns = "carrier, message_id, verification, alias_tag, attempt, state, reason, at, applied, pending, expires_at, submitted_at, waiting_state, waiting_reason, waiting_at, other_ids";

    private static readonly string s_receipts = Rows(
        "carrier text, message_id text, verification key, alias_tag key, attempt int, state int, reason long, at bigint, applied int, pending int, expires_at bigint, submitted_at bigint, waiting_state int, waiting_reason long, waiting_at bigint, other_ids long");

    private static readonly string s_sameReceipt =
        $"{Same("r", "carrier", "u")} AND {Same("r", "message_id", "u")} AND r.message_bytes = DATALENGTH(u.message_id)";

    // Messages counted against a number, all and those not given back. Every count is bigint, so that no sum is narrower than the readers expect.
    private static readonly string s_inHour = Sum("g.at >= u.[hour]");
    private static readonly string s_keptInHour = Sum("g.at >= u.[hour] AND g.returned = 0");
    private static readonly string s_keptInDay = Sum("g.returned = 0");

    /// <summary>Statements that are a part of a batch's transaction and must not run without it.</summary>
    private static readonly HashSet<ServerStatement> s_bound =
    [
        AddUniqueKeys, DropUniqueKeys, LockGuards, FindCapped, UpdateStates, InsertStates, DeleteStates, PutKept, PutOutcomes, AddGuards, ReturnGuards, PutDues, DropDues, AddAudits, AddReceipts,
        ChangeReceipts, LockReceipts, AddLate, EraseOutcomes, EraseDues, EraseReceipts, EmptyAnswers, LockAudits, MoveAudits, TransactionName, AddAliases, AddSubjects, DropSubjects, DropAliases, AddNamedKeys,
    ];

    private readonly Dictionary<ServerStatement, string> _texts;

    /// <param name="schema">Where the table of commits is: hot or keys.</param>
    /// <param name="lockTimeout">How long a statement waits for a lock.</param>
    public SqlServerSql(string schema, TimeSpan lockTimeout)
    {
        var settings = string.Create(CultureInfo.InvariantCulture, $"SET XACT_ABORT ON; SET LOCK_TIMEOUT {(long)Math.Max(1, lockTimeout.TotalMilliseconds)};\n");
        var guard = string.Create(CultureInfo.InvariantCulture, $"IF @@TRANCOUNT = 0 THROW {TransactionGone}, N'The transaction is gone.', 1;\n");
        _texts = States().Concat(SideRows()).Concat(Receipts()).Concat(Reads()).Concat(Upkeep()).Concat(Audits()).Concat(Keys()).Concat(Commits(schema))
            .ToDictionary(text => text.Statement, text => string.Concat(settings, s_bound.Contains(text.Statement) ? guard : string.Empty, text.Body));
    }

    /// <summary>The text of a statement.</summary>
    public string Text(ServerStatement statement) => _texts[statement];

    private static string Sum(string condition) => $"SUM(CASE WHEN {condition} THEN CONVERT(bigint, 1) ELSE CONVERT(bigint, 0) END)";

    private static IEnumerable<(ServerStatement Statement, string Body)> States() =>
    [
        (NameTables, $"""
            INSERT INTO hot.hot_tables (name) SELECT u.name FROM {Rows("name text")}
            WHERE NOT EXISTS (SELECT 1 FROM hot.hot_tables AS t {Held} WHERE {Same("t", "name", "u")}) {InOrder};
            """),
        (FindTables, $"SELECT t.id, t.name FROM {Rows("name text")} INNER JOIN hot.hot_tables AS t ON {Same("t", "name", "u")} {InOrder};"),
        (AddUniqueKeys, $"""
            INSERT INTO hot.unique_keys ([key], fingerprint, answer, expires_at, alias) OUTPUT inserted.[key]
            SELECT u.[key], ISNULL(u.fingerprint, 0x), ISNULL(u.answer, 0x), u.expires_at, u.alias
            FROM {Rows("key key, fingerprint key, answer bytes, expires_at bigint, alias key")}
            WHERE NOT EXISTS (SELECT 1 FROM hot.unique_keys AS k {Held} WHERE k.[key] = u.[key]) {InOrder};
            """),
        (DropUniqueKeys, $"DELETE FROM k FROM {Rows("key key")} INNER JOIN hot.unique_keys AS k ON k.[key] = u.[key] {InOrder};"),
        (LockGuards, $"""
            UPDATE l SET at = CASE WHEN l.at > u.at THEN l.at ELSE u.at END
            FROM {Rows("guard_key key, at bigint")} INNER JOIN hot.guard_numbers AS l {Held} ON l.guard_key = u.guard_key {InOrder};
            INSERT INTO hot.guard_numbers (guard_key, at)
            SELECT u.guard_key, u.at FROM {Rows("guard_key key, at bigint")}
            WHERE NOT EXISTS (SELECT 1 FROM hot.guard_numbers AS l {Held} WHERE l.guard_key = u.guard_key) {InOrder};
            """),
        (FindCapped, $"""
            SELECT u.n FROM {Rows("n int, guard_key key, send_id key, hour bigint, day bigint, hour_cap int, day_cap int")}
            CROSS APPLY (
                SELECT {s_inHour} AS in_hour, {s_keptInHour} AS kept_in_hour, COUNT_BIG(*) AS in_day, {s_keptInDay} AS kept_in_day
                FROM hot.guard_counts AS g WHERE g.guard_key = u.guard_key AND g.at >= u.[day] AND g.send_id <> u.send_id) AS c
            WHERE c.kept_in_hour >= u.hour_cap OR c.kept_in_day >= u.day_cap OR c.in_hour / 2 >= u.hour_cap OR c.in_day / 2 >= u.day_cap {InOrder};
            """),
        (UpdateStates, $"""
            UPDATE s SET version = s.version + 1, payload = ISNULL(u.payload, 0x) OUTPUT u.n
            FROM {Rows("n int, table_id int, key key, payload bytes, version bigint")}
            INNER JOIN hot.hot_state AS s WITH (ROWLOCK) ON s.table_id = u.table_id AND s.[key] = u.[key] AND s.version = u.version {InOrder};
            """),
        (InsertStates, $"""
            INSERT INTO hot.hot_state (table_id, [key], version, payload) OUTPUT inserted.table_id, inserted.[key]
            SELECT u.table_id, u.[key], 1, ISNULL(u.payload, 0x) FROM {Rows("table_id int, key key, payload bytes")}
            WHERE NOT EXISTS (SELECT 1 FROM hot.hot_state AS s {Held} WHERE s.table_id = u.table_id AND s.[key] = u.[key]) {InOrder};
            """),
        (DeleteStates, $"""
            DELETE FROM s OUTPUT u.n FROM {Rows("n int, table_id int, key key, version bigint")}
            INNER JOIN hot.hot_state AS s WITH (ROWLOCK) ON s.table_id = u.table_id AND s.[key] = u.[key] AND s.version = u.version {InOrder};
            """),
        (FindExisting, $"""
            SELECT u.n FROM {Rows("n int, table_id int, key key")}
            INNER JOIN hot.hot_state AS s ON s.table_id = u.table_id AND s.[key] = u.[key] {InOrder};
            """),
    ];

    private static IEnumerable<(ServerStatement Statement, string Body)> Reads() =>
    [
        (ReadStates, $"""
            SELECT u.n, s.version, s.payload FROM {Rows("name text, key key, n int")}
            INNER JOIN hot.hot_tables AS t ON {Same("t", "name", "u")} INNER JOIN hot.hot_state AS s ON s.table_id = t.id AND s.[key] = u.[key] {InOrder};
            """),
        (ReadUniqueKeys, $"""
            SELECT k.[key], k.fingerprint, k.answer, k.expires_at FROM {Rows("key key")} INNER JOIN hot.unique_keys AS k ON k.[key] = u.[key] {InOrder};
            """),
        (ReadOutcomes, $"""
            SELECT o.verification, o.alias_tag, o.payload, o.expires_at, o.late
            FROM {Rows("verification key")} INNER JOIN hot.outcomes AS o ON o.verification = u.verification {InOrder};
            """),
        (ReadGuards, $"""
            SELECT u.n, CASE WHEN {s_keptInHour} > {s_inHour} / 2 THEN {s_keptInHour} ELSE {s_inHour} / 2 END,
                CASE WHEN {s_keptInDay} > COUNT_BIG(*) / 2 THEN {s_keptInDay} ELSE COUNT_BIG(*) / 2 END
            FROM {Rows("n int, guard_key key, hour bigint, day bigint")}
            INNER JOIN hot.guard_counts AS g ON g.guard_key = u.guard_key AND g.at >= u.[day] GROUP BY u.n {InOrder};
            """),
        (AnyDue, $"SELECT TOP (1) 1 FROM hot.due {Passing} WHERE due_at <= @now;"),
    ];

    private static IEnumerable<(ServerStatement Statement, string Body)> Upkeep() =>
    [
        (ClaimDues, $"""
            WITH taken AS (SELECT TOP (@most) verification, alias_tag, due_at FROM hot.due {Free} WHERE due_at <= @now ORDER BY due_at)
            UPDATE taken SET due_at = @hidden OUTPUT inserted.verification, inserted.alias_tag, deleted.due_at WHERE due_at <= @now;
            """),
        (SweepOutcomes, Sweep("outcomes", "expires_at <= @until")),
        (SweepUniqueKeys, Sweep("unique_keys", "expires_at <= @until")),
        (SweepReceipts, Sweep("receipts", "expires_at <= @until")),
        (SweepGuards, Sweep("guard_counts", "at < @until")),
        (SweepGuardLocks, Sweep("guard_numbers", "at < @until")),
        (EraseOutcomes, "DELETE FROM hot.outcomes WHERE verification BETWEEN @first AND @last;"),
        (EraseDues, "DELETE FROM hot.due WHERE verification BETWEEN @first AND @last;"),
        (EraseReceipts, "DELETE FROM hot.receipts WHERE verification BETWEEN @first AND @last;"),
        (EmptyAnswers, "UPDATE hot.unique_keys SET fingerprint = 0x, answer = 0x, alias = NULL WHERE alias = @alias;"),
    ];

    // A batch ends below what was given when it began: a row of an open transaction is passed over, and what its alias commits after it has a higher number
    // than anything given before, so it waits for the next batch. A head that is missing leaves a null, which the log refuses.
    private static IEnumerable<(ServerStatement Statement, string Body)> Audits() =>
    [
        (LockAudits, $"SELECT newest FROM hot.audit_heads {Free} WHERE shard = 0;"),
        (MoveAudits, $"""
            DECLARE @moved TABLE
            (seq bigint NOT NULL PRIMARY KEY, shard integer NOT NULL, event_id varbinary(64) NOT NULL, tenant nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
             payload varbinary(max) NOT NULL, at bigint NOT NULL);
            DECLARE @last bigint = (SELECT TOP (1) seq FROM hot.audit_outbox {Passing} ORDER BY seq DESC);
            WITH oldest AS (SELECT TOP (@most) seq, event_id, tenant, payload, at FROM hot.audit_outbox {Free} WHERE seq <= @last ORDER BY seq)
            DELETE FROM oldest
            OUTPUT deleted.seq, CONVERT(integer, SUBSTRING(HASHBYTES('SHA2_256', CONVERT(varchar(64), deleted.tenant)), 1, 1)) % 16,
              deleted.event_id, deleted.tenant, deleted.payload, deleted.at INTO @moved (seq, shard, event_id, tenant, payload, at)
            WHERE seq <= @last;
            INSERT INTO hot.audit_log (shard, number, event_id, tenant, payload, at)
            SELECT m.shard, (SELECT h.newest FROM hot.audit_heads AS h WHERE h.shard = m.shard) + ROW_NUMBER() OVER (PARTITION BY m.shard ORDER BY m.seq),
              m.event_id, m.tenant, m.payload, m.at
            FROM @moved AS m ORDER BY m.shard, m.seq;
            UPDATE h SET newest = h.newest + (SELECT COUNT_BIG(*) FROM @moved AS m WHERE m.shard = h.shard)
            FROM hot.audit_heads AS h WHERE EXISTS (SELECT 1 FROM @moved AS m WHERE m.shard = h.shard);
            SELECT COUNT_BIG(*) FROM @moved;
            """),
        (ReadAuditBacklog, $"""
            SELECT ISNULL((SELECT TOP (1) seq FROM hot.audit_outbox {Passing} ORDER BY seq DESC) - (SELECT TOP (1) seq FROM hot.audit_outbox {Passing} ORDER BY seq) + 1, 0),
              (SELECT TOP (1) at FROM hot.audit_outbox {Passing} ORDER BY seq);
            """),
    ];

    // The row of a transaction that is still open is locked, so the look-up waits for its end, or ends by the lock timeout and is made again.
    private static IEnumerable<(ServerStatement Statement, string Body)> Commits(string schema) =>
    [
        (TransactionName, $"""
            INSERT INTO {schema}.commits (written_at) OUTPUT CONVERT(nvarchar(20), inserted.id) VALUES (SYSUTCDATETIME());
            WITH oldest AS (SELECT TOP (2) written_at FROM {schema}.commits {Free} ORDER BY id)
            DELETE FROM oldest WHERE written_at < DATEADD(MINUTE, -10, SYSUTCDATETIME());
            """),
        (TransactionOutcome, $"""
            SELECT CASE WHEN EXISTS (SELECT 1 FROM {schema}.commits WITH (READCOMMITTEDLOCK) WHERE id = CONVERT(bigint, @name))
            THEN N'committed' ELSE N'aborted' END;
            """),
    ];

    private static string Sweep(string table, string past) => $"""
        WITH past AS (SELECT TOP (@most) {past.Split(' ')[0]} FROM hot.{table} {Free} WHERE {past} ORDER BY {past.Split(' ')[0]})
        DELETE FROM past WHERE {past};
        """;

    /// <summary>The rows of a batch as <c>u</c>. Types are wider than the tables' columns: what is too long must be refused there, not be cut here.</summary>
    private static string Rows(string columns, bool numbered = false)
    {
        var all = columns.Split(", ").Select(column => column.Split(' ')).Append(["row_number", "int"]).ToList();
        var parts = all.Take(numbered ? all.Count : all.Count - 1).Select((column, at) => string.Create(CultureInfo.InvariantCulture, $"[{column[0]}] {TypeOf(column[1])} '$[{at}]'"));
        return $"OPENJSON(@rows) WITH ({string.Join(", ", parts)}) AS u";
    }

    private static string TypeOf(string name) => name switch
    {
        "key" => "varbinary(1600)",
        "bytes" => "varbinary(max)",
        "text" => "nvarchar(800)",
        "long" => "nvarchar(max)",
        _ => name,
    };

    // Texts out of JSON have the database's collation: without a choice the server refuses to compare them with a column of another.
    private static string Same(string table, string column, string rows) => $"{table}.{column} = {rows}.{column} COLLATE Latin1_General_100_BIN2";
}
