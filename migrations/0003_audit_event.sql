-- +goose Up
CREATE SCHEMA audit;
GRANT USAGE ON SCHEMA audit TO acv_app, acv_platform;

CREATE TABLE audit.event (
  tenant_id  uuid        NOT NULL,
  id         uuid        NOT NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  actor_id   uuid,                          -- account, NULL for the platform itself
  actor_name text        NOT NULL DEFAULT '', -- as it was then
  action     text        NOT NULL,          -- "imports.commit": message key audit.action.<action>
  subject    text        NOT NULL DEFAULT '', -- "import/018f…"
  details    jsonb       NOT NULL DEFAULT '{}',
  request_id text        NOT NULL DEFAULT '',
  CONSTRAINT event_pk PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE audit.event IS 'Who did what, append-only: the runtime role may insert and read, never change or delete.';
CREATE INDEX event_at_ix ON audit.event (tenant_id, at DESC, id DESC);

ALTER TABLE audit.event ENABLE ROW LEVEL SECURITY;
CREATE POLICY event_tenant ON audit.event TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT ON audit.event TO acv_app;

-- +goose Down
DROP SCHEMA audit CASCADE;
