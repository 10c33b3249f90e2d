-- +goose Up
CREATE TABLE opendata.harvest_source (
  tenant_id  uuid        NOT NULL,
  id         uuid        NOT NULL,
  name       text        NOT NULL,
  url        text        NOT NULL, -- as somebody gave it
  start      text        NOT NULL, -- of the first page, as its kind is read
  kind       text        NOT NULL CONSTRAINT harvest_source_kind_ck CHECK (kind IN ('dcat', 'ckan', 'ods', 'udata')),
  schedule   text        NOT NULL DEFAULT 'weekly' CONSTRAINT harvest_source_schedule_ck CHECK (schedule IN ('daily', 'weekly', 'hand')),
  adopt      text        NOT NULL DEFAULT 'kept' CONSTRAINT harvest_source_adopt_ck CHECK (adopt IN ('published', 'kept', 'left')),
  grace      integer     NOT NULL DEFAULT 7 CONSTRAINT harvest_source_grace_ck CHECK (grace BETWEEN 0 AND 365), -- days
  next_at    timestamptz, -- of the next reading by the schedule, NULL for none
  etag       text        NOT NULL DEFAULT '', -- of the last whole reading of a catalogue of one page
  modified   text        NOT NULL DEFAULT '',
  revision   integer     NOT NULL DEFAULT 1,
  author     text        NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT harvest_source_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT harvest_source_start_uq UNIQUE (tenant_id, start)
);
COMMENT ON TABLE opendata.harvest_source IS 'Catalogues of others that a town reads: where, how often, and what becomes of what they hold unless somebody decides otherwise.';

CREATE TABLE opendata.harvest_run (
  tenant_id  uuid        NOT NULL,
  id         uuid        NOT NULL,
  source_id  uuid        NOT NULL,
  state      text        NOT NULL DEFAULT 'running' CONSTRAINT harvest_run_state_ck CHECK (state IN ('running', 'done', 'failed', 'stopped')),
  author     text        NOT NULL DEFAULT '', -- '' : the schedule
  job_id     bigint      NOT NULL DEFAULT 0,
  step       integer     NOT NULL DEFAULT 0, -- grows with every write: one worker goes on, any other stops
  mark       jsonb       NOT NULL DEFAULT '{}', -- place reached: next page, pages seen, items done of this one
  read       integer     NOT NULL DEFAULT 0,
  added      integer     NOT NULL DEFAULT 0,
  updated    integer     NOT NULL DEFAULT 0,
  unchanged  integer     NOT NULL DEFAULT 0,
  refused    integer     NOT NULL DEFAULT 0,
  missing    integer     NOT NULL DEFAULT 0, -- no longer listed, not archived yet
  archived   integer     NOT NULL DEFAULT 0,
  note       text        NOT NULL DEFAULT '', -- message key of what is worth knowing
  fault_key  text        NOT NULL DEFAULT '',
  fault_args jsonb       NOT NULL DEFAULT '{}',
  began_at   timestamptz NOT NULL DEFAULT now(),
  ended_at   timestamptz,
  CONSTRAINT harvest_run_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT harvest_run_source_fk FOREIGN KEY (tenant_id, source_id) REFERENCES opendata.harvest_source (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE opendata.harvest_run IS 'Readings of a catalogue, one at a time each.';
CREATE UNIQUE INDEX harvest_run_one_uq ON opendata.harvest_run (tenant_id, source_id) WHERE state = 'running';
CREATE INDEX harvest_run_source_ix ON opendata.harvest_run (tenant_id, source_id, began_at);

CREATE TABLE opendata.harvest_item (
  tenant_id     uuid        NOT NULL,
  id            uuid        NOT NULL,
  source_id     uuid        NOT NULL,
  identifier    text        NOT NULL,
  slug          text        NOT NULL CONSTRAINT harvest_item_slug_ck CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  title         text        NOT NULL,
  open          boolean     NOT NULL, -- under one of the two licences
  content       jsonb       NOT NULL,
  sum           bytea       NOT NULL, -- of the content
  decision      text        NOT NULL DEFAULT '' CONSTRAINT harvest_item_decision_ck CHECK (decision IN ('', 'published', 'kept', 'left')),
  state         text        NOT NULL DEFAULT 'listed' CONSTRAINT harvest_item_state_ck CHECK (state IN ('listed', 'missing', 'archived')),
  missing_since timestamptz,
  run_id        uuid        NOT NULL, -- the last that met it
  created_at    timestamptz NOT NULL DEFAULT now(),
  changed_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT harvest_item_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT harvest_item_slug_uq UNIQUE (tenant_id, slug),
  CONSTRAINT harvest_item_source_fk FOREIGN KEY (tenant_id, source_id) REFERENCES opendata.harvest_source (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE opendata.harvest_item IS 'Datasets of others as their catalogues describe them. decision: what somebody said of this one; empty, it follows its source, and is kept rather than published when its licence is another than the two.';
CREATE INDEX harvest_item_source_ix ON opendata.harvest_item (tenant_id, source_id, state);

CREATE TABLE opendata.harvest_key (
  tenant_id uuid NOT NULL,
  source_id uuid NOT NULL,
  key       text NOT NULL,
  item_id   uuid NOT NULL,
  CONSTRAINT harvest_key_pk PRIMARY KEY (tenant_id, key, source_id),
  CONSTRAINT harvest_key_item_fk FOREIGN KEY (tenant_id, item_id) REFERENCES opendata.harvest_item (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE opendata.harvest_key IS 'What each harvested dataset is known by, so that a changed identifier doubles nothing.';
CREATE INDEX harvest_key_item_ix ON opendata.harvest_key (tenant_id, item_id);

CREATE TABLE opendata.harvest_report (
  tenant_id  uuid    NOT NULL,
  run_id     uuid    NOT NULL,
  number     integer NOT NULL,
  outcome    text    NOT NULL CONSTRAINT harvest_report_outcome_ck
    CHECK (outcome IN ('added', 'updated', 'unchanged', 'refused', 'missing', 'archived')),
  title      text    NOT NULL,
  identifier text    NOT NULL DEFAULT '',
  slug       text    NOT NULL DEFAULT '', -- of the dataset, '' when there is none
  reason     text    NOT NULL DEFAULT '', -- message key
  args       jsonb   NOT NULL DEFAULT '{}',
  CONSTRAINT harvest_report_pk PRIMARY KEY (tenant_id, run_id, number),
  CONSTRAINT harvest_report_run_fk FOREIGN KEY (tenant_id, run_id) REFERENCES opendata.harvest_run (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE opendata.harvest_report IS 'What became of each dataset in each reading; the last twenty readings of a catalogue are kept.';

ALTER TABLE opendata.harvest_source ENABLE ROW LEVEL SECURITY;
ALTER TABLE opendata.harvest_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE opendata.harvest_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE opendata.harvest_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE opendata.harvest_report ENABLE ROW LEVEL SECURITY;
CREATE POLICY harvest_source_tenant ON opendata.harvest_source TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY harvest_run_tenant ON opendata.harvest_run TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY harvest_item_tenant ON opendata.harvest_item TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY harvest_key_tenant ON opendata.harvest_key TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY harvest_report_tenant ON opendata.harvest_report TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON opendata.harvest_source, opendata.harvest_run, opendata.harvest_item, opendata.harvest_key,
  opendata.harvest_report TO acv_app;

-- +goose Down
DROP TABLE opendata.harvest_report, opendata.harvest_key, opendata.harvest_item, opendata.harvest_run, opendata.harvest_source;
