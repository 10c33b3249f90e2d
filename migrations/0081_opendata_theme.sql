-- +goose Up
CREATE TABLE opendata.theme (
  tenant_id uuid    NOT NULL,
  code      text    NOT NULL,
  shown     boolean NOT NULL DEFAULT true,
  position  integer NOT NULL DEFAULT 0,
  summary   text    NOT NULL DEFAULT '', -- '' : the platform's own sentence
  CONSTRAINT theme_pk PRIMARY KEY (tenant_id, code)
);
COMMENT ON TABLE opendata.theme IS 'What a town decided of each theme of the closed list: shown or not, its place, its own words.';

CREATE TABLE opendata.indicator (
  tenant_id  uuid        NOT NULL,
  id         uuid        NOT NULL,
  slug       text        NOT NULL CONSTRAINT indicator_slug_ck CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  title      text        NOT NULL,
  unit       text        NOT NULL DEFAULT '',
  decimals   integer     NOT NULL DEFAULT 0 CONSTRAINT indicator_decimals_ck CHECK (decimals BETWEEN 0 AND 4),
  method     text        NOT NULL DEFAULT '',
  source     text        NOT NULL DEFAULT '',
  theme      text        NOT NULL DEFAULT '',
  kind       text        NOT NULL CONSTRAINT indicator_kind_ck CHECK (kind IN ('typed', 'column', 'live')),
  reference  text        NOT NULL DEFAULT '', -- address of a table, or key of another module's figure
  value_column text      NOT NULL DEFAULT '',
  date_column  text      NOT NULL DEFAULT '',
  aggregate  text        NOT NULL DEFAULT '' CONSTRAINT indicator_aggregate_ck CHECK (aggregate IN ('', 'sum', 'mean', 'count', 'min', 'max')),
  goal       float8,
  goal_on    date,
  lower      boolean     NOT NULL DEFAULT false, -- less is better
  published  boolean     NOT NULL DEFAULT false,
  revision   integer     NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT indicator_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT indicator_slug_uq UNIQUE (tenant_id, slug),
  CONSTRAINT indicator_goal_ck CHECK (goal IS NOT NULL OR goal_on IS NULL)
);
COMMENT ON TABLE opendata.indicator IS 'Figures a town follows toward a goal. Typed: somebody enters values. Column: computed from a table of the town. Live: another module''s, kept day after day.';

CREATE TABLE opendata.measure (
  tenant_id    uuid   NOT NULL,
  indicator_id uuid   NOT NULL,
  day          date   NOT NULL,
  value        float8 NOT NULL,
  note         text   NOT NULL DEFAULT '',
  CONSTRAINT measure_pk PRIMARY KEY (tenant_id, indicator_id, day),
  CONSTRAINT measure_indicator_fk FOREIGN KEY (tenant_id, indicator_id)
    REFERENCES opendata.indicator (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE opendata.measure IS 'Dated values of an indicator: typed by people, or kept by the daily job from a live figure.';

CREATE TABLE opendata.story (
  tenant_id    uuid        NOT NULL,
  id           uuid        NOT NULL,
  slug         text        NOT NULL CONSTRAINT story_slug_ck CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  title        text        NOT NULL,
  lead         text        NOT NULL DEFAULT '',
  theme        text        NOT NULL DEFAULT '',
  blocks       jsonb       NOT NULL DEFAULT '[]',
  published    boolean     NOT NULL DEFAULT false,
  revision     integer     NOT NULL DEFAULT 1,
  author       text        NOT NULL DEFAULT '',
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz, -- last time it was published
  CONSTRAINT story_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT story_slug_uq UNIQUE (tenant_id, slug)
);
COMMENT ON TABLE opendata.story IS 'Stories: texts, maps, charts and figures in typed blocks, written by staff.';

ALTER TABLE opendata.theme ENABLE ROW LEVEL SECURITY;
ALTER TABLE opendata.indicator ENABLE ROW LEVEL SECURITY;
ALTER TABLE opendata.measure ENABLE ROW LEVEL SECURITY;
ALTER TABLE opendata.story ENABLE ROW LEVEL SECURITY;
CREATE POLICY theme_tenant ON opendata.theme TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY indicator_tenant ON opendata.indicator TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY measure_tenant ON opendata.measure TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY story_tenant ON opendata.story TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON opendata.theme, opendata.indicator, opendata.measure, opendata.story TO acv_app;

-- +goose Down
DROP TABLE opendata.measure, opendata.indicator, opendata.story, opendata.theme;
