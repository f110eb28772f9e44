-- Wrapped keys and the index that finds an alias again. The bytes of a deleted row stay in its page until it is written over, and in the write-ahead log
-- and backups: what makes them worthless is that a subject key is wrapped under a tenant key that is destroyed on a clock.
CREATE TABLE keys.alias_index
(
    index_key bytea PRIMARY KEY,
    key_version integer NOT NULL,
    alias bytea NOT NULL
);
CREATE INDEX alias_index_by_alias ON keys.alias_index (alias);

CREATE TABLE keys.subject_keys
(
    alias bytea PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    wrapped bytea NOT NULL,
    -- When it was written, until somebody has seen its alias in use; null from then on. What stays is of a first start that ended between keys and alias.
    unseen_since bigint
);
CREATE INDEX subject_keys_unseen ON keys.subject_keys (unseen_since) WHERE unseen_since IS NOT NULL;

CREATE TABLE keys.named_keys
(
    tenant text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    wrapped bytea NOT NULL,
    PRIMARY KEY (tenant, name, version)
);
