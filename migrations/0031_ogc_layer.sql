-- +goose Up
CREATE SCHEMA ogc;
GRANT USAGE ON SCHEMA ogc TO acv_app;

CREATE TABLE ogc.layer (
  tenant_id  uuid        NOT NULL,
  layer      text        NOT NULL, -- the layer's identifier: "arbres"
  version    bigint      NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT layer_pk PRIMARY KEY (tenant_id, layer)
);
COMMENT ON TABLE ogc.layer IS 'How many times a layer''s data changed: part of the key of every cached tile.';

ALTER TABLE ogc.layer ENABLE ROW LEVEL SECURITY;
CREATE POLICY layer_tenant ON ogc.layer TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON ogc.layer TO acv_app;

-- +goose Down
DROP SCHEMA ogc CASCADE;
