-- Control state, membership and reminders: the contract of the Orleans ADO.NET providers, which look their statements up by key and pass these
-- parameters. Every row has a real key, so nothing can double one. Statements only, no procedures, so a role needs rights on tables alone. Names and keys
-- compare by their code points; SQL Server ignores blanks at the end of a text, which no name of this program has. The provider's hashes are not needed.
CREATE TABLE control.OrleansQuery
(
    QueryKey nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_orleans_query PRIMARY KEY,
    QueryText nvarchar(max) NOT NULL
);

-- The providers ask for OrleansQuery without a schema: SQL Server then looks in the user's own and in dbo.
CREATE SYNONYM dbo.OrleansQuery FOR control.OrleansQuery;

CREATE TABLE control.OrleansStorage
(
    ServiceId nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    GrainTypeString nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,         -- the state name
    GrainIdN0 bigint NOT NULL,
    GrainIdN1 bigint NOT NULL,
    GrainIdExtensionString nvarchar(240) COLLATE Latin1_General_100_BIN2 NOT NULL,  -- the grain key; empty for keys that are a number or a GUID
    PayloadBinary varbinary(max) NOT NULL,
    Version integer NOT NULL CONSTRAINT ck_orleans_storage_version CHECK (Version > 0),
    CONSTRAINT pk_orleans_storage PRIMARY KEY (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtensionString)
);

-- One row per cluster: its version grows with every change of a member.
CREATE TABLE control.OrleansMembershipVersionTable
(
    DeploymentId nvarchar(150) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_orleans_membership_version PRIMARY KEY,
    Timestamp datetime2(3) NOT NULL CONSTRAINT df_orleans_membership_version_timestamp DEFAULT SYSUTCDATETIME(),
    Version integer NOT NULL CONSTRAINT df_orleans_membership_version_version DEFAULT 0
);

CREATE TABLE control.OrleansMembershipTable
(
    DeploymentId nvarchar(150) COLLATE Latin1_General_100_BIN2 NOT NULL
        CONSTRAINT fk_orleans_membership FOREIGN KEY REFERENCES control.OrleansMembershipVersionTable (DeploymentId),
    Address nvarchar(45) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Port integer NOT NULL,
    Generation integer NOT NULL,
    SiloName nvarchar(150) NOT NULL,
    HostName nvarchar(256) NOT NULL,
    Status integer NOT NULL,
    ProxyPort integer NULL,
    SuspectTimes nvarchar(max) NULL,
    StartTime datetime2(3) NOT NULL,
    IAmAliveTime datetime2(3) NOT NULL,
    CONSTRAINT pk_orleans_membership PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

CREATE TABLE control.OrleansRemindersTable
(
    ServiceId nvarchar(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    GrainId nvarchar(240) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ReminderName nvarchar(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    StartTime datetime2(3) NOT NULL,
    Period bigint NOT NULL,
    GrainHash integer NOT NULL,
    Version integer NOT NULL,
    CONSTRAINT pk_orleans_reminders PRIMARY KEY (ServiceId, GrainId, ReminderName)
);
CREATE INDEX reminders_by_hash ON control.OrleansRemindersTable (ServiceId, GrainHash);

-- State. A first write (no version) inserts or, if the row exists, does nothing; a later write updates only the version it read. No row comes back
-- from a write that lost, which the provider reports as InconsistentStateException. The look before the insert holds its place until the end of the
-- statement, so of two first writes at once the second waits and then finds the row.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'WriteToStorageKey', N'
SET XACT_ABORT ON;
IF @GrainStateVersion IS NULL
  INSERT INTO control.OrleansStorage (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtensionString, PayloadBinary, Version)
  OUTPUT inserted.Version AS NewGrainStateVersion
  SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, COALESCE(@GrainIdExtensionString, N''''), @PayloadBinary, 1
  WHERE NOT EXISTS (
    SELECT 1 FROM control.OrleansStorage WITH (UPDLOCK, HOLDLOCK)
    WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
      AND GrainIdExtensionString = COALESCE(@GrainIdExtensionString, N''''));
ELSE
  UPDATE control.OrleansStorage SET PayloadBinary = @PayloadBinary, Version = Version + 1
  OUTPUT inserted.Version AS NewGrainStateVersion
  WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
    AND GrainIdExtensionString = COALESCE(@GrainIdExtensionString, N'''') AND Version = @GrainStateVersion;');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'ReadFromStorageKey', N'
SELECT PayloadBinary, Version FROM control.OrleansStorage
WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
  AND GrainIdExtensionString = COALESCE(@GrainIdExtensionString, N'''');');

-- Both ways of clearing delete the row: a cleared state leaves nothing behind.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'DeleteStorageKey', N'
SET XACT_ABORT ON;
DELETE FROM control.OrleansStorage
OUTPUT deleted.Version + 1 AS NewGrainStateVersion
WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
  AND GrainIdExtensionString = COALESCE(@GrainIdExtensionString, N'''') AND Version = @GrainStateVersion;');

INSERT INTO control.OrleansQuery (QueryKey, QueryText)
SELECT N'ClearStorageKey', QueryText FROM control.OrleansQuery WHERE QueryKey = N'DeleteStorageKey';

-- Membership. A change locks the row of the cluster by changing its version, and only then touches the member: changes come one after another. What
-- the changing of the version looks at in the table of members it looks at with locks, whatever the database's isolation.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'InsertMembershipVersionKey', N'
SET XACT_ABORT, NOCOUNT ON;
INSERT INTO control.OrleansMembershipVersionTable (DeploymentId)
SELECT @DeploymentId WHERE NOT EXISTS (
  SELECT 1 FROM control.OrleansMembershipVersionTable WITH (UPDLOCK, HOLDLOCK) WHERE DeploymentId = @DeploymentId);
SELECT @@ROWCOUNT;');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'InsertMembershipKey', N'
SET XACT_ABORT, NOCOUNT ON;
DECLARE @Changed integer;
BEGIN TRANSACTION;
UPDATE control.OrleansMembershipVersionTable SET Timestamp = SYSUTCDATETIME(), Version = Version + 1
WHERE DeploymentId = @DeploymentId AND Version = @Version AND NOT EXISTS (
  SELECT 1 FROM control.OrleansMembershipTable WITH (UPDLOCK, HOLDLOCK)
  WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation);
SET @Changed = @@ROWCOUNT;
IF @Changed = 1
  INSERT INTO control.OrleansMembershipTable
    (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
  VALUES (@DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime);
COMMIT TRANSACTION;
SELECT @Changed;');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'UpdateMembershipKey', N'
SET XACT_ABORT, NOCOUNT ON;
DECLARE @Changed integer;
BEGIN TRANSACTION;
UPDATE control.OrleansMembershipVersionTable SET Timestamp = SYSUTCDATETIME(), Version = Version + 1
WHERE DeploymentId = @DeploymentId AND Version = @Version AND EXISTS (
  SELECT 1 FROM control.OrleansMembershipTable WITH (UPDLOCK, HOLDLOCK)
  WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation);
SET @Changed = @@ROWCOUNT;
IF @Changed = 1
  UPDATE control.OrleansMembershipTable SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
  WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation;
COMMIT TRANSACTION;
SELECT @Changed;');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'UpdateIAmAlivetimeKey', N'
SET XACT_ABORT ON;
UPDATE control.OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime
WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation;');

-- The row of the cluster comes back even when there is no member.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'MembershipReadAllKey', N'
SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
FROM control.OrleansMembershipVersionTable AS v WITH (HOLDLOCK)
LEFT OUTER JOIN control.OrleansMembershipTable AS m WITH (HOLDLOCK) ON m.DeploymentId = v.DeploymentId
WHERE v.DeploymentId = @DeploymentId;');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'MembershipReadRowKey', N'
SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
FROM control.OrleansMembershipVersionTable AS v WITH (HOLDLOCK)
LEFT OUTER JOIN control.OrleansMembershipTable AS m WITH (HOLDLOCK)
  ON m.DeploymentId = v.DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
WHERE v.DeploymentId = @DeploymentId;');

-- 3 is Active.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'GatewaysQueryKey', N'
SELECT Address, ProxyPort, Generation FROM control.OrleansMembershipTable
WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0;');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'CleanupDefunctSiloEntriesKey', N'
SET XACT_ABORT ON;
DELETE FROM control.OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3;');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'DeleteMembershipTableEntriesKey', N'
SET XACT_ABORT ON;
BEGIN TRANSACTION;
DELETE FROM control.OrleansMembershipTable WHERE DeploymentId = @DeploymentId;
DELETE FROM control.OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId;
COMMIT TRANSACTION;');

-- Reminders.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'UpsertReminderRowKey', N'
SET XACT_ABORT, NOCOUNT ON;
DECLARE @Written integer;
BEGIN TRANSACTION;
UPDATE control.OrleansRemindersTable WITH (UPDLOCK, HOLDLOCK)
SET StartTime = @StartTime, Period = @Period, GrainHash = @GrainHash, @Written = Version = Version + 1
WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName;
IF @Written IS NULL
BEGIN
  SET @Written = 0;
  INSERT INTO control.OrleansRemindersTable (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version)
  VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, @Written);
END;
COMMIT TRANSACTION;
SELECT @Written AS Version;');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'ReadReminderRowsKey', N'
SELECT GrainId, ReminderName, StartTime, Period, Version FROM control.OrleansRemindersTable WHERE ServiceId = @ServiceId AND GrainId = @GrainId;');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'ReadReminderRowKey', N'
SELECT GrainId, ReminderName, StartTime, Period, Version FROM control.OrleansRemindersTable
WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName;');

-- A range of the ring of hashes that does not pass its end, and one that does.
INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'ReadRangeRows1Key', N'
SELECT GrainId, ReminderName, StartTime, Period, Version FROM control.OrleansRemindersTable
WHERE ServiceId = @ServiceId AND GrainHash > @BeginHash AND GrainHash <= @EndHash;');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'ReadRangeRows2Key', N'
SELECT GrainId, ReminderName, StartTime, Period, Version FROM control.OrleansRemindersTable
WHERE ServiceId = @ServiceId AND (GrainHash > @BeginHash OR GrainHash <= @EndHash);');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'DeleteReminderRowKey', N'
SET XACT_ABORT, NOCOUNT ON;
DELETE FROM control.OrleansRemindersTable
WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName AND Version = @Version;
SELECT @@ROWCOUNT;');

INSERT INTO control.OrleansQuery (QueryKey, QueryText) VALUES (N'DeleteReminderRowsKey', N'
SET XACT_ABORT ON;
DELETE FROM control.OrleansRemindersTable WHERE ServiceId = @ServiceId;');
