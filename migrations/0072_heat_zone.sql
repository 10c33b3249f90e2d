-- +goose Up
CREATE TABLE heat.lcz_layer (
  tenant_id uuid        NOT NULL,
  number    integer     NOT NULL,
  import_id uuid        NOT NULL,
  previous  integer     NOT NULL, -- the layer it took the place of, 0 for none
  credit    text        NOT NULL DEFAULT '',
  at        timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT lcz_layer_pk PRIMARY KEY (tenant_id, number),
  CONSTRAINT lcz_layer_import_uq UNIQUE (tenant_id, import_id)
);
COMMENT ON TABLE heat.lcz_layer IS 'Maps of local climate zones a town has imported. The one shown is named in heat.network.';

CREATE TABLE heat.lcz_zone (
  tenant_id  uuid     NOT NULL,
  layer      integer  NOT NULL,
  number     integer  NOT NULL,
  code       text     NOT NULL DEFAULT '', -- of the source
  class      smallint NOT NULL CONSTRAINT lcz_zone_class_ck CHECK (class BETWEEN 1 AND 17), -- 1 to 10, then A to G
  secondary  smallint CONSTRAINT lcz_zone_secondary_ck CHECK (secondary BETWEEN 1 AND 17),
  uniqueness float8,             -- of GeoClimate: near 1 the class is sure
  area_m2    float8   NOT NULL,  -- in Lambert-93
  geom       public.geometry(MultiPolygon, 4326) NOT NULL,
  CONSTRAINT lcz_zone_pk PRIMARY KEY (tenant_id, layer, number),
  CONSTRAINT lcz_zone_layer_fk FOREIGN KEY (tenant_id, layer) REFERENCES heat.lcz_layer (tenant_id, number) ON DELETE CASCADE
);
COMMENT ON TABLE heat.lcz_zone IS 'Local climate zones: polygons with one of the 17 classes of Stewart and Oke (2012).';

CREATE TABLE heat.lcz_shape (
  tenant_id uuid     NOT NULL,
  layer     integer  NOT NULL,
  class     smallint NOT NULL,
  geom      public.geometry(Geometry, 4326) NOT NULL,
  CONSTRAINT lcz_shape_pk PRIMARY KEY (tenant_id, layer, class),
  CONSTRAINT lcz_shape_layer_fk FOREIGN KEY (tenant_id, layer) REFERENCES heat.lcz_layer (tenant_id, number) ON DELETE CASCADE
);
COMMENT ON TABLE heat.lcz_shape IS 'The zones of a layer joined by class and simplified, as the map draws them: joining takes seconds, so it is done at import.';

ALTER TABLE heat.lcz_layer ENABLE ROW LEVEL SECURITY;
ALTER TABLE heat.lcz_zone ENABLE ROW LEVEL SECURITY;
ALTER TABLE heat.lcz_shape ENABLE ROW LEVEL SECURITY;
CREATE POLICY lcz_shape_tenant ON heat.lcz_shape TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY lcz_layer_tenant ON heat.lcz_layer TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY lcz_zone_tenant ON heat.lcz_zone TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON heat.lcz_layer, heat.lcz_zone, heat.lcz_shape TO acv_app;

-- +goose Down
DROP TABLE heat.lcz_shape, heat.lcz_zone, heat.lcz_layer;
