-- +goose Up
CREATE SCHEMA datasets;
GRANT USAGE ON SCHEMA datasets TO acv_app;

CREATE TABLE datasets.dataset (
  tenant_id        uuid        NOT NULL,
  id               uuid        NOT NULL,
  source           text        NOT NULL, -- "trees/inventory": what a module offers
  state            text        NOT NULL CONSTRAINT dataset_state_ck CHECK (state IN ('draft', 'published', 'withdrawn')),
  title            text        NOT NULL DEFAULT '', -- '' in these texts: as the module says
  summary          text        NOT NULL DEFAULT '',
  licence          text        NOT NULL CONSTRAINT dataset_licence_ck CHECK (licence IN ('LO-2.0', 'ODbL-1.0')),
  producer         text        NOT NULL DEFAULT '',
  contact_name     text        NOT NULL DEFAULT '',
  contact_email    text        NOT NULL DEFAULT '',
  contact_url      text        NOT NULL DEFAULT '',
  frequency        text        NOT NULL DEFAULT '',
  themes           text[]      NOT NULL DEFAULT '{}',
  keywords         text[]      NOT NULL DEFAULT '{}',
  temporal_start   date,
  temporal_end     date,
  latest           integer     NOT NULL DEFAULT 0, -- number of the newest published version, 0 for none
  withdrawn_reason text        NOT NULL DEFAULT '',
  withdrawn_at     timestamptz,
  issued_at        timestamptz, -- first publication
  modified_at      timestamptz, -- last publication
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT dataset_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT dataset_source_uq UNIQUE (tenant_id, source),
  CONSTRAINT dataset_period_ck CHECK (temporal_start <= temporal_end),
  CONSTRAINT dataset_published_ck CHECK (state <> 'published' OR latest > 0)
);
COMMENT ON TABLE datasets.dataset IS 'What a town says of a dataset its modules offer, and whether everybody may have it.';

ALTER TABLE datasets.dataset ENABLE ROW LEVEL SECURITY;
CREATE POLICY dataset_tenant ON datasets.dataset TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON datasets.dataset TO acv_app;

CREATE TABLE datasets.version (
  tenant_id      uuid        NOT NULL,
  dataset_id     uuid        NOT NULL,
  number         integer     NOT NULL CONSTRAINT version_number_ck CHECK (number > 0),
  state          text        NOT NULL CONSTRAINT version_state_ck CHECK (state IN ('publishing', 'published')),
  note           text        NOT NULL DEFAULT '', -- what changed, in the town's words
  source_version bigint      NOT NULL DEFAULT 0,  -- of the source when it was read
  rows           bigint      NOT NULL DEFAULT 0,
  created_by     uuid,
  created_name   text        NOT NULL DEFAULT '',
  created_at     timestamptz NOT NULL DEFAULT now(),
  published_at   timestamptz,
  CONSTRAINT version_pk PRIMARY KEY (tenant_id, dataset_id, number),
  CONSTRAINT version_dataset_fk FOREIGN KEY (tenant_id, dataset_id)
    REFERENCES datasets.dataset (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT version_published_ck CHECK ((state = 'published') = (published_at IS NOT NULL))
);
COMMENT ON TABLE datasets.version IS 'Publications, numbered from 1: once published, a version and its files never change.';
-- One publication of a dataset at a time.
CREATE UNIQUE INDEX version_publishing_uq ON datasets.version (tenant_id, dataset_id) WHERE state = 'publishing';
-- The feed: newest publications of a town.
CREATE INDEX version_published_ix ON datasets.version (tenant_id, published_at DESC) WHERE state = 'published';

ALTER TABLE datasets.version ENABLE ROW LEVEL SECURITY;
CREATE POLICY version_tenant ON datasets.version TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON datasets.version TO acv_app;

CREATE TABLE datasets.file (
  tenant_id  uuid   NOT NULL,
  dataset_id uuid   NOT NULL,
  number     integer NOT NULL,
  format     text   NOT NULL,
  key        text   NOT NULL, -- in the object store
  size       bigint NOT NULL, -- bytes
  sha256     bytea  NOT NULL CONSTRAINT file_sha256_ck CHECK (length(sha256) = 32),
  CONSTRAINT file_pk PRIMARY KEY (tenant_id, dataset_id, number, format),
  CONSTRAINT file_version_fk FOREIGN KEY (tenant_id, dataset_id, number)
    REFERENCES datasets.version (tenant_id, dataset_id, number) ON DELETE CASCADE
);
COMMENT ON TABLE datasets.file IS 'The files of a version, with what proves that they have not changed.';

ALTER TABLE datasets.file ENABLE ROW LEVEL SECURITY;
CREATE POLICY file_tenant ON datasets.file TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, DELETE ON datasets.file TO acv_app;

-- +goose Down
DROP SCHEMA datasets CASCADE;
