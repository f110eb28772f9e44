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
