-- +goose Up
CREATE TABLE atlas.photo (
  tenant_id     uuid        NOT NULL,
  id            uuid        NOT NULL,
  occurrence_id uuid        NOT NULL,
  width         integer     NOT NULL,
  height        integer     NOT NULL,
  alt           text        NOT NULL CONSTRAINT photo_alt_ck CHECK (alt <> ''),
  credit        text        NOT NULL CONSTRAINT photo_credit_ck CHECK (credit <> ''),
  public        boolean     NOT NULL DEFAULT false, -- its author agrees
  created_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT photo_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT photo_occurrence_fk FOREIGN KEY (tenant_id, occurrence_id) REFERENCES atlas.occurrence (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE atlas.photo IS 'Photographs of occurrences; the files, without metadata, are in the object store under atlas/photos.';
CREATE INDEX photo_occurrence_ix ON atlas.photo (tenant_id, occurrence_id);

-- A photograph may show where it was taken: none of a sensitive record is for
-- everybody.
CREATE VIEW atlas.shown_photo WITH (security_invoker = true) AS
SELECT p.tenant_id, p.id, o.taxon, p.width, p.height, p.alt, p.credit, o.shown_to AS date_to
  FROM atlas.photo p
  JOIN atlas.occurrence o ON o.tenant_id = p.tenant_id AND o.id = p.occurrence_id
 WHERE p.public AND o.shown AND o.level = 0 AND o.present;
COMMENT ON VIEW atlas.shown_photo IS 'Photographs everybody may see.';

ALTER TABLE atlas.photo ENABLE ROW LEVEL SECURITY;
CREATE POLICY photo_tenant ON atlas.photo TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON atlas.photo TO acv_app;
GRANT SELECT ON atlas.shown_photo TO acv_app;

-- +goose Down
DROP VIEW atlas.shown_photo;
DROP TABLE atlas.photo;
