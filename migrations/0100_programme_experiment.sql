-- +goose Up
CREATE SCHEMA programme;
GRANT USAGE ON SCHEMA programme TO acv_app, acv_platform;

CREATE TABLE programme.experiment (
  tenant_id    uuid        NOT NULL CONSTRAINT experiment_pk PRIMARY KEY,
  title        text        NOT NULL,
  hypothesis   text        NOT NULL DEFAULT '',
  audience     text        NOT NULL DEFAULT '', -- for whom
  baseline     text        NOT NULL DEFAULT '', -- the situation before, with its figure
  threshold    text        NOT NULL DEFAULT '', -- success threshold, set before the start
  threshold_on date,                            -- day the threshold was last set
  starts_on    date,
  decision     text        NOT NULL DEFAULT '' CONSTRAINT experiment_decision_ck
                           CHECK (decision IN ('', 'generalise', 'adapt', 'stop')),
  reasons      text        NOT NULL DEFAULT '' CONSTRAINT experiment_reasons_ck CHECK (decision = '' OR reasons <> ''),
  decided_on   date        CONSTRAINT experiment_decided_ck CHECK ((decision = '') = (decided_on IS NULL)),
  illustrative boolean     NOT NULL DEFAULT false, -- written by the demonstration, not by the town
  version      integer     NOT NULL DEFAULT 1,
  changed_at   timestamptz NOT NULL
);
COMMENT ON TABLE programme.experiment IS 'What a town tries in the programme, how it will know, and what it decided: one record a town.';

CREATE TABLE programme.milestone (
  tenant_id  uuid NOT NULL,
  id         uuid NOT NULL,
  title      text NOT NULL CONSTRAINT milestone_title_ck CHECK (title <> ''),
  planned_on date NOT NULL,
  reached_on date, -- NULL while it is ahead or late
  CONSTRAINT milestone_pk PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE programme.milestone IS 'Steps of an experiment: planned day, day reached.';
CREATE INDEX milestone_planned_ix ON programme.milestone (tenant_id, planned_on);

CREATE TABLE programme.entry (
  tenant_id uuid        NOT NULL,
  id        uuid        NOT NULL,
  on_day    date        NOT NULL,
  text      text        NOT NULL CONSTRAINT entry_text_ck CHECK (text <> ''), -- Markdown
  by_name   text        NOT NULL DEFAULT '',
  at        timestamptz NOT NULL,
  CONSTRAINT entry_pk PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE programme.entry IS 'Journal of an experiment. Names are for the town''s people only.';
CREATE INDEX entry_day_ix ON programme.entry (tenant_id, on_day DESC);

CREATE TABLE programme.effort (
  tenant_id uuid   NOT NULL,
  id        uuid   NOT NULL,
  on_day    date   NOT NULL,
  role      text   NOT NULL CONSTRAINT effort_role_ck CHECK (role IN ('business', 'data', 'elected', 'partner', 'contractor', 'intern')),
  days      float8 NOT NULL CONSTRAINT effort_days_ck CHECK (days >= 0 AND days <= 400),
  euros     bigint NOT NULL DEFAULT 0 CONSTRAINT effort_euros_ck CHECK (euros >= 0),
  note      text   NOT NULL DEFAULT '',
  CONSTRAINT effort_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT effort_something_ck CHECK (days > 0 OR euros > 0)
);
COMMENT ON TABLE programme.effort IS 'What an experiment cost: person-days by role, euros.';
CREATE INDEX effort_day_ix ON programme.effort (tenant_id, on_day DESC);

CREATE TABLE programme.signal (
  tenant_id       uuid        NOT NULL CONSTRAINT signal_pk PRIMARY KEY,
  last_import_at  timestamptz,
  last_visit_at   timestamptz,          -- last sign-in of anybody of the town
  failed_jobs     integer     NOT NULL DEFAULT 0,
  failed_since    timestamptz,          -- the oldest of them
  datasets        integer     NOT NULL DEFAULT 0, -- open to everybody
  published_at    timestamptz,
  open_milestones date[]      NOT NULL DEFAULT '{}', -- planned days of those not reached
  milestones      integer     NOT NULL DEFAULT 0,
  reached         integer     NOT NULL DEFAULT 0,
  next_title      text        NOT NULL DEFAULT '', -- of the first milestone not reached
  person_days     float8      NOT NULL DEFAULT 0,
  euros           bigint      NOT NULL DEFAULT 0,
  title           text        NOT NULL DEFAULT '', -- of the experiment
  decision        text        NOT NULL DEFAULT '',
  illustrative    boolean     NOT NULL DEFAULT false,
  read_at         timestamptz NOT NULL
);
COMMENT ON TABLE programme.signal IS 'What supervisors see of a town at a glance: counts and dates a town''s own transaction wrote, no name, no text of the journal.';

ALTER TABLE programme.experiment ENABLE ROW LEVEL SECURITY;
ALTER TABLE programme.milestone ENABLE ROW LEVEL SECURITY;
ALTER TABLE programme.entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE programme.effort ENABLE ROW LEVEL SECURITY;
ALTER TABLE programme.signal ENABLE ROW LEVEL SECURITY;
CREATE POLICY experiment_tenant ON programme.experiment TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY milestone_tenant ON programme.milestone TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY entry_tenant ON programme.entry TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY effort_tenant ON programme.effort TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY signal_tenant ON programme.signal TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY signal_platform ON programme.signal FOR SELECT TO acv_platform USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE
  ON programme.experiment, programme.milestone, programme.entry, programme.effort, programme.signal TO acv_app;
GRANT SELECT ON programme.signal TO acv_platform;

-- +goose Down
DROP SCHEMA programme CASCADE;
