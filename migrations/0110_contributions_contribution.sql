-- +goose Up
CREATE SCHEMA contributions;
GRANT USAGE ON SCHEMA contributions TO acv_app;

CREATE TABLE contributions.secret (
  tenant_id uuid  NOT NULL,
  value     bytea NOT NULL CONSTRAINT secret_value_ck CHECK (length(value) = 32),
  CONSTRAINT secret_pk PRIMARY KEY (tenant_id)
);
COMMENT ON TABLE contributions.secret IS 'What signs the forms a town hands out, made at its first one. Left out of exports.';

CREATE TABLE contributions.mode (
  tenant_id uuid NOT NULL,
  kind      text NOT NULL,
  mode      text NOT NULL CONSTRAINT mode_mode_ck CHECK (mode IN ('before', 'after', 'closed')),
  CONSTRAINT mode_pk PRIMARY KEY (tenant_id, kind)
);
COMMENT ON TABLE contributions.mode IS 'Whether a kind of contribution is read by the town before or after everybody sees it, or not taken in; no row: as the kind says.';

CREATE TABLE contributions.contribution (
  tenant_id     uuid        NOT NULL,
  id            uuid        NOT NULL,
  kind          text        NOT NULL, -- "opendata.error"
  subject       text        NOT NULL, -- what it is about, as its module names it
  part          text        NOT NULL DEFAULT '', -- a row of it
  subject_title text        NOT NULL,
  subject_label text        NOT NULL DEFAULT '',
  subject_href  text        NOT NULL DEFAULT '',
  facts         jsonb       NOT NULL DEFAULT '[]', -- the subject as it was then
  reference     jsonb       NOT NULL DEFAULT '{}', -- what its module needs to find it again
  choice        text        NOT NULL DEFAULT '',
  title         text        NOT NULL DEFAULT '' CONSTRAINT contribution_title_ck CHECK (length(title) <= 200),
  url           text        NOT NULL DEFAULT '' CONSTRAINT contribution_url_ck CHECK (length(url) <= 500),
  body          text        NOT NULL DEFAULT '' CONSTRAINT contribution_body_ck CHECK (length(body) <= 4000),
  name          text        NOT NULL DEFAULT '',
  name_public   boolean     NOT NULL DEFAULT false,
  email         text        NOT NULL DEFAULT '',
  photo_id      uuid,
  photo_width   integer     NOT NULL DEFAULT 0,
  photo_height  integer     NOT NULL DEFAULT 0,
  slow          boolean     NOT NULL DEFAULT false, -- came without a proof of work
  state         text        NOT NULL CONSTRAINT contribution_state_ck CHECK (state IN ('waiting', 'accepted', 'refused', 'withdrawn', 'erased')),
  reviewed      boolean     NOT NULL DEFAULT false, -- somebody of the town has read it
  reason        text        NOT NULL DEFAULT '',
  note          text        NOT NULL DEFAULT '',
  outcome       text        NOT NULL DEFAULT '', -- how it was closed, '' : open
  answer        text        NOT NULL DEFAULT '',
  answered_name text        NOT NULL DEFAULT '',
  answered_at   timestamptz,
  used_in       text        NOT NULL DEFAULT '', -- the decision it served
  used_href     text        NOT NULL DEFAULT '',
  tell          text        NOT NULL DEFAULT '', -- what its author is still to be told
  tell_at       timestamptz,
  token         bytea       NOT NULL CONSTRAINT contribution_token_ck CHECK (length(token) = 32), -- SHA-256 of the private link's
  created_at    timestamptz NOT NULL,
  changed_at    timestamptz NOT NULL,
  revision      integer     NOT NULL DEFAULT 1,
  CONSTRAINT contribution_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT contribution_token_uq UNIQUE (tenant_id, token)
);
COMMENT ON TABLE contributions.contribution IS 'What residents send: reports, questions, proposals. name and email are personal: erased on demand, and a year after the last change; refused and withdrawn ones go after thirty days.';
CREATE INDEX contribution_queue_ix ON contributions.contribution (tenant_id, state, kind, created_at);
CREATE INDEX contribution_subject_ix ON contributions.contribution (tenant_id, kind, subject, state);

CREATE TABLE contributions.deed (
  tenant_id       uuid        NOT NULL,
  id              uuid        NOT NULL,
  contribution_id uuid        NOT NULL,
  batch           uuid        NOT NULL, -- what was done in one go, and is undone in one
  deed            text        NOT NULL,
  who             text        NOT NULL DEFAULT '',
  note            text        NOT NULL DEFAULT '',
  before          jsonb       NOT NULL DEFAULT '{}', -- of the moderation alone: nothing personal
  revision        integer     NOT NULL, -- of the contribution after it
  at              timestamptz NOT NULL,
  CONSTRAINT deed_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT deed_contribution_fk FOREIGN KEY (tenant_id, contribution_id)
    REFERENCES contributions.contribution (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE contributions.deed IS 'What was done with each contribution, with what undoes it.';
CREATE INDEX deed_contribution_ix ON contributions.deed (tenant_id, contribution_id, id);
CREATE INDEX deed_batch_ix ON contributions.deed (tenant_id, batch);

ALTER TABLE contributions.secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE contributions.mode ENABLE ROW LEVEL SECURITY;
ALTER TABLE contributions.contribution ENABLE ROW LEVEL SECURITY;
ALTER TABLE contributions.deed ENABLE ROW LEVEL SECURITY;
CREATE POLICY secret_tenant ON contributions.secret TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY mode_tenant ON contributions.mode TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY contribution_tenant ON contributions.contribution TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY deed_tenant ON contributions.deed TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT ON contributions.secret TO acv_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON contributions.mode, contributions.contribution, contributions.deed TO acv_app;

-- +goose Down
DROP SCHEMA contributions CASCADE;
