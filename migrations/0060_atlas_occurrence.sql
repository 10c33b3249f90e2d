-- +goose Up
CREATE SCHEMA atlas;
GRANT USAGE ON SCHEMA atlas TO acv_app, acv_platform;

CREATE TABLE atlas.taxon (
  cd_nom      integer NOT NULL CONSTRAINT taxon_pk PRIMARY KEY,
  cd_ref      integer NOT NULL,            -- of the reference name; its own cd_nom for reference names
  species_ref integer,                     -- cd_ref of the species it counts for, NULL above the species
  rank        text    NOT NULL,            -- of TAXREF: 'ES', 'SSES', 'GN'…
  name        text    NOT NULL,            -- without author
  author      text    NOT NULL DEFAULT '',
  french      text    NOT NULL DEFAULT '', -- the first French name
  family      text    NOT NULL DEFAULT '',
  kingdom     text    NOT NULL DEFAULT '',
  grp         text    NOT NULL,            -- atlas.Group
  origin      text    NOT NULL DEFAULT '', -- biogeographic status in France, one letter of TAXREF
  genus       text    NOT NULL,            -- folded first word of the name
  fold        text    NOT NULL,            -- name without accents, small letters
  words       text    NOT NULL,            -- ' name french french', folded, for the search
  source      text    NOT NULL             -- 'acv' or the file's version
);
COMMENT ON TABLE atlas.taxon IS 'Register of taxa ("référentiel taxonomique"), shared by all towns: our own compilation, then TAXREF when an operator loads it. Reference names and synonyms.';
CREATE INDEX taxon_ref_ix ON atlas.taxon (cd_ref);
CREATE INDEX taxon_species_ix ON atlas.taxon (species_ref);
CREATE INDEX taxon_fold_ix ON atlas.taxon (fold);
CREATE INDEX taxon_genus_ix ON atlas.taxon (genus);
CREATE INDEX taxon_words_ix ON atlas.taxon USING gin (words public.gin_trgm_ops);

CREATE TABLE atlas.taxon_status (
  cd_ref    integer NOT NULL,
  kind      text    NOT NULL CONSTRAINT taxon_status_kind_ck CHECK (kind IN ('protection', 'redlist', 'invasive')),
  code      text    NOT NULL, -- of the kind's own scale: 'PN', 'VU', 'UE'
  reference text    NOT NULL, -- text or list it comes from, with its year
  CONSTRAINT taxon_status_pk PRIMARY KEY (cd_ref, kind)
);
COMMENT ON TABLE atlas.taxon_status IS 'Protection, threat and invasiveness in metropolitan France, each with its reference; shared by all towns.';
GRANT SELECT ON atlas.taxon, atlas.taxon_status TO acv_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON atlas.taxon, atlas.taxon_status TO acv_platform;

CREATE TABLE atlas.register (
  tenant_id   uuid        NOT NULL CONSTRAINT register_pk PRIMARY KEY,
  next_number bigint      NOT NULL DEFAULT 1,
  next_local  integer     NOT NULL DEFAULT 1,
  version     bigint      NOT NULL DEFAULT 1,
  changed_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE atlas.register IS 'One row a town. Writers hold it locked until they commit. The version changes with what everybody may see, so that it does not tell when something hidden changed.';

CREATE TABLE atlas.local_taxon (
  tenant_id uuid    NOT NULL,
  id        integer NOT NULL CONSTRAINT local_taxon_id_ck CHECK (id < 0),
  name      text    NOT NULL,
  fold      text    NOT NULL,
  cd_nom    integer NOT NULL DEFAULT 0, -- as the town's file says, 0 for none
  rank      text    NOT NULL DEFAULT 'ES',
  grp       text    NOT NULL,
  CONSTRAINT local_taxon_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT local_taxon_uq UNIQUE (tenant_id, fold, cd_nom)
);
COMMENT ON TABLE atlas.local_taxon IS 'Names a town uses that the register does not have; negative numbers, so that both fit in occurrence.taxon. Resolved again when the register grows.';

CREATE TABLE atlas.sensitivity (
  tenant_id  uuid        NOT NULL,
  taxon      integer     NOT NULL,
  level      smallint    NOT NULL CONSTRAINT sensitivity_level_ck CHECK (level BETWEEN 0 AND 4),
  reason     text        NOT NULL DEFAULT '',
  decided_by text        NOT NULL DEFAULT '',
  decided_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT sensitivity_pk PRIMARY KEY (tenant_id, taxon)
);
COMMENT ON TABLE atlas.sensitivity IS 'How coarsely a town shows a taxon and what is below it: levels of the SINP nomenclature SENSIBILITE (0 precise, 1 commune, 2 10 km cell, 3 department, 4 nothing).';

CREATE TABLE atlas.occurrence (
  tenant_id     uuid        NOT NULL,
  id            uuid        NOT NULL,
  number        bigint      NOT NULL CONSTRAINT occurrence_number_ck CHECK (number > 0),
  sinp_id       uuid        NOT NULL DEFAULT gen_random_uuid(), -- idSINPOccTax: random, tells neither place nor order
  source_key    text        NOT NULL,
  taxon         integer     NOT NULL,            -- cd_ref of atlas.taxon, or id of atlas.local_taxon
  cited         text        NOT NULL,            -- nomCite
  cd_nom        integer,                         -- as cited
  present       boolean     NOT NULL DEFAULT true, -- statutObservation: seen, or looked for in vain
  date_from     date        NOT NULL,            -- jourDateDebut
  date_to       date        NOT NULL,            -- jourDateFin
  lon           float8      NOT NULL CONSTRAINT occurrence_lon_ck CHECK (lon BETWEEN -180 AND 180),
  lat           float8      NOT NULL CONSTRAINT occurrence_lat_ck CHECK (lat BETWEEN -90 AND 90),
  qk            bigint      NOT NULL,
  accuracy_m    float8      CONSTRAINT occurrence_accuracy_ck CHECK (accuracy_m > 0),
  in_town       boolean     NOT NULL,
  count_min     integer     CONSTRAINT occurrence_count_min_ck CHECK (count_min >= 0),
  count_max     integer     CONSTRAINT occurrence_count_max_ck CHECK (count_max >= count_min),
  altitude_min  integer,
  altitude_max  integer,
  observer      text        NOT NULL DEFAULT '', -- observateurIdentite: staff only
  observer_body text        NOT NULL DEFAULT '', -- observateurNomOrganisme
  manager_body  text        NOT NULL DEFAULT '', -- organismeGestionnaireDonnee
  dataset       text        NOT NULL DEFAULT '', -- jeu de données
  source_status text        NOT NULL DEFAULT 'NSP' CONSTRAINT occurrence_source_ck CHECK (source_status IN ('Te', 'Li', 'Co', 'NSP')),
  public_origin text        NOT NULL DEFAULT 'NSP' CONSTRAINT occurrence_origin_ck CHECK (public_origin IN ('Pu', 'Pr', 'NSP')),
  basis         text        NOT NULL DEFAULT 'HumanObservation',
  method        text        NOT NULL DEFAULT '',
  life_stage    text        NOT NULL DEFAULT '',
  sex           text        NOT NULL DEFAULT '',
  locality      text        NOT NULL DEFAULT '',
  insee         text        NOT NULL DEFAULT '',
  comment       text        NOT NULL DEFAULT '', -- may name people: staff only
  validation    text        NOT NULL DEFAULT 'waiting' CONSTRAINT occurrence_validation_ck
                            CHECK (validation IN ('waiting', 'certain', 'probable', 'doubtful', 'invalid')),
  sensitivity   smallint    NOT NULL DEFAULT 0 CONSTRAINT occurrence_sensitivity_ck CHECK (sensitivity BETWEEN 0 AND 4),
  import_id     uuid,
  revision      integer     NOT NULL DEFAULT 1,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  -- What everybody may see: written by atlas.generalise alone.
  level         smallint    NOT NULL DEFAULT 4,
  shown         boolean     NOT NULL DEFAULT false,
  shown_lon     float8,
  shown_lat     float8,
  shown_qk      bigint,
  shown_error_m float8,
  shown_from    date,
  shown_to      date,
  shown_in_town boolean     NOT NULL DEFAULT false,
  shown_cell    integer,    -- of the 500 m grid, see atlas.grid_cell
  shown_place   text        NOT NULL DEFAULT '', -- "10kmL93E034N627", INSEE code, department
  CONSTRAINT occurrence_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT occurrence_number_uq UNIQUE (tenant_id, number),
  CONSTRAINT occurrence_sinp_uq UNIQUE (tenant_id, sinp_id),
  CONSTRAINT occurrence_source_uq UNIQUE (tenant_id, source_key),
  CONSTRAINT occurrence_dates_ck CHECK (date_from <= date_to)
);
COMMENT ON TABLE atlas.occurrence IS 'Occurrences of taxa ("observations"), with the mandatory fields of the SINP standard "Occurrences de taxons" 2.0. The exact place and the observer are for staff; everybody reads atlas.shown.';
COMMENT ON COLUMN atlas.occurrence.level IS 'Highest of the row''s own sensitivity and the town''s rules for its taxon.';
CREATE INDEX occurrence_taxon_ix ON atlas.occurrence (tenant_id, taxon, date_to);
CREATE INDEX occurrence_date_ix ON atlas.occurrence (tenant_id, date_to, number);
CREATE INDEX occurrence_shown_qk_ix ON atlas.occurrence (tenant_id, shown_qk) WHERE shown;
CREATE INDEX occurrence_shown_taxon_ix ON atlas.occurrence (tenant_id, taxon, shown_to) INCLUDE (shown_from, present) WHERE shown;
CREATE INDEX occurrence_wide_ix ON atlas.occurrence (tenant_id, taxon) INCLUDE (level, shown_place, present) WHERE shown AND level > 0;
CREATE INDEX occurrence_import_ix ON atlas.occurrence (tenant_id, import_id) WHERE import_id IS NOT NULL;

CREATE TABLE atlas.history (
  tenant_id     uuid        NOT NULL,
  id            uuid        NOT NULL DEFAULT gen_random_uuid(),
  occurrence_id uuid        NOT NULL,
  at            timestamptz NOT NULL DEFAULT now(),
  deed          text        NOT NULL CONSTRAINT history_deed_ck CHECK (deed IN ('import', 'edit')),
  import_id     uuid,
  actor_name    text        NOT NULL DEFAULT '',
  revision      integer     NOT NULL, -- of the occurrence after the change
  before        jsonb       NOT NULL, -- the row before
  CONSTRAINT history_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT history_occurrence_fk FOREIGN KEY (tenant_id, occurrence_id) REFERENCES atlas.occurrence (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE atlas.history IS 'What each change of an occurrence replaced: how an import is undone. A creation has no row.';
CREATE INDEX history_occurrence_ix ON atlas.history (tenant_id, occurrence_id, at);
CREATE INDEX history_import_ix ON atlas.history (tenant_id, import_id) WHERE import_id IS NOT NULL;

-- The only form in which an occurrence leaves the town's staff.
CREATE VIEW atlas.shown WITH (security_invoker = true) AS
SELECT o.tenant_id, o.sinp_id, o.taxon, o.cited, o.present, o.level,
       o.shown_lon AS lon, o.shown_lat AS lat, o.shown_qk AS qk, o.shown_error_m AS error_m,
       o.shown_from AS date_from, o.shown_to AS date_to, o.shown_in_town AS in_town, o.shown_cell AS cell, o.shown_place AS place,
       o.count_min, o.count_max, o.basis, o.life_stage, o.sex, o.validation, o.source_status, o.public_origin,
       CASE WHEN o.level = 0 THEN o.method ELSE '' END AS method,
       CASE WHEN o.level = 0 THEN o.locality ELSE '' END AS locality,
       CASE WHEN o.level = 0 THEN o.dataset ELSE '' END AS dataset,
       CASE WHEN o.level = 0 THEN o.observer_body ELSE '' END AS observer_body,
       CASE WHEN o.level = 0 THEN o.altitude_min END AS altitude_min,
       CASE WHEN o.level = 0 THEN o.altitude_max END AS altitude_max
  FROM atlas.occurrence o
 WHERE o.shown;
COMMENT ON VIEW atlas.shown IS 'Occurrences as everybody may see them. Pages, tiles, API, datasets and figures for the public read nothing else and the counts made from it.';

ALTER TABLE atlas.register ENABLE ROW LEVEL SECURITY;
ALTER TABLE atlas.local_taxon ENABLE ROW LEVEL SECURITY;
ALTER TABLE atlas.sensitivity ENABLE ROW LEVEL SECURITY;
ALTER TABLE atlas.occurrence ENABLE ROW LEVEL SECURITY;
ALTER TABLE atlas.history ENABLE ROW LEVEL SECURITY;
CREATE POLICY register_tenant ON atlas.register TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY local_taxon_tenant ON atlas.local_taxon TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY sensitivity_tenant ON atlas.sensitivity TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY occurrence_tenant ON atlas.occurrence TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY history_tenant ON atlas.history TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE
  ON atlas.register, atlas.local_taxon, atlas.sensitivity, atlas.occurrence, atlas.history TO acv_app;
GRANT SELECT ON atlas.shown TO acv_app;

-- +goose Down
DROP SCHEMA atlas CASCADE;
