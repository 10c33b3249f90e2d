-- +goose Up
ALTER TABLE imports.import ADD COLUMN address text NOT NULL DEFAULT '';
COMMENT ON COLUMN imports.import.address IS 'Where the file was read, '''' for one that somebody sent. May hold a key: people see it without.';
-- The last file loaded from an address.
CREATE INDEX import_address_ix ON imports.import (tenant_id, target, address, committed_at) WHERE address <> '';

CREATE TABLE imports.watch (
  tenant_id  uuid        NOT NULL,
  id         uuid        NOT NULL,
  target     text        NOT NULL,
  address    text        NOT NULL CONSTRAINT watch_address_ck CHECK (length(address) BETWEEN 1 AND 2000),
  every      text        NOT NULL CONSTRAINT watch_every_ck CHECK (every IN ('hour', 'day', 'week', 'month')),
  hour       smallint    NOT NULL DEFAULT 6 CONSTRAINT watch_hour_ck CHECK (hour BETWEEN 0 AND 23), -- in Paris
  weekday    smallint    NOT NULL DEFAULT 1 CONSTRAINT watch_weekday_ck CHECK (weekday BETWEEN 1 AND 7), -- from Monday
  month_day  smallint    NOT NULL DEFAULT 1 CONSTRAINT watch_month_day_ck CHECK (month_day BETWEEN 1 AND 28),
  state      text        NOT NULL CONSTRAINT watch_state_ck CHECK (state IN ('watching', 'paused', 'attention')),
  note_key   text        NOT NULL DEFAULT '', -- message of why a person has to look
  note_args  jsonb       NOT NULL DEFAULT '{}',
  failures   integer     NOT NULL DEFAULT 0,  -- readings that failed since the last that did not
  next_at    timestamptz,                     -- NULL while nothing is planned
  reference  jsonb       NOT NULL,            -- the last file loaded: its columns, mapping, schema, rows
  etag       text        NOT NULL DEFAULT '', -- of the content met last
  modified   text        NOT NULL DEFAULT '',
  sha256     bytea       NOT NULL,
  owner_id   uuid,                            -- whose rights the loads have, and who is written to
  owner_name text        NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  CONSTRAINT watch_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT watch_address_uq UNIQUE (tenant_id, target, address)
);
COMMENT ON TABLE imports.watch IS 'Addresses of files that are read on a schedule: what changed in the same shape is loaded, what changed otherwise waits for a person.';
CREATE INDEX watch_next_ix ON imports.watch (tenant_id, next_at) WHERE next_at IS NOT NULL;

CREATE TABLE imports.watch_check (
  tenant_id uuid        NOT NULL,
  id        uuid        NOT NULL,
  watch_id  uuid        NOT NULL,
  job_id    bigint      NOT NULL,
  state     text        NOT NULL CONSTRAINT watch_check_state_ck CHECK (state IN ('running', 'unchanged', 'loaded', 'waiting', 'failed')),
  author    text        NOT NULL DEFAULT '', -- '': the schedule
  import_id uuid,                            -- what the address brought, NULL when that was nothing new
  etag      text        NOT NULL DEFAULT '',
  modified  text        NOT NULL DEFAULT '',
  note_key  text        NOT NULL DEFAULT '',
  note_args jsonb       NOT NULL DEFAULT '{}',
  began_at  timestamptz NOT NULL,
  ended_at  timestamptz,
  CONSTRAINT watch_check_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT watch_check_watch_fk FOREIGN KEY (tenant_id, watch_id) REFERENCES imports.watch (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT watch_check_import_fk FOREIGN KEY (tenant_id, import_id) REFERENCES imports.import (tenant_id, id)
    ON DELETE SET NULL (import_id)
);
COMMENT ON TABLE imports.watch_check IS 'Readings of a watched address and what became of each; the last fifty of an address are kept.';
CREATE UNIQUE INDEX watch_check_running_uq ON imports.watch_check (tenant_id, watch_id) WHERE state = 'running';
CREATE INDEX watch_check_watch_ix ON imports.watch_check (tenant_id, watch_id, id);
CREATE INDEX watch_check_import_ix ON imports.watch_check (tenant_id, import_id);

ALTER TABLE imports.watch ENABLE ROW LEVEL SECURITY;
ALTER TABLE imports.watch_check ENABLE ROW LEVEL SECURITY;
CREATE POLICY watch_tenant ON imports.watch TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY watch_check_tenant ON imports.watch_check TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON imports.watch, imports.watch_check TO acv_app;

-- +goose Down
DROP TABLE imports.watch_check, imports.watch;
DROP INDEX imports.import_address_ix;
ALTER TABLE imports.import DROP COLUMN address;
