-- +goose Up
CREATE TABLE opendata.answerer (
  tenant_id uuid    NOT NULL,
  dataset   text    NOT NULL,
  who       text    NOT NULL DEFAULT '' CONSTRAINT answerer_who_ck CHECK (length(who) <= 120), -- '' : as the town says for all
  closed    boolean NOT NULL DEFAULT false,
  CONSTRAINT answerer_pk PRIMARY KEY (tenant_id, dataset)
);
COMMENT ON TABLE opendata.answerer IS 'Who answers questions about a dataset, as everybody reads it, and whether any are taken; no row: the town''s own, and they are.';

ALTER TABLE opendata.answerer ENABLE ROW LEVEL SECURITY;
CREATE POLICY answerer_tenant ON opendata.answerer TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON opendata.answerer TO acv_app;

-- +goose Down
DROP TABLE opendata.answerer;
