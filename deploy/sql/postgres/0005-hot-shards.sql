-- Which part of the hot store this database is. One row, written once when the store is made; store is the same random value in all of its databases.
-- complete is 1 in the first one when all others have their row: from then on a database without one is not new but lost.
CREATE TABLE hot.hot_shard
(
    one integer PRIMARY KEY CHECK (one = 1),
    shard integer NOT NULL CHECK (shard >= 0 AND shard < shards),
    shards integer NOT NULL,
    store bytea NOT NULL,
    complete integer NOT NULL CHECK (complete IN (0, 1))
);

-- A database that was in use before this table existed was the only one.
INSERT INTO hot.hot_shard (one, shard, shards, store, complete)
SELECT 1, 0, 1, uuid_send(gen_random_uuid()), 1 WHERE EXISTS (SELECT 1 FROM hot.hot_tables);

-- Receipts whose attempt is not known here.
CREATE INDEX receipts_parked ON hot.receipts (id) WHERE verification IS NULL;
