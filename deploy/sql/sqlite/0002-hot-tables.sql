-- The hot store. Times are ticks (100 ns since 0001-01-01 UTC). Ids are stored as bytes, their random part first (see HotIds in the code):
-- a verification is 41 bytes and begins with the 16 random bytes of its alias, an alias tag is the 9 bytes of the alias that the
-- verification does not carry. Rows are small and most tables grow at their end: a commit dirties few pages.

-- State names are stored once.
CREATE TABLE hot_tables
(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE hot_state
(
    id INTEGER PRIMARY KEY,
    table_id INTEGER NOT NULL,
    key BLOB NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    payload BLOB NOT NULL,
    UNIQUE (table_id, key)
) STRICT;

-- Idempotency keys and what is replayed for them.
CREATE TABLE unique_keys
(
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    fingerprint BLOB NOT NULL,
    answer BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    -- The 16 random bytes of the alias whose answer it is; null for an answer that outlives its alias, and once that is erased.
    alias BLOB
) STRICT;
CREATE INDEX unique_keys_by_expiry ON unique_keys (expires_at);
CREATE INDEX unique_keys_by_alias ON unique_keys (alias) WHERE alias IS NOT NULL;

-- The last word on ended verifications.
CREATE TABLE outcomes
(
    id INTEGER PRIMARY KEY,
    verification BLOB NOT NULL UNIQUE,
    alias_tag BLOB NOT NULL,
    payload BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    -- Receipts that came after a verification had ended, one after the other: attempt, state, length of the reason (one byte each), reason.
    late BLOB
) STRICT;
CREATE INDEX outcomes_by_expiry ON outcomes (expires_at);

-- Messages counted against a real number, known here only by its MAC.
CREATE TABLE guard_counts
(
    guard_key BLOB NOT NULL,
    send_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    -- 1: the message never left.
    returned INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (guard_key, send_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX guard_counts_by_time ON guard_counts (at);

-- What a carrier calls a message: which attempt it is (null until known), the furthest receipt (null until there is one), how far it was applied.
-- pending = 1 while the attempt is known and the receipt is further than what was applied. state and applied are AttemptStatus numbers.
-- submitted_at is that of the newest submit that got the id. waiting_* is a receipt that was not further: perhaps that of a newer submit whose answer is still to come.
-- other_ids are further ids that the furthest receipt may mean, each on a line.
CREATE TABLE receipts
(
    id INTEGER PRIMARY KEY,
    carrier TEXT NOT NULL,
    message_id TEXT NOT NULL,
    verification BLOB,
    alias_tag BLOB,
    attempt INTEGER,
    state INTEGER,
    reason TEXT,
    at INTEGER,
    applied INTEGER,
    pending INTEGER NOT NULL CHECK (pending IN (0, 1)),
    expires_at INTEGER NOT NULL,
    submitted_at INTEGER,
    waiting_state INTEGER,
    waiting_reason TEXT,
    waiting_at INTEGER,
    other_ids TEXT,
    UNIQUE (carrier, message_id)
) STRICT;
CREATE INDEX receipts_by_verification ON receipts (verification) WHERE verification IS NOT NULL;
CREATE INDEX receipts_pending ON receipts (at) WHERE pending = 1;
CREATE INDEX receipts_by_expiry ON receipts (expires_at);

-- The next step of each verification that must happen even after a crash.
CREATE TABLE due
(
    verification BLOB NOT NULL PRIMARY KEY,
    alias_tag BLOB NOT NULL,
    due_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX due_by_time ON due (due_at);

-- AUTOINCREMENT: a drained number never comes back, so the order of numbers is the order of commits for ever.
CREATE TABLE audit_outbox
(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id BLOB NOT NULL,
    tenant TEXT NOT NULL,
    payload BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- The audit log: what the drain takes out of audit_outbox, numbered per shard (a hash of the tenant, 0 to 15) from 1 without gaps. Nothing in it changes.
CREATE TABLE audit_log
(
    id INTEGER PRIMARY KEY,
    shard INTEGER NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    event_id BLOB NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    payload BLOB NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (shard, number)
) STRICT;

CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END;
CREATE TRIGGER audit_log_is_not_deleted BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END;

-- The newest number of each shard. Kept apart, so that numbers go on after old events were archived.
CREATE TABLE audit_heads
(
    shard INTEGER PRIMARY KEY,
    newest INTEGER NOT NULL
) STRICT;
INSERT INTO audit_heads (shard, newest)
VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 0), (12, 0), (13, 0), (14, 0), (15, 0);
