-- Which part of the hot store this database is. One row, written once when the store is made; store is the same random value in all of its databases.
-- complete is 1 in the first one when all others have their row: from then on a database without one is not new but lost.
CREATE TABLE hot_shard
(
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    shard INTEGER NOT NULL CHECK (shard >= 0 AND shard < shards),
    shards INTEGER NOT NULL,
    store BLOB NOT NULL,
    complete INTEGER NOT NULL CHECK (complete IN (0, 1))
) STRICT;

-- A database that was in use before this table existed was the only one.
INSERT INTO hot_shard (one, shard, shards, store, complete) SELECT 1, 0, 1, randomblob(16), 1 WHERE EXISTS (SELECT 1 FROM hot_tables);

-- Receipts whose attempt is not known here.
CREATE INDEX receipts_parked ON receipts (id) WHERE verification IS NULL;
