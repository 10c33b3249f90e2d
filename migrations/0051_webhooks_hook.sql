-- +goose Up
CREATE SCHEMA webhooks;
GRANT USAGE ON SCHEMA webhooks TO acv_app;

CREATE TABLE webhooks.hook (
  tenant_id      uuid        NOT NULL,
  id             uuid        NOT NULL,
  name           text        NOT NULL CONSTRAINT hook_name_ck CHECK (length(name) BETWEEN 1 AND 100),
  url            text        NOT NULL CONSTRAINT hook_url_ck CHECK (length(url) BETWEEN 1 AND 500),
  events         text[]      NOT NULL CONSTRAINT hook_events_ck CHECK (cardinality(events) > 0),
  signing_secret text        NOT NULL,
  active         boolean     NOT NULL DEFAULT true,
  failures       integer     NOT NULL DEFAULT 0, -- deliveries given up since the last that arrived
  created_name   text        NOT NULL DEFAULT '',
  created_at     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT hook_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT hook_name_uq UNIQUE (tenant_id, name)
);
COMMENT ON TABLE webhooks.hook IS 'Programs a town wants told of what happens. The secret signs messages, so it is kept as it is, and left out of exports.';

CREATE TABLE webhooks.delivery (
  tenant_id  uuid        NOT NULL,
  id         uuid        NOT NULL,
  hook_id    uuid        NOT NULL,
  event      text        NOT NULL, -- "imports.committed"
  payload    text        NOT NULL, -- the very bytes that are signed and sent
  state      text        NOT NULL CONSTRAINT delivery_state_ck CHECK (state IN ('queued', 'delivered', 'failed')),
  attempts   integer     NOT NULL DEFAULT 0,
  status     integer     NOT NULL DEFAULT 0, -- HTTP status of the last attempt, 0 when none came
  problem    text        NOT NULL DEFAULT '', -- message key of what went wrong last
  took_ms    integer     NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  tried_at   timestamptz,
  CONSTRAINT delivery_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT delivery_hook_fk FOREIGN KEY (tenant_id, hook_id) REFERENCES webhooks.hook (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE webhooks.delivery IS 'Messages to those programs and what became of them, kept for thirty days.';
CREATE INDEX delivery_hook_ix ON webhooks.delivery (tenant_id, hook_id, id DESC);

ALTER TABLE webhooks.hook ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks.delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY hook_tenant ON webhooks.hook TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY delivery_tenant ON webhooks.delivery TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON webhooks.hook, webhooks.delivery TO acv_app;

-- +goose Down
DROP SCHEMA webhooks CASCADE;
