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
