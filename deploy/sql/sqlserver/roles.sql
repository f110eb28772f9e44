-- Roles of a SQL Server installation. Run it once in the database of the installation, as a member of db_owner, before or after the first `maskedverify migrate`:
--
--   sqlcmd -S db1 -d maskedverify -i deploy/sql/sqlserver/roles.sql
--
-- Scripts run as a member of db_owner; no server needs to. Make one user per kind of process, and give each its role:
--
--   CREATE USER mv_vault FOR LOGIN mv_vault; ALTER ROLE maskedverify_vault ADD MEMBER mv_vault;   -- silos with the role vault, or with all
--   CREATE USER mv_egress FOR LOGIN mv_egress; ALTER ROLE maskedverify_egress ADD MEMBER mv_egress;   -- egress silos without vault
--   CREATE USER mv_front FOR LOGIN mv_front; ALTER ROLE maskedverify_front ADD MEMBER mv_front;   -- front-only silos (--cluster-database)
--
-- Tables that come later get their rights from `maskedverify migrate`, which runs this file again in the transaction that makes them, if it has been run in that database.
-- Repeating it changes nothing. With the keys in a database of their own, run it there too.
IF DATABASE_PRINCIPAL_ID(N'maskedverify_vault') IS NULL CREATE ROLE maskedverify_vault;
IF DATABASE_PRINCIPAL_ID(N'maskedverify_front') IS NULL CREATE ROLE maskedverify_front;
IF DATABASE_PRINCIPAL_ID(N'maskedverify_egress') IS NULL CREATE ROLE maskedverify_egress;

-- maskedverify_vault: every row, no table. It cannot change the schema, the queries that the providers run, or what is in the audit log.
-- maskedverify_front: membership and the query table, no state, no keys. New tables give it nothing.
-- maskedverify_egress: what the front sees, and the control state, where carriers' leases are among tenants and routes; no people, no keys.
IF SCHEMA_ID(N'control') IS NOT NULL GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::control TO maskedverify_vault;
IF SCHEMA_ID(N'hot') IS NOT NULL GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::hot TO maskedverify_vault;
IF SCHEMA_ID(N'keys') IS NOT NULL GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::keys TO maskedverify_vault;
IF OBJECT_ID(N'control.OrleansQuery') IS NOT NULL
BEGIN
  GRANT SELECT ON OBJECT::dbo.OrleansQuery TO maskedverify_vault;
  DENY INSERT, UPDATE, DELETE ON OBJECT::control.OrleansQuery TO maskedverify_vault;
  DENY INSERT, UPDATE, DELETE ON OBJECT::control.schema_version TO maskedverify_vault;
  GRANT SELECT ON OBJECT::dbo.OrleansQuery TO maskedverify_front;
  GRANT SELECT ON OBJECT::control.OrleansQuery TO maskedverify_front;
  GRANT SELECT ON OBJECT::control.schema_version TO maskedverify_front;
  GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::control.OrleansMembershipTable TO maskedverify_front;
  GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::control.OrleansMembershipVersionTable TO maskedverify_front;
  GRANT SELECT ON OBJECT::dbo.OrleansQuery TO maskedverify_egress;
  GRANT SELECT ON OBJECT::control.OrleansQuery TO maskedverify_egress;
  GRANT SELECT ON OBJECT::control.schema_version TO maskedverify_egress;
  GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::control.OrleansMembershipTable TO maskedverify_egress;
  GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::control.OrleansMembershipVersionTable TO maskedverify_egress;
  GRANT SELECT, INSERT, UPDATE ON OBJECT::control.OrleansStorage TO maskedverify_egress;
END;
IF OBJECT_ID(N'hot.schema_version') IS NOT NULL DENY INSERT, UPDATE, DELETE ON OBJECT::hot.schema_version TO maskedverify_vault;
IF OBJECT_ID(N'hot.audit_log') IS NOT NULL
BEGIN
  DENY UPDATE, DELETE ON OBJECT::hot.audit_log TO maskedverify_vault;
  DENY INSERT, DELETE ON OBJECT::hot.audit_heads TO maskedverify_vault;
END;
IF OBJECT_ID(N'keys.schema_version') IS NOT NULL DENY INSERT, UPDATE, DELETE ON OBJECT::keys.schema_version TO maskedverify_vault;
