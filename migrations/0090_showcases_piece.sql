-- +goose Up
CREATE SCHEMA showcases;
GRANT USAGE ON SCHEMA showcases TO acv_platform;

CREATE TABLE showcases.piece (
  id             uuid        NOT NULL CONSTRAINT piece_pk PRIMARY KEY,
  kind           text        NOT NULL CONSTRAINT piece_kind_ck CHECK (kind IN ('sheet', 'dossier', 'interview')),
  slug           text        NOT NULL CONSTRAINT piece_slug_ck CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 80),
  state          text        NOT NULL CONSTRAINT piece_state_ck
                             CHECK (state IN ('draft', 'town', 'review', 'published', 'archived')),
  version        integer     NOT NULL CONSTRAINT piece_version_ck CHECK (version > 0),
  content        jsonb       NOT NULL, -- as last saved
  public         jsonb,                -- as everybody sees it, figures frozen; NULL: never published
  public_version integer     NOT NULL DEFAULT 0,
  published_at   timestamptz,          -- first time
  refreshed_at   timestamptz,          -- last time
  changed_at     timestamptz NOT NULL,
  author_id      uuid        NOT NULL, -- of the last save; zero for the platform itself
  author_name    text        NOT NULL,
  archive_reason text        NOT NULL DEFAULT '',
  CONSTRAINT piece_slug_uq UNIQUE (kind, slug),
  CONSTRAINT piece_public_ck CHECK ((public IS NULL) = (published_at IS NULL) AND (public IS NULL) = (refreshed_at IS NULL)),
  CONSTRAINT piece_published_ck CHECK (state NOT IN ('published', 'archived') OR public IS NOT NULL)
);
COMMENT ON TABLE showcases.piece IS 'Sheets, dossiers and interviews of OpenDataFrance about the towns, which the programme owns: no town''s rows.';

CREATE TABLE showcases.version (
  piece_id uuid        NOT NULL CONSTRAINT version_piece_fk REFERENCES showcases.piece (id),
  number   integer     NOT NULL,
  content  jsonb       NOT NULL,
  by_id    uuid        NOT NULL,
  by_name  text        NOT NULL,
  at       timestamptz NOT NULL,
  CONSTRAINT version_pk PRIMARY KEY (piece_id, number)
);
COMMENT ON TABLE showcases.version IS 'Every save of a piece, whole: what is compared, and who may not publish it alone.';

CREATE TABLE showcases.event (
  piece_id uuid        NOT NULL CONSTRAINT event_piece_fk REFERENCES showcases.piece (id),
  id       uuid        NOT NULL, -- in time order
  version  integer     NOT NULL,
  action   text        NOT NULL CONSTRAINT event_action_ck CHECK (action IN (
                       'created', 'submitted', 'validated', 'declined', 'resumed', 'returned', 'published', 'archived')),
  town     text        NOT NULL DEFAULT '', -- slug, of a validation or a refusal
  note     text        NOT NULL DEFAULT '',
  by_id    uuid        NOT NULL,
  by_name  text        NOT NULL,
  at       timestamptz NOT NULL,
  CONSTRAINT event_pk PRIMARY KEY (piece_id, id)
);
COMMENT ON TABLE showcases.event IS 'What became of a piece: who submitted, validated, returned, published or archived which version, and why.';

CREATE TABLE showcases.picture (
  id       uuid        NOT NULL CONSTRAINT picture_pk PRIMARY KEY,
  piece_id uuid        NOT NULL CONSTRAINT picture_piece_fk REFERENCES showcases.piece (id),
  width    integer     NOT NULL, -- pixels, of the full size
  height   integer     NOT NULL,
  by_id    uuid        NOT NULL,
  at       timestamptz NOT NULL
);
COMMENT ON TABLE showcases.picture IS 'Pictures of pieces; the files are in the object store, text for those who do not see them in the content.';
CREATE INDEX picture_piece_ix ON showcases.picture (piece_id);

ALTER TABLE showcases.piece ENABLE ROW LEVEL SECURITY;
ALTER TABLE showcases.version ENABLE ROW LEVEL SECURITY;
ALTER TABLE showcases.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE showcases.picture ENABLE ROW LEVEL SECURITY;
CREATE POLICY piece_platform ON showcases.piece TO acv_platform USING (true) WITH CHECK (true);
CREATE POLICY version_platform ON showcases.version TO acv_platform USING (true) WITH CHECK (true);
CREATE POLICY event_platform ON showcases.event TO acv_platform USING (true) WITH CHECK (true);
CREATE POLICY picture_platform ON showcases.picture TO acv_platform USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON showcases.piece TO acv_platform;
GRANT SELECT, INSERT ON showcases.version, showcases.event, showcases.picture TO acv_platform;

-- +goose Down
DROP SCHEMA showcases CASCADE;
