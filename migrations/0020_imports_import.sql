-- +goose Up
CREATE SCHEMA imports;
GRANT USAGE ON SCHEMA imports TO acv_app;

CREATE TABLE imports.import (
  tenant_id      uuid        NOT NULL,
  id             uuid        NOT NULL,
  target         text        NOT NULL DEFAULT '', -- "trees/inventory"; '' until chosen
  state          text        NOT NULL CONSTRAINT import_state_ck CHECK (state IN
                             ('uploaded','analysed','checking','ready','committing','committed','undoing','undone','cancelled','failed')),
  file_name      text        NOT NULL,
  file_size      bigint      NOT NULL DEFAULT 0,
  file_sha256    bytea       NOT NULL DEFAULT '',
  detection      jsonb       NOT NULL DEFAULT '{}', -- what was understood of the file: columns, examples, reasons
  mapping        jsonb       NOT NULL DEFAULT '{}', -- which column feeds what, positions, options
  skip_rejected  boolean     NOT NULL DEFAULT false, -- "import without these rows"
  commit_asked   boolean     NOT NULL DEFAULT false, -- commit as soon as the check finds nothing to refuse
  rows_read      bigint      NOT NULL DEFAULT 0,
  rows_created   bigint      NOT NULL DEFAULT 0,
  rows_updated   bigint      NOT NULL DEFAULT 0,
  rows_unchanged bigint      NOT NULL DEFAULT 0,
  rows_rejected  bigint      NOT NULL DEFAULT 0,
  rows_warned    bigint      NOT NULL DEFAULT 0, -- kept, with something to look at
  rows_skipped   bigint      NOT NULL DEFAULT 0, -- blank lines and repeated headings: not rows
  fault_code     text        NOT NULL DEFAULT '', -- why the last step did not go through
  fault_key      text        NOT NULL DEFAULT '',
  fault_args     jsonb       NOT NULL DEFAULT '{}',
  created_by     uuid,
  created_name   text        NOT NULL DEFAULT '',
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  checked_at     timestamptz,
  committed_by   uuid,
  committed_name text        NOT NULL DEFAULT '',
  committed_at   timestamptz,
  undone_by      uuid,
  undone_name    text        NOT NULL DEFAULT '',
  undone_at      timestamptz,
  CONSTRAINT import_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT import_rows_ck CHECK (rows_read = rows_created + rows_updated + rows_unchanged + rows_rejected)
);
COMMENT ON TABLE imports.import IS 'Files people brought, where each stands, what it did and who asked: the history of imports.';
COMMENT ON CONSTRAINT import_rows_ck ON imports.import IS 'No row of a file is lost unseen.';

-- One import at a time writes into a target of a town.
CREATE UNIQUE INDEX import_writing_uq ON imports.import (tenant_id, target) WHERE state IN ('committing', 'undoing');
-- "Was this file imported before?" is asked of the town's own files only.
CREATE INDEX import_sha256_ix ON imports.import (tenant_id, target, file_sha256);

ALTER TABLE imports.import ENABLE ROW LEVEL SECURITY;
CREATE POLICY import_tenant ON imports.import TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON imports.import TO acv_app;

CREATE TABLE imports.preview (
  tenant_id uuid  NOT NULL,
  import_id uuid  NOT NULL,
  rows      jsonb NOT NULL, -- the first rows with their verdicts
  problems  jsonb NOT NULL, -- problems grouped by kind, with counts and examples
  CONSTRAINT preview_pk PRIMARY KEY (tenant_id, import_id),
  CONSTRAINT preview_import_fk FOREIGN KEY (tenant_id, import_id)
    REFERENCES imports.import (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE imports.preview IS 'What the last check of an import found, to show; the full list of problems is a file.';

ALTER TABLE imports.preview ENABLE ROW LEVEL SECURITY;
CREATE POLICY preview_tenant ON imports.preview TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON imports.preview TO acv_app;

CREATE TABLE imports.mapping (
  tenant_id  uuid        NOT NULL,
  target     text        NOT NULL,
  shape      text        NOT NULL, -- stands for the format and the headings
  mapping    jsonb       NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT mapping_pk PRIMARY KEY (tenant_id, target, shape)
);
COMMENT ON TABLE imports.mapping IS 'How a town mapped files of a shape, offered for the next file of the same shape.';

ALTER TABLE imports.mapping ENABLE ROW LEVEL SECURITY;
CREATE POLICY mapping_tenant ON imports.mapping TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON imports.mapping TO acv_app;

-- +goose Down
DROP SCHEMA imports CASCADE;
