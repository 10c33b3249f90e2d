-- What only an administrator may do. Idempotent: runs on every start.
-- Roles belong to the whole cluster, so parallel databases race for them.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'acv_owner') THEN
    CREATE ROLE acv_owner NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'acv_platform') THEN
    CREATE ROLE acv_platform NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'acv_app') THEN
    -- NOINHERIT: being a member of acv_platform gives nothing until SET ROLE,
    -- and policies TO acv_platform do not apply to acv_app.
    CREATE ROLE acv_app LOGIN NOINHERIT;
  END IF;
  IF NOT pg_has_role('acv_app', 'acv_platform', 'MEMBER') THEN
    GRANT acv_platform TO acv_app;
  END IF;
EXCEPTION WHEN unique_violation OR duplicate_object THEN
  -- another database of the cluster created them at the same moment
  NULL;
END
$$;

DO $$
BEGIN
  EXECUTE format('GRANT CREATE ON DATABASE %I TO acv_owner', current_database());
EXCEPTION WHEN SQLSTATE 'XX000' THEN
  NULL; -- "tuple concurrently updated"
END
$$;

CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE SCHEMA IF NOT EXISTS platform AUTHORIZATION acv_owner;
CREATE SCHEMA IF NOT EXISTS river AUTHORIZATION acv_owner;
