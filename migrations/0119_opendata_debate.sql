-- +goose Up
CREATE TABLE opendata.debate (
  tenant_id       uuid        NOT NULL,
  id              uuid        NOT NULL,
  slug            text        NOT NULL CONSTRAINT debate_slug_ck CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  title           text        NOT NULL,
  lead            text        NOT NULL DEFAULT '',
  theme           text        NOT NULL DEFAULT '',
  shows           text[]      NOT NULL DEFAULT '{}', -- "figure:key", "chart:table/id", "map:dataset"
  opens_on        date,
  closes_on       date,
  answer          text        NOT NULL DEFAULT '',
  answered_as     text        NOT NULL DEFAULT '', -- name and role, for everybody
  answered_at     timestamptz,
  decision        text        NOT NULL DEFAULT '',
  decided_on      date,
  decision_href   text        NOT NULL DEFAULT '',
  decided_at      timestamptz, -- when the town wrote it here
  contribution_id uuid, -- the proposal it came from
  proposed_by     text        NOT NULL DEFAULT '', -- a name its owner wanted shown
  published       boolean     NOT NULL DEFAULT false,
  published_at    timestamptz,
  deleted         boolean     NOT NULL DEFAULT false, -- emptied; its address stays taken
  revision        integer     NOT NULL DEFAULT 1,
  author          text        NOT NULL DEFAULT '',
  updated_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT debate_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT debate_slug_uq UNIQUE (tenant_id, slug),
  CONSTRAINT debate_contribution_uq UNIQUE (tenant_id, contribution_id),
  CONSTRAINT debate_days_ck CHECK (closes_on >= opens_on)
);
COMMENT ON TABLE opendata.debate IS 'Collective questions: what a town asks or is asked with its data, its answer and the decision that followed. Arguments are contributions.';

ALTER TABLE opendata.debate ENABLE ROW LEVEL SECURITY;
CREATE POLICY debate_tenant ON opendata.debate TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON opendata.debate TO acv_app;

-- +goose Down
DROP TABLE opendata.debate;
