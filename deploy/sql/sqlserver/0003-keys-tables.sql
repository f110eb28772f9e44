-- Wrapped keys and the index that finds an alias again. The bytes of a deleted row stay in its page until it is written over, and in the transaction log
-- and backups: what makes them worthless is that a subject key is wrapped under a tenant key that is destroyed on a clock.
CREATE TABLE keys.alias_index
(
    index_key varbinary(64) NOT NULL CONSTRAINT pk_alias_index PRIMARY KEY CLUSTERED,
    key_version integer NOT NULL,
    alias varbinary(32) NOT NULL
);
CREATE INDEX alias_index_by_alias ON keys.alias_index (alias);
ALTER TABLE keys.alias_index SET (LOCK_ESCALATION = DISABLE);

CREATE TABLE keys.subject_keys
(
    alias varbinary(32) NOT NULL CONSTRAINT pk_subject_keys PRIMARY KEY CLUSTERED,
    tenant nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    version integer NOT NULL,
    wrapped varbinary(max) NOT NULL,
    -- When it was written, until somebody has seen its alias in use; null from then on. What stays is of a first start that ended between keys and alias.
    unseen_since bigint NULL
);
CREATE INDEX subject_keys_unseen ON keys.subject_keys (unseen_since) WHERE unseen_since IS NOT NULL;
ALTER TABLE keys.subject_keys SET (LOCK_ESCALATION = DISABLE);

CREATE TABLE keys.named_keys
(
    tenant nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    name nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    version integer NOT NULL,
    wrapped varbinary(max) NOT NULL,
    CONSTRAINT pk_named_keys PRIMARY KEY CLUSTERED (tenant, name, version)
);

-- A row per transaction of the last minutes: whoever lost the answer of a commit looks here whether it happened.
CREATE TABLE keys.commits
(
    id bigint IDENTITY NOT NULL CONSTRAINT pk_commits PRIMARY KEY CLUSTERED WITH (OPTIMIZE_FOR_SEQUENTIAL_KEY = ON),
    written_at datetime2(3) NOT NULL CONSTRAINT df_commits_written_at DEFAULT SYSUTCDATETIME()
);
