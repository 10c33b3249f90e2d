-- +goose Up
CREATE SCHEMA heat;
GRANT USAGE ON SCHEMA heat TO acv_app;

CREATE TABLE heat.network (
  tenant_id   uuid        NOT NULL CONSTRAINT network_pk PRIMARY KEY,
  next_series integer     NOT NULL DEFAULT 1,
  next_batch  integer     NOT NULL DEFAULT 1,
  next_layer  integer     NOT NULL DEFAULT 1,
  lcz_layer   integer     NOT NULL DEFAULT 0, -- the layer shown, 0 for none
  version     bigint      NOT NULL DEFAULT 1,
  changed_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE heat.network IS 'One row a town: running numbers and the version of its heat data. Imports and edits hold it locked until they commit.';

CREATE TABLE heat.site (
  tenant_id  uuid        NOT NULL,
  id         uuid        NOT NULL,
  code       text        NOT NULL CONSTRAINT site_code_ck CHECK (code <> ''),
  name       text        NOT NULL,
  setting    text        NOT NULL CONSTRAINT site_setting_ck
                         CHECK (setting IN ('built', 'green', 'water', 'countryside', 'unknown')),
  reference  boolean     NOT NULL DEFAULT false, -- the station others are compared with
  public     boolean     NOT NULL DEFAULT true,
  lon        float8      CONSTRAINT site_lon_ck CHECK (lon BETWEEN -180 AND 180),
  lat        float8      CONSTRAINT site_lat_ck CHECK (lat BETWEEN -90 AND 90),
  qk         bigint,
  altitude_m float8,
  import_id  uuid,
  revision   integer     NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT site_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT site_code_uq UNIQUE (tenant_id, code),
  CONSTRAINT site_place_ck CHECK ((lon IS NULL) = (lat IS NULL) AND (lon IS NULL) = (qk IS NULL))
);
COMMENT ON TABLE heat.site IS 'Places where something is measured (stations). A site outlives the devices that succeed each other on it.';
CREATE INDEX site_qk_ix ON heat.site (tenant_id, qk);
CREATE UNIQUE INDEX site_reference_uq ON heat.site (tenant_id) WHERE reference;

CREATE TABLE heat.device (
  tenant_id    uuid        NOT NULL,
  id           uuid        NOT NULL,
  serial       text        NOT NULL CONSTRAINT device_serial_ck CHECK (serial <> ''), -- DevEUI in capitals, or the maker's number
  model        text        NOT NULL DEFAULT '',
  last_seen    timestamptz,
  last_counter bigint,
  created_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT device_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT device_serial_uq UNIQUE (tenant_id, serial)
);
COMMENT ON TABLE heat.device IS 'Sensors of a town: things that are bought, moved, replaced.';

CREATE TABLE heat.deployment (
  tenant_id uuid        NOT NULL,
  id        uuid        NOT NULL,
  device_id uuid        NOT NULL,
  site_id   uuid        NOT NULL,
  since     timestamptz NOT NULL,
  until     timestamptz CONSTRAINT deployment_until_ck CHECK (until > since), -- NULL while it is there
  CONSTRAINT deployment_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT deployment_device_fk FOREIGN KEY (tenant_id, device_id) REFERENCES heat.device (tenant_id, id),
  CONSTRAINT deployment_site_fk FOREIGN KEY (tenant_id, site_id) REFERENCES heat.site (tenant_id, id)
);
COMMENT ON TABLE heat.deployment IS 'Which device measures at which site, from when to when. A device is at one site at a time.';
CREATE UNIQUE INDEX deployment_open_uq ON heat.deployment (tenant_id, device_id) WHERE until IS NULL;
CREATE INDEX deployment_site_ix ON heat.deployment (tenant_id, site_id);

CREATE TABLE heat.series (
  tenant_id  uuid        NOT NULL,
  number     integer     NOT NULL,
  site_id    uuid        NOT NULL,
  quantity   text        NOT NULL CONSTRAINT series_quantity_ck CHECK (quantity IN ('temperature', 'humidity')),
  first_at   timestamptz, -- of what is known, figures of files included
  last_at    timestamptz,
  last_value float8,      -- of the newest reading that no check doubts
  value_at   timestamptz, -- when that was
  silent     timestamptz, -- since when nothing comes although it should; NULL when all is well
  live       boolean NOT NULL DEFAULT false, -- fed by a device: silence means something
  CONSTRAINT series_pk PRIMARY KEY (tenant_id, number),
  CONSTRAINT series_site_fk FOREIGN KEY (tenant_id, site_id) REFERENCES heat.site (tenant_id, id),
  CONSTRAINT series_quantity_uq UNIQUE (tenant_id, site_id, quantity)
);
COMMENT ON TABLE heat.series IS 'One measured quantity at one site: °C for temperature, % for humidity. Readings carry its number.';

CREATE TABLE heat.uplink (
  tenant_id uuid        NOT NULL,
  device_id uuid        NOT NULL,
  counter   bigint      NOT NULL,
  at        timestamptz NOT NULL, -- of the device or its gateway
  received  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT uplink_pk PRIMARY KEY (tenant_id, device_id, counter, at),
  CONSTRAINT uplink_device_fk FOREIGN KEY (tenant_id, device_id) REFERENCES heat.device (tenant_id, id)
);
COMMENT ON TABLE heat.uplink IS 'Messages of radio networks received these last days, so that one delivered twice counts once.';

CREATE TABLE heat.sighting (
  tenant_id uuid        NOT NULL,
  serial    text        NOT NULL,
  name      text        NOT NULL DEFAULT '',
  messages  bigint      NOT NULL DEFAULT 1,
  first_at  timestamptz NOT NULL DEFAULT now(),
  last_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT sighting_pk PRIMARY KEY (tenant_id, serial)
);
COMMENT ON TABLE heat.sighting IS 'Devices that speak and that nobody has declared: staff attach them to a station with one form.';

ALTER TABLE heat.network ENABLE ROW LEVEL SECURITY;
ALTER TABLE heat.site ENABLE ROW LEVEL SECURITY;
ALTER TABLE heat.device ENABLE ROW LEVEL SECURITY;
ALTER TABLE heat.deployment ENABLE ROW LEVEL SECURITY;
ALTER TABLE heat.series ENABLE ROW LEVEL SECURITY;
ALTER TABLE heat.uplink ENABLE ROW LEVEL SECURITY;
ALTER TABLE heat.sighting ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_tenant ON heat.network TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY site_tenant ON heat.site TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY device_tenant ON heat.device TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY deployment_tenant ON heat.deployment TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY series_tenant ON heat.series TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY uplink_tenant ON heat.uplink TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY sighting_tenant ON heat.sighting TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON heat.network, heat.site, heat.device, heat.deployment, heat.series,
  heat.uplink, heat.sighting TO acv_app;

-- +goose Down
DROP TABLE heat.sighting, heat.uplink, heat.series, heat.deployment, heat.device, heat.site, heat.network;
DROP SCHEMA heat;
