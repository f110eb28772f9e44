-- Wrapped keys and the index that finds an alias again. secure_delete is set by the connection, so deleted bytes are overwritten.
CREATE TABLE alias_index
(
    index_key BLOB NOT NULL PRIMARY KEY,
    key_version INTEGER NOT NULL,
    alias BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_index_by_alias ON alias_index (alias);

CREATE TABLE subject_keys
(
    alias BLOB NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    version INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    -- When it was written, until somebody has seen its alias in use; null from then on. What stays is of a first start that ended between keys and alias.
    unseen_since INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_keys_unseen ON subject_keys (unseen_since) WHERE unseen_since IS NOT NULL;

CREATE TABLE named_keys
(
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (tenant, name, version)
) STRICT, WITHOUT ROWID;
