-- +goose Up
CREATE TABLE imports.schema (
  tenant_id    uuid        NOT NULL,
  id           uuid        NOT NULL,
  sha256       bytea       NOT NULL CONSTRAINT schema_sha256_ck CHECK (length(sha256) = 32), -- of address and descriptor
  label        text        NOT NULL,
  version      text        NOT NULL DEFAULT '',
  address      text        NOT NULL DEFAULT '', -- where it is published, '' when nobody said
  descriptor   text        NOT NULL,            -- the Table Schema as it was then
  created_by   uuid,
  created_name text        NOT NULL DEFAULT '',
  created_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT schema_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT schema_sha256_uq UNIQUE (tenant_id, sha256)
);
COMMENT ON TABLE imports.schema IS 'Table Schemas that a town has its files checked against, as they were when they were chosen.';

CREATE TABLE imports.schema_use (
  tenant_id  uuid        NOT NULL,
  target     text        NOT NULL,
  dataset    text        NOT NULL, -- address of what a free target makes, '' for other targets
  schema_id  uuid        NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT schema_use_pk PRIMARY KEY (tenant_id, target, dataset),
  CONSTRAINT schema_use_schema_fk FOREIGN KEY (tenant_id, schema_id) REFERENCES imports.schema (tenant_id, id)
);
COMMENT ON TABLE imports.schema_use IS 'The schema that the next file into a target, or a dataset, is checked against unless somebody says otherwise.';

ALTER TABLE imports.import
  ADD COLUMN schema_id       uuid,
  ADD COLUMN schema_respected boolean, -- what the last check found; NULL before any, and without a schema
  ADD CONSTRAINT import_schema_fk FOREIGN KEY (tenant_id, schema_id) REFERENCES imports.schema (tenant_id, id);

ALTER TABLE imports.schema ENABLE ROW LEVEL SECURITY;
ALTER TABLE imports.schema_use ENABLE ROW LEVEL SECURITY;
CREATE POLICY schema_tenant ON imports.schema TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY schema_use_tenant ON imports.schema_use TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT ON imports.schema TO acv_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON imports.schema_use TO acv_app;

-- +goose Down
ALTER TABLE imports.import
  DROP CONSTRAINT import_schema_fk,
  DROP COLUMN schema_respected,
  DROP COLUMN schema_id;
DROP TABLE imports.schema_use;
DROP TABLE imports.schema;
