-- +goose Up
CREATE SCHEMA trees;
GRANT USAGE ON SCHEMA trees TO acv_app;

CREATE TABLE trees.taxon (
  id         integer NOT NULL CONSTRAINT taxon_pk PRIMARY KEY,
  slug       text    NOT NULL CONSTRAINT taxon_slug_uq UNIQUE,
  rank       text    NOT NULL CONSTRAINT taxon_rank_ck
                     CHECK (rank IN ('unknown', 'genus', 'species', 'subspecies', 'cultivar')),
  scientific text    NOT NULL, -- "Tilia × europaea 'Pallida'"
  genus      text    NOT NULL DEFAULT '',
  genus_id   integer CONSTRAINT taxon_genus_fk REFERENCES trees.taxon (id),
  epithet    text    NOT NULL DEFAULT '', -- "europaea"
  hybrid     boolean NOT NULL DEFAULT false,
  variety    text    NOT NULL DEFAULT '', -- cultivar or subspecies, without quotes
  species_id integer CONSTRAINT taxon_species_fk REFERENCES trees.taxon (id),
  family     text    NOT NULL DEFAULT '',
  french     text    NOT NULL,
  conifer    boolean NOT NULL DEFAULT false,
  synonyms   text[]  NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE trees.taxon IS 'Register of species, shared by all towns and written by migrations only: cultivar → species → genus → family. Row 0 is the unknown species.';
COMMENT ON COLUMN trees.taxon.species_id IS 'Own id for a species, the parent''s below it, NULL above it and for cultivars of unclear parentage.';
GRANT SELECT ON trees.taxon TO acv_app;

CREATE TABLE trees.inventory (
  tenant_id   uuid        NOT NULL CONSTRAINT inventory_pk PRIMARY KEY,
  next_number bigint      NOT NULL DEFAULT 1,
  version     bigint      NOT NULL DEFAULT 1,
  changed_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE trees.inventory IS 'One row a town. Writers hold it locked until they commit, so that a town''s changes come one after the other and version names exactly what is committed.';
COMMENT ON COLUMN trees.inventory.next_number IS 'Numbers are never given twice, not even those of an undone import: they may have been published.';

CREATE TABLE trees.species_alias (
  tenant_id  uuid        NOT NULL,
  text       text        NOT NULL, -- as the town writes it, in the form of taxa.Normal
  taxon_id   integer     NOT NULL CONSTRAINT species_alias_taxon_fk REFERENCES trees.taxon (id),
  decided_by text        NOT NULL DEFAULT '',
  decided_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT species_alias_pk PRIMARY KEY (tenant_id, text)
);
COMMENT ON TABLE trees.species_alias IS 'What a town means by its own names and codes, decided by a person.';

CREATE TABLE trees.site (
  tenant_id          uuid        NOT NULL,
  id                 uuid        NOT NULL,
  lon                float8      NOT NULL CONSTRAINT site_lon_ck CHECK (lon BETWEEN -180 AND 180),
  lat                float8      NOT NULL CONSTRAINT site_lat_ck CHECK (lat BETWEEN -90 AND 90),
  qk                 bigint      NOT NULL,
  position_source    text        NOT NULL DEFAULT '',
  accuracy_m         float8,
  address            text        NOT NULL DEFAULT '',
  district           text        NOT NULL DEFAULT '',
  layout             text        NOT NULL DEFAULT '', -- situation: alignment, group, alone
  manager            text        NOT NULL DEFAULT '', -- the body in charge, never a person
  soil               text        NOT NULL DEFAULT '',
  foot               text        NOT NULL DEFAULT '',
  ground_constraints text        NOT NULL DEFAULT '',
  aerial_constraints text        NOT NULL DEFAULT '',
  watering           text        NOT NULL DEFAULT '',
  lit                boolean,
  protected          boolean,
  import_id          uuid,
  revision           integer     NOT NULL DEFAULT 1,
  created_at         timestamptz NOT NULL DEFAULT now(),
  updated_at         timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT site_pk PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE trees.site IS 'Planting places. Trees come and go on a site; it keeps its history.';
CREATE INDEX site_qk_ix ON trees.site (tenant_id, qk);

CREATE TABLE trees.tree (
  tenant_id        uuid        NOT NULL,
  id               uuid        NOT NULL,
  number           bigint      NOT NULL CONSTRAINT tree_number_ck CHECK (number > 0),
  site_id          uuid        NOT NULL,
  qk               bigint      NOT NULL,            -- the site's, for tiles and boxes
  district         text        NOT NULL DEFAULT '', -- the site's, for filters and counts
  status           text        NOT NULL CONSTRAINT tree_status_ck
                               CHECK (status IN ('standing', 'felled', 'stump', 'grubbed', 'removed', 'replaced', 'unknown')),
  taxon_id         integer     NOT NULL DEFAULT 0,  -- of trees.taxon, checked by trees.count_added
  species_text     text        NOT NULL DEFAULT '', -- as the town wrote it
  species_code     text        NOT NULL DEFAULT '', -- the town's code, when it has one
  matricule        text,
  planted_on       date,
  planted_year_only boolean    NOT NULL DEFAULT false,
  birth_year       integer,    -- planting year, else what an estimated age gives
  felled_on        date,
  surveyed_on      date,
  stage            text        NOT NULL DEFAULT '' CONSTRAINT tree_stage_ck
                               CHECK (stage IN ('', 'young', 'semi_mature', 'adult', 'old', 'senescent')),
  habit            text        NOT NULL DEFAULT '',
  rooting          text        NOT NULL DEFAULT '',
  height_m         float8      CONSTRAINT tree_height_ck CHECK (height_m > 0),
  circumference_cm float8      CONSTRAINT tree_circumference_ck CHECK (circumference_cm > 0),
  measured_at_cm   integer     CONSTRAINT tree_measured_ck CHECK (measured_at_cm > 0),
  crown_m          float8      CONSTRAINT tree_crown_ck CHECK (crown_m > 0),
  diameter_cm      float8      GENERATED ALWAYS AS (circumference_cm / pi()) STORED,
  diameter_class   integer     GENERATED ALWAYS AS
                               (coalesce(width_bucket(circumference_cm / pi(), '{7.5,15,30,45,60,75}'::float8[]), -1)) STORED,
  allergy          integer     CONSTRAINT tree_allergy_ck CHECK (allergy BETWEEN 0 AND 5),
  remarkable       boolean     NOT NULL DEFAULT false,
  notes            text        NOT NULL DEFAULT '',
  import_id        uuid,
  revision         integer     NOT NULL DEFAULT 1,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT tree_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT tree_number_uq UNIQUE (tenant_id, number),
  CONSTRAINT tree_site_fk FOREIGN KEY (tenant_id, site_id) REFERENCES trees.site (tenant_id, id)
);
COMMENT ON TABLE trees.tree IS 'Trees, living or gone: successive ones share a site.';
COMMENT ON COLUMN trees.tree.number IS 'Numeric identifier of the town: tiles, addresses, open data. Stable and never given twice.';
COMMENT ON COLUMN trees.tree.diameter_class IS '-1 unknown, then 0 below 7.5 cm to 6 from 75 cm on.';
CREATE INDEX tree_qk_ix ON trees.tree (tenant_id, qk);
CREATE INDEX tree_site_ix ON trees.tree (tenant_id, site_id);
CREATE INDEX tree_taxon_ix ON trees.tree (tenant_id, taxon_id, number);
CREATE INDEX tree_height_ix ON trees.tree (tenant_id, coalesce(height_m, -1), number);
CREATE INDEX tree_circumference_ix ON trees.tree (tenant_id, coalesce(circumference_cm, -1), number);
CREATE INDEX tree_birth_ix ON trees.tree (tenant_id, coalesce(birth_year, -1), number);
CREATE INDEX tree_matricule_ix ON trees.tree (tenant_id, matricule) WHERE matricule IS NOT NULL;

CREATE TABLE trees.history (
  tenant_id   uuid        NOT NULL,
  id          uuid        NOT NULL,
  tree_id     uuid        NOT NULL,
  at          timestamptz NOT NULL DEFAULT now(),
  deed        text        NOT NULL CONSTRAINT history_deed_ck CHECK (deed IN ('import', 'edit')),
  import_id   uuid,
  actor_name  text        NOT NULL DEFAULT '',
  revision    integer     NOT NULL, -- of the tree after the change
  tree        jsonb,                -- the row before; NULL when the change made the tree
  site        jsonb       NOT NULL, -- its site's row before
  site_revision integer   NOT NULL, -- of the site after the change
  CONSTRAINT history_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT history_tree_fk FOREIGN KEY (tenant_id, tree_id) REFERENCES trees.tree (tenant_id, id)
);
COMMENT ON TABLE trees.history IS 'What each change replaced: the life of a tree, and how an import is undone. A creation has no row unless it changed its site: the tree itself says when and by which import.';
CREATE INDEX history_tree_ix ON trees.history (tenant_id, tree_id, at);
CREATE INDEX history_import_ix ON trees.history (tenant_id, import_id) WHERE import_id IS NOT NULL;

ALTER TABLE trees.inventory ENABLE ROW LEVEL SECURITY;
ALTER TABLE trees.species_alias ENABLE ROW LEVEL SECURITY;
ALTER TABLE trees.site ENABLE ROW LEVEL SECURITY;
ALTER TABLE trees.tree ENABLE ROW LEVEL SECURITY;
ALTER TABLE trees.history ENABLE ROW LEVEL SECURITY;
CREATE POLICY inventory_tenant ON trees.inventory TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY species_alias_tenant ON trees.species_alias TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY site_tenant ON trees.site TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY tree_tenant ON trees.tree TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY history_tenant ON trees.history TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE
  ON trees.inventory, trees.species_alias, trees.site, trees.tree, trees.history TO acv_app;

-- +goose Down
DROP SCHEMA trees CASCADE;
