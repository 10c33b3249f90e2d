-- +goose Up
GRANT USAGE ON SCHEMA platform TO acv_app, acv_platform;

CREATE TABLE platform.tenant (
  id              uuid        NOT NULL CONSTRAINT tenant_pk PRIMARY KEY,
  slug            text        NOT NULL CONSTRAINT tenant_slug_uq UNIQUE
                              CONSTRAINT tenant_slug_ck CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,40}$'),
  host            text        CONSTRAINT tenant_host_uq UNIQUE,
  name            text        NOT NULL,
  insee           text        NOT NULL CONSTRAINT tenant_insee_ck CHECK (insee ~ '^([0-9]{2}|2[AB])[0-9]{3}$'),
  siren           text        NOT NULL DEFAULT '',
  department_code text        NOT NULL DEFAULT '',
  department      text        NOT NULL DEFAULT '',
  region          text        NOT NULL DEFAULT '',
  epci            text        NOT NULL DEFAULT '',
  population      integer     NOT NULL DEFAULT 0,
  population_year integer     NOT NULL DEFAULT 0,
  center_lon      float8      NOT NULL,
  center_lat      float8      NOT NULL,
  bounds          float8[]    NOT NULL CONSTRAINT tenant_bounds_ck CHECK (cardinality(bounds) = 4),
  boundary        jsonb       NOT NULL,
  approximate     boolean     NOT NULL DEFAULT true,
  accent          text        NOT NULL DEFAULT 'foret',
  tagline         text        NOT NULL DEFAULT '',
  experiment      text        NOT NULL DEFAULT '',
  welcome         text        NOT NULL DEFAULT '',
  illustrative    boolean     NOT NULL DEFAULT false,
  modules         jsonb       NOT NULL DEFAULT '{}',
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE platform.tenant IS 'Towns: the directory that host names and addresses resolve to. Not a tenant table: its own id is the tenant.';
COMMENT ON COLUMN platform.tenant.bounds IS 'west, south, east, north in degrees, EPSG:4326';
COMMENT ON COLUMN platform.tenant.boundary IS 'GeoJSON Polygon or MultiPolygon, EPSG:4326';

ALTER TABLE platform.tenant ENABLE ROW LEVEL SECURITY;
-- Everybody may know which towns exist; a town changes only itself.
CREATE POLICY tenant_read ON platform.tenant FOR SELECT TO acv_app USING (true);
CREATE POLICY tenant_update ON platform.tenant FOR UPDATE TO acv_app
  USING (id = current_setting('app.tenant')::uuid);
CREATE POLICY tenant_platform ON platform.tenant TO acv_platform USING (true) WITH CHECK (true);
GRANT SELECT, UPDATE ON platform.tenant TO acv_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.tenant TO acv_platform;

-- +goose Down
DROP TABLE platform.tenant;
