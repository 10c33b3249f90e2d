-- +goose Up
CREATE TABLE datasets.personal_column (
  tenant_id    uuid        NOT NULL,
  dataset_id   uuid        NOT NULL,
  field        text        NOT NULL,
  kinds        text[]      NOT NULL, -- what was found the last time it was looked at: "email", "name"…
  cells        bigint      NOT NULL, -- that look like it
  filled       bigint      NOT NULL, -- that hold something
  examples     text[]      NOT NULL, -- masked
  decision     text        NOT NULL DEFAULT '' CONSTRAINT personal_column_decision_ck CHECK (decision IN ('', 'public', 'withheld')),
  decided_for  text[]      NOT NULL DEFAULT '{}', -- the kinds that the person was shown
  decided_by   uuid,
  decided_name text        NOT NULL DEFAULT '',
  decided_at   timestamptz,
  found_at     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT personal_column_pk PRIMARY KEY (tenant_id, dataset_id, field),
  CONSTRAINT personal_column_dataset_fk FOREIGN KEY (tenant_id, dataset_id)
    REFERENCES datasets.dataset (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT personal_column_decided_ck CHECK ((decision = '') = (decided_at IS NULL))
);
COMMENT ON TABLE datasets.personal_column IS 'Columns of datasets that look like personal data, and what a person decided of each: nothing of them is published before.';

ALTER TABLE datasets.personal_column ENABLE ROW LEVEL SECURITY;
CREATE POLICY personal_column_tenant ON datasets.personal_column TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON datasets.personal_column TO acv_app;

-- +goose Down
DROP TABLE datasets.personal_column;
