-- Which part of the hot store this database is. One row, written once when the store is made; store is the same random value in all of its databases.
-- complete is 1 in the first one when all others have their row: from then on a database without one is not new but lost.
CREATE TABLE hot.hot_shard
(
    one integer NOT NULL CONSTRAINT pk_hot_shard PRIMARY KEY CONSTRAINT ck_hot_shard_one CHECK (one = 1),
    shard integer NOT NULL,
    shards integer NOT NULL,
    store varbinary(16) NOT NULL,
    complete integer NOT NULL CONSTRAINT ck_hot_shard_complete CHECK (complete IN (0, 1)),
    CONSTRAINT ck_hot_shard_shard CHECK (shard >= 0 AND shard < shards)
);

-- A database that was in use before this table existed was the only one.
INSERT INTO hot.hot_shard (one, shard, shards, store, complete)
SELECT 1, 0, 1, CONVERT(varbinary(16), NEWID()), 1 WHERE EXISTS (SELECT 1 FROM hot.hot_tables);

-- Receipts whose attempt is not known here.
CREATE INDEX receipts_parked ON hot.receipts (id) WHERE verification IS NULL;
