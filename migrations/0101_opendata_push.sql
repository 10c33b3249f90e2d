-- +goose Up
CREATE TABLE opendata.push_account (
  tenant_id         uuid        NOT NULL,
  sealed            bytea       NOT NULL, -- the key, unreadable without the installation's own (services/seal)
  organization      text        NOT NULL DEFAULT '', -- identifier over there, '' until somebody chose
  organization_name text        NOT NULL DEFAULT '',
  choices           jsonb       NOT NULL DEFAULT '[]', -- organisations the key's owner is a member of
  holder            text        NOT NULL DEFAULT '', -- whose key it is, as the portal says
  author            text        NOT NULL DEFAULT '', -- who gave it
  given_at          timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT push_account_pk PRIMARY KEY (tenant_id)
);
COMMENT ON TABLE opendata.push_account IS 'With what key, and in whose name, a town publishes on data.gouv.fr.';

CREATE TABLE opendata.push (
  tenant_id  uuid        NOT NULL,
  dataset    text        NOT NULL, -- its name in addresses
  wanted     boolean     NOT NULL, -- somebody wants it over there
  state      text        NOT NULL CONSTRAINT push_state_ck CHECK (state IN ('waiting', 'sent', 'refused', 'retired')),
  wish       integer     NOT NULL DEFAULT 1, -- grows with every reason to send: a worker that ends sees whether it may
  job_id     bigint      NOT NULL DEFAULT 0, -- the only one that works on it
  remote_id  text        NOT NULL DEFAULT '', -- over there, '' as long as it is not known
  page       text        NOT NULL DEFAULT '',
  version    integer     NOT NULL DEFAULT 0, -- the last that is over there whole
  sent_at    timestamptz,
  fault_key  text        NOT NULL DEFAULT '', -- why it was refused, or why it still waits
  fault_args jsonb       NOT NULL DEFAULT '{}',
  author     text        NOT NULL DEFAULT '', -- who asked last, '' : a publication
  changed_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT push_pk PRIMARY KEY (tenant_id, dataset)
);
COMMENT ON TABLE opendata.push IS 'Datasets that are, were or will be on data.gouv.fr too, and how each stands.';

ALTER TABLE opendata.push_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE opendata.push ENABLE ROW LEVEL SECURITY;
CREATE POLICY push_account_tenant ON opendata.push_account TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY push_tenant ON opendata.push TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON opendata.push_account, opendata.push TO acv_app;

-- +goose Down
DROP TABLE opendata.push, opendata.push_account;
