-- +goose Up
CREATE SCHEMA opendata;
GRANT USAGE ON SCHEMA opendata TO acv_app;

CREATE TABLE opendata.town_table (
  tenant_id  uuid        NOT NULL,
  id         uuid        NOT NULL,
  slug       text        NOT NULL CONSTRAINT town_table_slug_ck CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  title      text        NOT NULL,
  theme      text        NOT NULL DEFAULT 'town',
  edition    integer     NOT NULL DEFAULT 0, -- the one shown, 0 when every one was undone
  version    bigint      NOT NULL DEFAULT 1, -- grows with every change
  charts     jsonb       NOT NULL DEFAULT '[]',
  changed_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT town_table_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT town_table_slug_uq UNIQUE (tenant_id, slug)
);
COMMENT ON TABLE opendata.town_table IS 'Tables a town brought in as files: each is a dataset. Its address comes from its first title and never changes.';

CREATE TABLE opendata.edition (
  tenant_id uuid        NOT NULL,
  table_id  uuid        NOT NULL,
  number    integer     NOT NULL CONSTRAINT edition_number_ck CHECK (number > 0),
  import_id uuid        NOT NULL,
  columns   jsonb       NOT NULL, -- in order: name, label, kind, slot, unit, description
  rows      bigint      NOT NULL DEFAULT 0,
  located   bigint      NOT NULL DEFAULT 0, -- rows with a position
  made_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT edition_pk PRIMARY KEY (tenant_id, table_id, number),
  CONSTRAINT edition_import_uq UNIQUE (tenant_id, import_id),
  CONSTRAINT edition_table_fk FOREIGN KEY (tenant_id, table_id) REFERENCES opendata.town_table (tenant_id, id)
);
COMMENT ON TABLE opendata.edition IS 'What each file made of a table: its columns and which slot holds each. An import is undone by showing the edition before.';

CREATE TABLE opendata.slot_row (
  tenant_id uuid    NOT NULL,
  table_id  uuid    NOT NULL,
  edition   integer NOT NULL,
  number    bigint  NOT NULL, -- rank in the file, from 1
  lon       float8,
  lat       float8,
  qk        bigint,
  t1 text, t2 text, t3 text, t4 text, t5 text, t6 text, t7 text, t8 text, t9 text, t10 text, t11 text, t12 text, t13
  text, t14 text, t15 text, t16 text, t17 text, t18 text, t19 text, t20 text, t21 text, t22 text, t23 text, t24 text,
  t25 text, t26 text, t27 text, t28 text, t29 text, t30 text, t31 text, t32 text,
  n1 float8, n2 float8, n3 float8, n4 float8, n5 float8, n6 float8, n7 float8, n8 float8, n9 float8, n10 float8, n11
  float8, n12 float8, n13 float8, n14 float8, n15 float8, n16 float8, n17 float8, n18 float8, n19 float8, n20 float8,
  n21 float8, n22 float8, n23 float8, n24 float8, n25 float8, n26 float8, n27 float8, n28 float8, n29 float8, n30
  float8, n31 float8, n32 float8,
  d1 timestamptz, d2 timestamptz, d3 timestamptz, d4 timestamptz, d5 timestamptz, d6 timestamptz, d7 timestamptz, d8
  timestamptz,
  b1 boolean, b2 boolean, b3 boolean, b4 boolean, b5 boolean, b6 boolean, b7 boolean, b8 boolean,
  extra     jsonb, -- columns beyond the slots, by name
  CONSTRAINT slot_row_pk PRIMARY KEY (tenant_id, table_id, edition, number),
  CONSTRAINT slot_row_edition_fk FOREIGN KEY (tenant_id, table_id, edition)
    REFERENCES opendata.edition (tenant_id, table_id, number) ON DELETE CASCADE
);
COMMENT ON TABLE opendata.slot_row IS 'Rows of every table of every town, in slots by type: no table is made at run time. The rows of the edition shown and of the one before are kept.';
CREATE INDEX slot_row_qk_ix ON opendata.slot_row (tenant_id, table_id, edition, qk) WHERE qk IS NOT NULL;

ALTER TABLE opendata.town_table ENABLE ROW LEVEL SECURITY;
ALTER TABLE opendata.edition ENABLE ROW LEVEL SECURITY;
ALTER TABLE opendata.slot_row ENABLE ROW LEVEL SECURITY;
CREATE POLICY town_table_tenant ON opendata.town_table TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY edition_tenant ON opendata.edition TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY slot_row_tenant ON opendata.slot_row TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON opendata.town_table, opendata.edition, opendata.slot_row TO acv_app;

-- +goose Down
DROP SCHEMA opendata CASCADE;
