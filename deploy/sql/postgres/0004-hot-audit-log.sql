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
