-- The hot store. Times are ticks (100 ns since 0001-01-01 UTC). Ids are stored as bytes, their random part first (see HotIds in the code):
-- a verification is 41 bytes and begins with the 16 random bytes of its alias, an alias tag is the 9 bytes of the alias that the
-- verification does not carry. Rows are laid down in the order of their coming, so a commit appends to few pages; only the narrow unique indexes take
-- keys in random order. Thousands of row locks never become a table lock: a commit must not stop the others.

-- State names are stored once.
CREATE TABLE hot.hot_tables
(
    id integer IDENTITY NOT NULL CONSTRAINT pk_hot_tables PRIMARY KEY,
    name nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT uq_hot_tables UNIQUE
);

CREATE TABLE hot.hot_state
(
    id bigint IDENTITY NOT NULL CONSTRAINT pk_hot_state PRIMARY KEY CLUSTERED WITH (OPTIMIZE_FOR_SEQUENTIAL_KEY = ON),
    table_id integer NOT NULL,
    [key] varbinary(800) NOT NULL,
    version bigint NOT NULL CONSTRAINT ck_hot_state_version CHECK (version > 0),
    payload varbinary(max) NOT NULL,
    CONSTRAINT uq_hot_state UNIQUE NONCLUSTERED ([key], table_id)
);
ALTER TABLE hot.hot_state SET (LOCK_ESCALATION = DISABLE);

-- Idempotency keys and what is replayed for them.
CREATE TABLE hot.unique_keys
(
    id bigint IDENTITY NOT NULL CONSTRAINT pk_unique_keys PRIMARY KEY CLUSTERED WITH (OPTIMIZE_FOR_SEQUENTIAL_KEY = ON),
    [key] varbinary(64) NOT NULL CONSTRAINT uq_unique_keys UNIQUE NONCLUSTERED,
    fingerprint varbinary(64) NOT NULL,
    answer varbinary(max) NOT NULL,
    expires_at bigint NOT NULL,
    -- The 16 random bytes of the alias whose answer it is; null for an answer that outlives its alias, and once that is erased.
    alias varbinary(16) NULL
);
CREATE INDEX unique_keys_by_expiry ON hot.unique_keys (expires_at);
CREATE INDEX unique_keys_by_alias ON hot.unique_keys (alias) WHERE alias IS NOT NULL;
ALTER TABLE hot.unique_keys SET (LOCK_ESCALATION = DISABLE);

-- The last word on ended verifications.
CREATE TABLE hot.outcomes
(
    id bigint IDENTITY NOT NULL CONSTRAINT pk_outcomes PRIMARY KEY CLUSTERED WITH (OPTIMIZE_FOR_SEQUENTIAL_KEY = ON),
    verification varbinary(64) NOT NULL CONSTRAINT uq_outcomes UNIQUE NONCLUSTERED,
    alias_tag varbinary(16) NOT NULL,
    payload varbinary(max) NOT NULL,
    expires_at bigint NOT NULL,
    -- Receipts that came after a verification had ended, one after the other: attempt, state, length of the reason (one byte each), reason.
    late varbinary(max) NULL
);
CREATE INDEX outcomes_by_expiry ON hot.outcomes (expires_at);
ALTER TABLE hot.outcomes SET (LOCK_ESCALATION = DISABLE);

-- Messages counted against a real number, known here only by its MAC. Laid down by time; the key's index has every column.
CREATE TABLE hot.guard_counts
(
    guard_key varbinary(64) NOT NULL,
    send_id varbinary(64) NOT NULL,
    at bigint NOT NULL,
    -- 1: the message never left.
    returned tinyint NOT NULL CONSTRAINT df_guard_counts_returned DEFAULT 0,
    CONSTRAINT pk_guard_counts PRIMARY KEY NONCLUSTERED (guard_key, send_id)
);
CREATE CLUSTERED INDEX guard_counts_by_time ON hot.guard_counts (at) WITH (OPTIMIZE_FOR_SEQUENTIAL_KEY = ON);
ALTER TABLE hot.guard_counts SET (LOCK_ESCALATION = DISABLE);

-- One row for each of these numbers. Whoever counts one holds it until the transaction ends, so that caps are judged one after the other. at is the last time.
CREATE TABLE hot.guard_numbers
(
    guard_key varbinary(64) NOT NULL CONSTRAINT pk_guard_numbers PRIMARY KEY CLUSTERED,
    at bigint NOT NULL
);
CREATE INDEX guard_numbers_by_time ON hot.guard_numbers (at);
ALTER TABLE hot.guard_numbers SET (LOCK_ESCALATION = DISABLE);

-- What a carrier calls a message: which attempt it is (null until known), the furthest receipt (null until there is one), how far it was applied.
-- pending = 1 while the attempt is known and the receipt is further than what was applied. state and applied are AttemptStatus numbers.
-- submitted_at is that of the newest submit that got the id. waiting_* is a receipt that was not further: perhaps that of a newer submit whose answer is still to come.
-- other_ids are further ids that the furthest receipt may mean, each on a line.
-- SQL Server takes texts that differ only in blanks at their end for equal; a foreign message id may have some, so its length is a part of the key.
CREATE TABLE hot.receipts
(
    id bigint IDENTITY NOT NULL CONSTRAINT pk_receipts PRIMARY KEY CLUSTERED WITH (OPTIMIZE_FOR_SEQUENTIAL_KEY = ON),
    carrier nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    message_id nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    message_bytes AS CONVERT(integer, DATALENGTH(message_id)) PERSISTED NOT NULL,
    verification varbinary(64) NULL,
    alias_tag varbinary(16) NULL,
    attempt integer NULL,
    state integer NULL,
    reason nvarchar(max) NULL,
    at bigint NULL,
    applied integer NULL,
    pending integer NOT NULL CONSTRAINT ck_receipts_pending CHECK (pending IN (0, 1)),
    expires_at bigint NOT NULL,
    submitted_at bigint NULL,
    waiting_state integer NULL,
    waiting_reason nvarchar(max) NULL,
    waiting_at bigint NULL,
    other_ids nvarchar(max) NULL,
    CONSTRAINT uq_receipts UNIQUE NONCLUSTERED (carrier, message_id, message_bytes)
);
CREATE INDEX receipts_by_verification ON hot.receipts (verification) WHERE verification IS NOT NULL;
CREATE INDEX receipts_pending ON hot.receipts (at, id) WHERE pending = 1;
CREATE INDEX receipts_by_expiry ON hot.receipts (expires_at);
ALTER TABLE hot.receipts SET (LOCK_ESCALATION = DISABLE);

-- The next step of each verification that must happen even after a crash. Rows live for minutes, so the table stays small: one index by key, one by time.
CREATE TABLE hot.due
(
    verification varbinary(64) NOT NULL CONSTRAINT pk_due PRIMARY KEY CLUSTERED,
    alias_tag varbinary(16) NOT NULL,
    due_at bigint NOT NULL
);
CREATE INDEX due_by_time ON hot.due (due_at);
ALTER TABLE hot.due SET (LOCK_ESCALATION = DISABLE);

-- A drained number never comes back. Numbers are given before the commit: with several writers a lower one may appear after a higher one.
CREATE TABLE hot.audit_outbox
(
    seq bigint IDENTITY NOT NULL CONSTRAINT pk_audit_outbox PRIMARY KEY CLUSTERED WITH (OPTIMIZE_FOR_SEQUENTIAL_KEY = ON),
    event_id varbinary(64) NOT NULL,
    tenant nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    payload varbinary(max) NOT NULL,
    at bigint NOT NULL
);
ALTER TABLE hot.audit_outbox SET (LOCK_ESCALATION = DISABLE);

-- A row per transaction of the last minutes: whoever lost the answer of a commit looks here whether it happened.
CREATE TABLE hot.commits
(
    id bigint IDENTITY NOT NULL CONSTRAINT pk_commits PRIMARY KEY CLUSTERED WITH (OPTIMIZE_FOR_SEQUENTIAL_KEY = ON),
    written_at datetime2(3) NOT NULL CONSTRAINT df_commits_written_at DEFAULT SYSUTCDATETIME()
);
ALTER TABLE hot.commits SET (LOCK_ESCALATION = DISABLE);

-- The audit log: what the drain takes out of audit_outbox, numbered per shard (a hash of the tenant, 0 to 15) from 1 without gaps. Nothing in it changes.
CREATE TABLE hot.audit_log
(
    id bigint IDENTITY NOT NULL CONSTRAINT pk_audit_log PRIMARY KEY CLUSTERED WITH (OPTIMIZE_FOR_SEQUENTIAL_KEY = ON),
    shard integer NOT NULL,
    number bigint NOT NULL CONSTRAINT ck_audit_log_number CHECK (number > 0),
    event_id varbinary(64) NOT NULL CONSTRAINT uq_audit_log_event UNIQUE NONCLUSTERED,
    tenant nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    payload varbinary(max) NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT uq_audit_log_number UNIQUE NONCLUSTERED (shard, number)
);
ALTER TABLE hot.audit_log SET (LOCK_ESCALATION = DISABLE);
EXEC (N'CREATE TRIGGER hot.audit_log_is_append_only ON hot.audit_log INSTEAD OF UPDATE, DELETE AS THROW 51001, N''hot.audit_log is append-only.'', 1;');

-- The newest number of each shard. Kept apart, so that numbers go on after old events were archived. Whoever holds the row of shard 0 drains.
CREATE TABLE hot.audit_heads
(
    shard integer NOT NULL CONSTRAINT pk_audit_heads PRIMARY KEY CLUSTERED,
    newest bigint NOT NULL
);
INSERT INTO hot.audit_heads (shard, newest)
VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 0), (12, 0), (13, 0), (14, 0), (15, 0);
