-- The hot store. Times are ticks (100 ns since 0001-01-01 UTC). Ids are stored as bytes, their random part first (see HotIds in the code):
-- a verification is 41 bytes and begins with the 16 random bytes of its alias, an alias tag is the 9 bytes of the alias that the
-- verification does not carry.

-- State names are stored once.
CREATE TABLE hot.hot_tables
(
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE
);

-- A state changes two or three times within minutes: with room in its page the new version stays there and no index is touched. The key comes first
-- in the index: a plan that looked up the table's id alone would read all rows of that table, and while the table is small it looks cheaper.
CREATE TABLE hot.hot_state
(
    table_id integer NOT NULL,
    key bytea NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    payload bytea NOT NULL,
    PRIMARY KEY (key, table_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

-- Idempotency keys and what is replayed for them.
CREATE TABLE hot.unique_keys
(
    key bytea PRIMARY KEY,
    fingerprint bytea NOT NULL,
    answer bytea NOT NULL,
    expires_at bigint NOT NULL,
    -- The 16 random bytes of the alias whose answer it is; null for an answer that outlives its alias, and once that is erased.
    alias bytea
);
CREATE INDEX unique_keys_by_expiry ON hot.unique_keys (expires_at);
CREATE INDEX unique_keys_by_alias ON hot.unique_keys (alias) WHERE alias IS NOT NULL;

-- The last word on ended verifications.
CREATE TABLE hot.outcomes
(
    verification bytea PRIMARY KEY,
    alias_tag bytea NOT NULL,
    payload bytea NOT NULL,
    expires_at bigint NOT NULL,
    -- Receipts that came after a verification had ended, one after the other: attempt, state, length of the reason (one byte each), reason.
    late bytea
);
CREATE INDEX outcomes_by_expiry ON hot.outcomes (expires_at);

-- Messages counted against a real number, known here only by its MAC.
CREATE TABLE hot.guard_counts
(
    guard_key bytea NOT NULL,
    send_id bytea NOT NULL,
    at bigint NOT NULL,
    -- 1: the message never left.
    returned integer NOT NULL DEFAULT 0 CHECK (returned IN (0, 1)),
    PRIMARY KEY (guard_key, send_id)
);
CREATE INDEX guard_counts_by_time ON hot.guard_counts (at);

-- One row for each of these numbers. Whoever counts one holds it until the transaction ends, so that caps are judged one after the other. at is the last time.
CREATE TABLE hot.guard_numbers
(
    guard_key bytea PRIMARY KEY,
    at bigint NOT NULL
);
CREATE INDEX guard_numbers_by_time ON hot.guard_numbers (at);

-- What a carrier calls a message: which attempt it is (null until known), the furthest receipt (null until there is one), how far it was applied.
-- pending = 1 while the attempt is known and the receipt is further than what was applied. state and applied are AttemptStatus numbers.
-- submitted_at is that of the newest submit that got the id. waiting_* is a receipt that was not further: perhaps that of a newer submit whose answer is still to come.
-- other_ids are further ids that the furthest receipt may mean, each on a line.
CREATE TABLE hot.receipts
(
    id bigint GENERATED ALWAYS AS IDENTITY,
    carrier text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    verification bytea,
    alias_tag bytea,
    attempt integer,
    state integer,
    reason text,
    at bigint,
    applied integer,
    pending integer NOT NULL CHECK (pending IN (0, 1)),
    expires_at bigint NOT NULL,
    submitted_at bigint,
    waiting_state integer,
    waiting_reason text,
    waiting_at bigint,
    other_ids text,
    PRIMARY KEY (carrier, message_id)
) WITH (fillfactor = 85);
CREATE INDEX receipts_by_verification ON hot.receipts (verification) WHERE verification IS NOT NULL;
CREATE INDEX receipts_pending ON hot.receipts (at, id) WHERE pending = 1;
CREATE INDEX receipts_by_expiry ON hot.receipts (expires_at);

-- The next step of each verification that must happen even after a crash. Rows live for minutes: vacuum has to follow closely.
CREATE TABLE hot.due
(
    verification bytea PRIMARY KEY,
    alias_tag bytea NOT NULL,
    due_at bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
CREATE INDEX due_by_time ON hot.due (due_at);

-- A drained number never comes back. Numbers are given before the commit: with several writers a lower one may appear after a higher one.
CREATE TABLE hot.audit_outbox
(
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id bytea NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    payload bytea NOT NULL,
    at bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

-- The audit log: what the drain takes out of audit_outbox, numbered per shard (a hash of the tenant, 0 to 15) from 1 without gaps. Nothing in it changes.
CREATE TABLE hot.audit_log
(
    shard integer NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    event_id bytea NOT NULL UNIQUE,
    tenant text COLLATE "C" NOT NULL,
    payload bytea NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (shard, number)
);

CREATE FUNCTION hot.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON hot.audit_log EXECUTE FUNCTION hot.refuse_change();

-- The newest number of each shard. Kept apart, so that numbers go on after old events were archived. Whoever holds the row of shard 0 drains.
CREATE TABLE hot.audit_heads
(
    shard integer PRIMARY KEY,
    newest bigint NOT NULL
) WITH (fillfactor = 50);
INSERT INTO hot.audit_heads (shard, newest) SELECT shard, 0 FROM generate_series(0, 15) AS shards (shard);
