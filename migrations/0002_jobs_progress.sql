-- +goose Up
CREATE SCHEMA jobs;
GRANT USAGE ON SCHEMA jobs TO acv_app, acv_platform;

CREATE TABLE jobs.progress (
  tenant_id   uuid        NOT NULL,
  subject     text        NOT NULL, -- what the job works on: "import/018f…"
  kind        text        NOT NULL,
  job_id      bigint      NOT NULL DEFAULT 0,
  state       text        NOT NULL CONSTRAINT progress_state_ck
                          CHECK (state IN ('queued','running','done','failed','cancelled')),
  phase       text        NOT NULL DEFAULT '', -- message key of the running step
  done        bigint      NOT NULL DEFAULT 0,
  total       bigint      NOT NULL DEFAULT 0,
  fault_code  text        NOT NULL DEFAULT '',
  fault_key   text        NOT NULL DEFAULT '',
  fault_args  jsonb       NOT NULL DEFAULT '{}',
  cancel_asked boolean    NOT NULL DEFAULT false,
  started_at  timestamptz,
  phase_started_at timestamptz,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  ended_at    timestamptz,
  CONSTRAINT progress_pk PRIMARY KEY (tenant_id, subject)
);
COMMENT ON TABLE jobs.progress IS 'What people see of a job: one row a subject, kept after River forgets the job.';

ALTER TABLE jobs.progress ENABLE ROW LEVEL SECURITY;
CREATE POLICY progress_tenant ON jobs.progress TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.progress TO acv_app;

-- +goose Down
DROP SCHEMA jobs CASCADE;
