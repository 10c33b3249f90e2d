-- +goose Up
ALTER TABLE datasets.version
  ADD COLUMN restores integer, -- number of the version whose files these are: a way back
  ADD COLUMN fields   jsonb NOT NULL DEFAULT '[]', -- columns of its rows, with their types; [] before they were kept
  ADD CONSTRAINT version_restores_ck CHECK (restores < number);

CREATE TABLE datasets.difference (
  tenant_id   uuid        NOT NULL,
  dataset_id  uuid        NOT NULL,
  older       integer     NOT NULL,
  newer       integer     NOT NULL,
  state       text        NOT NULL CONSTRAINT difference_state_ck CHECK (state IN ('waiting', 'ready')),
  withheld    text[]      NOT NULL DEFAULT '{}', -- columns nobody was shown when it was computed: it holds none of them
  added       bigint      NOT NULL DEFAULT 0,
  changed     bigint      NOT NULL DEFAULT 0,
  removed     bigint      NOT NULL DEFAULT 0,
  summary     jsonb       NOT NULL DEFAULT '{}', -- columns, key, and where each block of the file is
  key         text        NOT NULL DEFAULT '',   -- of the file of changes, in the object store
  size        bigint      NOT NULL DEFAULT 0,    -- bytes
  asked_at    timestamptz NOT NULL DEFAULT now(),
  computed_at timestamptz,
  CONSTRAINT difference_pk PRIMARY KEY (tenant_id, dataset_id, older, newer),
  CONSTRAINT difference_older_fk FOREIGN KEY (tenant_id, dataset_id, older)
    REFERENCES datasets.version (tenant_id, dataset_id, number) ON DELETE CASCADE,
  CONSTRAINT difference_newer_fk FOREIGN KEY (tenant_id, dataset_id, newer)
    REFERENCES datasets.version (tenant_id, dataset_id, number) ON DELETE CASCADE,
  CONSTRAINT difference_order_ck CHECK (older < newer),
  CONSTRAINT difference_ready_ck CHECK ((state = 'ready') = (computed_at IS NOT NULL))
);
COMMENT ON TABLE datasets.difference IS 'Row by row differences between two versions of a dataset: counts here, the rows in a file of the object store. Computed anew when a column is withheld.';
CREATE INDEX difference_newer_ix ON datasets.difference (tenant_id, dataset_id, newer);
CREATE INDEX difference_waiting_ix ON datasets.difference (tenant_id, asked_at) WHERE state = 'waiting';

ALTER TABLE datasets.difference ENABLE ROW LEVEL SECURITY;
CREATE POLICY difference_tenant ON datasets.difference TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON datasets.difference TO acv_app;

-- +goose Down
DROP TABLE datasets.difference;
ALTER TABLE datasets.version
  DROP COLUMN fields,
  DROP COLUMN restores;
