-- Control state, membership and reminders: the contract of the Orleans ADO.NET providers, which look their statements up by key and pass these
-- parameters. Every row has a real key, so nothing can double one. A statement decides and writes at once; no functions, so a role needs rights on
-- tables alone. The provider's hashes of names are not needed.
CREATE TABLE control.OrleansQuery
(
    QueryKey text COLLATE "C" PRIMARY KEY,
    QueryText text NOT NULL
);

CREATE TABLE control.OrleansStorage
(
    ServiceId text COLLATE "C" NOT NULL,
    GrainTypeString text COLLATE "C" NOT NULL,        -- the state name
    GrainIdN0 bigint NOT NULL,
    GrainIdN1 bigint NOT NULL,
    GrainIdExtensionString text COLLATE "C" NOT NULL, -- the grain key; empty for keys that are a number or a GUID
    PayloadBinary bytea NOT NULL,
    Version integer NOT NULL CHECK (Version > 0),
    PRIMARY KEY (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtensionString)
) WITH (fillfactor = 80);

-- One row per cluster: its version grows with every change of a member.
CREATE TABLE control.OrleansMembershipVersionTable
(
    DeploymentId text COLLATE "C" PRIMARY KEY,
    Timestamp timestamptz NOT NULL DEFAULT now(),
    Version integer NOT NULL DEFAULT 0
);

CREATE TABLE control.OrleansMembershipTable
(
    DeploymentId text COLLATE "C" NOT NULL REFERENCES control.OrleansMembershipVersionTable,
    Address text COLLATE "C" NOT NULL,
    Port integer NOT NULL,
    Generation integer NOT NULL,
    SiloName text NOT NULL,
    HostName text NOT NULL,
    Status integer NOT NULL,
    ProxyPort integer,
    SuspectTimes text,
    StartTime timestamptz NOT NULL,
    IAmAliveTime timestamptz NOT NULL,
    PRIMARY KEY (DeploymentId, Address, Port, Generation)
) WITH (fillfactor = 80);

CREATE TABLE control.OrleansRemindersTable
(
    ServiceId text COLLATE "C" NOT NULL,
    GrainId text COLLATE "C" NOT NULL,
    ReminderName text COLLATE "C" NOT NULL,
    StartTime timestamptz NOT NULL,
    Period bigint NOT NULL,
    GrainHash integer NOT NULL,
    Version integer NOT NULL,
    PRIMARY KEY (ServiceId, GrainId, ReminderName)
);
CREATE INDEX reminders_by_hash ON control.OrleansRemindersTable (ServiceId, GrainHash);

-- State. A first write (no version) inserts or, if the row exists, does nothing; a later write updates only the version it read. No row comes back
-- from a write that lost, which the provider reports as InconsistentStateException.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('WriteToStorageKey', '
WITH changed AS (
  UPDATE control.OrleansStorage SET PayloadBinary = @PayloadBinary, Version = Version + 1
  WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
    AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '''') AND Version = @GrainStateVersion
  RETURNING Version),
added AS (
  INSERT INTO control.OrleansStorage (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtensionString, PayloadBinary, Version)
  SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''''), @PayloadBinary, 1
  WHERE @GrainStateVersion IS NULL
  ON CONFLICT DO NOTHING
  RETURNING Version)
SELECT Version AS NewGrainStateVersion FROM changed UNION ALL SELECT Version FROM added');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('ReadFromStorageKey', '
SELECT PayloadBinary, Version FROM control.OrleansStorage
WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
  AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '''')');

-- Both ways of clearing delete the row: a cleared state leaves nothing behind.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('DeleteStorageKey', '
DELETE FROM control.OrleansStorage
WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
  AND GrainIdExtensionString = coalesce(@GrainIdExtensionString, '''') AND Version = @GrainStateVersion
RETURNING Version + 1 AS NewGrainStateVersion');

INSERT INTO control.OrleansQuery (QueryKey, QueryText)
SELECT 'ClearStorageKey', QueryText FROM control.OrleansQuery WHERE QueryKey = 'DeleteStorageKey';

-- Membership. A change locks the row of the cluster, compares its version and only then touches the member: changes come one after another.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('InsertMembershipVersionKey', '
WITH added AS (INSERT INTO control.OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
SELECT count(*)::integer FROM added');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('InsertMembershipKey', '
WITH counted AS (
  UPDATE control.OrleansMembershipVersionTable SET Timestamp = now(), Version = Version + 1
  WHERE DeploymentId = @DeploymentId AND Version = @Version AND NOT EXISTS (
    SELECT 1 FROM control.OrleansMembershipTable
    WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
  RETURNING 1),
added AS (
  INSERT INTO control.OrleansMembershipTable
    (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
  SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM counted
  RETURNING 1)
SELECT count(*)::integer FROM added');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('UpdateMembershipKey', '
WITH counted AS (
  UPDATE control.OrleansMembershipVersionTable SET Timestamp = now(), Version = Version + 1
  WHERE DeploymentId = @DeploymentId AND Version = @Version AND EXISTS (
    SELECT 1 FROM control.OrleansMembershipTable
    WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
  RETURNING 1),
changed AS (
  UPDATE control.OrleansMembershipTable SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
  FROM counted
  WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
  RETURNING 1)
SELECT count(*)::integer FROM changed');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('UpdateIAmAlivetimeKey', '
UPDATE control.OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime
WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation');

-- The row of the cluster comes back even when there is no member.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('MembershipReadAllKey', '
SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
FROM control.OrleansMembershipVersionTable v LEFT JOIN control.OrleansMembershipTable m ON m.DeploymentId = v.DeploymentId
WHERE v.DeploymentId = @DeploymentId');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('MembershipReadRowKey', '
SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
FROM control.OrleansMembershipVersionTable v LEFT JOIN control.OrleansMembershipTable m
  ON m.DeploymentId = v.DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
WHERE v.DeploymentId = @DeploymentId');

-- 3 is Active.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('GatewaysQueryKey', '
SELECT Address, ProxyPort, Generation FROM control.OrleansMembershipTable
WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('CleanupDefunctSiloEntriesKey', '
DELETE FROM control.OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('DeleteMembershipTableEntriesKey', '
DELETE FROM control.OrleansMembershipTable WHERE DeploymentId = @DeploymentId;
DELETE FROM control.OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId');

-- Reminders.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('UpsertReminderRowKey', '
INSERT INTO control.OrleansRemindersTable AS r (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version)
VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
ON CONFLICT (ServiceId, GrainId, ReminderName)
DO UPDATE SET StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash, Version = r.Version + 1
RETURNING Version');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('ReadReminderRowsKey', '
SELECT GrainId, ReminderName, StartTime, Period, Version FROM control.OrleansRemindersTable WHERE ServiceId = @ServiceId AND GrainId = @GrainId');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('ReadReminderRowKey', '
SELECT GrainId, ReminderName, StartTime, Period, Version FROM control.OrleansRemindersTable
WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName');

-- A range of the ring of hashes that does not pass its end, and one that does.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('ReadRangeRows1Key', '
SELECT GrainId, ReminderName, StartTime, Period, Version FROM control.OrleansRemindersTable
WHERE ServiceId = @ServiceId AND GrainHash > @BeginHash AND GrainHash <= @EndHash');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('ReadRangeRows2Key', '
SELECT GrainId, ReminderName, StartTime, Period, Version FROM control.OrleansRemindersTable
WHERE ServiceId = @ServiceId AND (GrainHash > @BeginHash OR GrainHash <= @EndHash)');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('DeleteReminderRowKey', '
WITH removed AS (
  DELETE FROM control.OrleansRemindersTable
  WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName AND Version = @Version
  RETURNING 1)
SELECT count(*)::integer FROM removed');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES ('DeleteReminderRowsKey', '
DELETE FROM control.OrleansRemindersTable WHERE ServiceId = @ServiceId');
