-- Roles of a PostgreSQL installation. Run it as an administrator in the database of the installation, before the first `maskedverify migrate` or after it:
--
--   psql -d maskedverify -f deploy/sql/postgres/roles.sql
--
-- It makes the schemas and four roles that cannot log in. Make one user per kind of process, and give each its role:
--
--   CREATE ROLE mv_migrate LOGIN PASSWORD '…' IN ROLE maskedverify_owner;   -- maskedverify migrate; add  ;Options=-c role=maskedverify_owner
--   CREATE ROLE mv_vault   LOGIN PASSWORD '…' IN ROLE maskedverify_vault;   -- silos with the role vault, or with all
--   CREATE ROLE mv_egress  LOGIN PASSWORD '…' IN ROLE maskedverify_egress;  -- egress silos without vault
--   CREATE ROLE mv_front   LOGIN PASSWORD '…' IN ROLE maskedverify_front;   -- front-only silos (--cluster-database)
--
-- Tables that are there already are handed over to maskedverify_owner. Those that come later get their rights from `maskedverify migrate`, which runs this file again in the
-- transaction that makes them, if it has been run in that database. Repeating it changes nothing. With the keys in a database of their own, run it there too.
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'maskedverify_owner') THEN CREATE ROLE maskedverify_owner NOLOGIN; END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'maskedverify_vault') THEN CREATE ROLE maskedverify_vault NOLOGIN; END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'maskedverify_front') THEN CREATE ROLE maskedverify_front NOLOGIN; END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'maskedverify_egress') THEN CREATE ROLE maskedverify_egress NOLOGIN; END IF;
END $$;

-- One statement, so that nobody sees half of it.
DO $$
DECLARE part text; thing text;
BEGIN
  -- maskedverify_owner: owns the schemas and everything in them. No server needs it.
  FOREACH part IN ARRAY ARRAY['control', 'hot', 'keys'] LOOP
    IF to_regnamespace(part) IS NULL THEN
      EXECUTE format('CREATE SCHEMA %I AUTHORIZATION maskedverify_owner', part);
    ELSIF NOT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = part AND nspowner = 'maskedverify_owner'::regrole) THEN
      EXECUTE format('ALTER SCHEMA %I OWNER TO maskedverify_owner', part);
    END IF;
    FOR thing IN SELECT oid::regclass::text FROM pg_class WHERE relnamespace = to_regnamespace(part) AND relkind = 'r' AND relowner <> 'maskedverify_owner'::regrole LOOP
      EXECUTE format('ALTER TABLE %s OWNER TO maskedverify_owner', thing);
    END LOOP;
    FOR thing IN SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = to_regnamespace(part) AND proowner <> 'maskedverify_owner'::regrole LOOP
      EXECUTE format('ALTER ROUTINE %s OWNER TO maskedverify_owner', thing);
    END LOOP;
  END LOOP;
  REVOKE ALL ON SCHEMA control, hot, keys FROM PUBLIC;

  -- maskedverify_vault: every row, no table. It cannot change the schema, the queries that the providers run, or what is in the audit log.
  GRANT USAGE ON SCHEMA control, hot, keys TO maskedverify_vault;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA control, hot, keys TO maskedverify_vault;
  FOREACH part IN ARRAY ARRAY['control', 'hot', 'keys'] LOOP
    IF to_regclass(part || '.schema_version') IS NOT NULL THEN
      EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON %I.schema_version FROM maskedverify_vault', part);
    END IF;
  END LOOP;
  IF to_regclass('hot.audit_log') IS NOT NULL THEN
    REVOKE UPDATE, DELETE ON hot.audit_log FROM maskedverify_vault;
    REVOKE INSERT, DELETE ON hot.audit_heads FROM maskedverify_vault;
  END IF;

  -- maskedverify_front: membership and the query table, no state, no keys.
  -- maskedverify_egress: what the front sees, and the rows of carriers' leases among the control state; tenants, key hashes and routes are not its own.
  GRANT USAGE ON SCHEMA control TO maskedverify_front, maskedverify_egress;
  IF to_regclass('control.orleansquery') IS NOT NULL THEN
    REVOKE INSERT, UPDATE, DELETE ON control.OrleansQuery FROM maskedverify_vault;
    GRANT SELECT ON control.OrleansQuery, control.schema_version TO maskedverify_front, maskedverify_egress;
    GRANT SELECT, INSERT, UPDATE, DELETE ON control.OrleansMembershipTable, control.OrleansMembershipVersionTable TO maskedverify_front, maskedverify_egress;
    GRANT SELECT, INSERT, UPDATE ON control.OrleansStorage TO maskedverify_egress;
    -- Whoever may use the table sees every row, as before; the second policy takes all but its own from egress.
    IF NOT EXISTS (SELECT 1 FROM pg_policies WHERE schemaname = 'control' AND policyname = 'leases_only') THEN
      CREATE POLICY every_row ON control.OrleansStorage USING (true);
      CREATE POLICY leases_only ON control.OrleansStorage AS RESTRICTIVE TO maskedverify_egress USING (GrainTypeString = 'carrier-link');
      ALTER TABLE control.OrleansStorage ENABLE ROW LEVEL SECURITY;
    END IF;
  END IF;
END $$;
