-- Roles for a SQL Server installation, run once in each database by its owner, after `maskedverify migrate`. With all schemas in one database, run all of it;
-- otherwise leave out the parts whose schema is not there. Then: ALTER ROLE mv_state ADD MEMBER [user]. A member cannot change the schema: `migrate` runs as
-- the owner. No role may read dbo beyond the one name that the Orleans providers ask for.

-- A silo with grains: control state, hot rows, membership and reminders.
CREATE ROLE mv_state;
GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::control TO mv_state;
GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::hot TO mv_state;
GRANT SELECT ON OBJECT::dbo.OrleansQuery TO mv_state;

-- The statements and the lists of scripts are for the owner to change.
DENY INSERT, UPDATE, DELETE ON OBJECT::control.OrleansQuery TO mv_state;
DENY INSERT, UPDATE, DELETE ON OBJECT::control.schema_version TO mv_state;
DENY INSERT, UPDATE, DELETE ON OBJECT::hot.schema_version TO mv_state;

-- A silo that holds keys.
CREATE ROLE mv_keys;
GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::keys TO mv_keys;
DENY INSERT, UPDATE, DELETE ON OBJECT::keys.schema_version TO mv_keys;

-- A silo that only takes part in the cluster: membership and reminders, no state.
CREATE ROLE mv_cluster;
GRANT SELECT ON OBJECT::dbo.OrleansQuery TO mv_cluster;
GRANT SELECT ON OBJECT::control.OrleansQuery TO mv_cluster;
GRANT SELECT ON OBJECT::control.schema_version TO mv_cluster;
GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::control.OrleansMembershipVersionTable TO mv_cluster;
GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::control.OrleansMembershipTable TO mv_cluster;
GRANT SELECT, INSERT, UPDATE, DELETE ON OBJECT::control.OrleansRemindersTable TO mv_cluster;
