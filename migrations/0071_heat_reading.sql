-- +goose Up
CREATE TABLE heat.reading (
  tenant_id uuid        NOT NULL,
  at        timestamptz NOT NULL,
  value     float8      NOT NULL, -- as the device said it: never changed
  series    integer     NOT NULL, -- of heat.series; no key, which would cost a third of the speed of imports
  batch     integer     NOT NULL DEFAULT 0, -- of the import that brought it, 0 for devices
  flags     smallint    NOT NULL DEFAULT 0, -- 1 out of range, 2 jump, 4 stuck
  CONSTRAINT reading_pk PRIMARY KEY (tenant_id, series, at)
) PARTITION BY RANGE (at);
COMMENT ON TABLE heat.reading IS 'What was measured lately, one row a value, a partition a month (UTC). Older days are packed into heat.day.';

CREATE TABLE heat.hour (
  tenant_id uuid        NOT NULL,
  series    integer     NOT NULL,
  at        timestamptz NOT NULL, -- start of the hour
  n         integer     NOT NULL, -- readings
  good      integer     NOT NULL, -- of them, those no check doubts; the figures rest on these
  lowest    float8,
  highest   float8,
  total     float8,
  CONSTRAINT hour_pk PRIMARY KEY (tenant_id, series, at)
);
COMMENT ON TABLE heat.hour IS 'Hourly figures, computed anew for the hours that readings touch.';

CREATE TABLE heat.day (
  tenant_id   uuid     NOT NULL,
  series      integer  NOT NULL,
  day         date     NOT NULL, -- in French time
  origin      text     NOT NULL CONSTRAINT day_origin_ck CHECK (origin IN ('readings', 'file')),
  n           integer  NOT NULL,
  good        integer  NOT NULL,
  hours       smallint NOT NULL, -- hours of the day with a good reading
  lowest      float8,
  highest     float8,
  mean        float8,
  night_low   float8,            -- from 20 h the evening before to 8 h
  night_hours smallint NOT NULL,
  seconds     integer[],         -- packed readings: seconds since the day began
  "values"    float8[],
  flags       smallint[],
  batches     integer[],
  CONSTRAINT day_pk PRIMARY KEY (tenant_id, series, day),
  CONSTRAINT day_packed_ck CHECK ((seconds IS NULL) = ("values" IS NULL) AND (seconds IS NULL) = (flags IS NULL)
    AND (seconds IS NULL) = (batches IS NULL))
);
COMMENT ON TABLE heat.day IS 'Daily figures, and the readings of past days packed into arrays. Days that files give ready-made have no readings.';
CREATE INDEX day_day_ix ON heat.day (tenant_id, day);

CREATE TABLE heat.batch (
  tenant_id uuid        NOT NULL,
  number    integer     NOT NULL,
  import_id uuid        NOT NULL,
  at        timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT batch_pk PRIMARY KEY (tenant_id, number),
  CONSTRAINT batch_import_uq UNIQUE (tenant_id, import_id)
);
COMMENT ON TABLE heat.batch IS 'Number of the import that brought readings; undoing it takes them away.';

CREATE TABLE heat.change (
  tenant_id uuid    NOT NULL,
  import_id uuid    NOT NULL,
  id        uuid    NOT NULL,
  kind      text    NOT NULL CONSTRAINT change_kind_ck CHECK (kind IN ('site', 'series', 'day')),
  series    integer,
  day       date,
  site_id   uuid,
  before    jsonb,   -- NULL when the import made it
  after     jsonb,   -- what the import left, to see whether somebody changed it since
  CONSTRAINT change_pk PRIMARY KEY (tenant_id, import_id, id)
);
COMMENT ON TABLE heat.change IS 'What imports of stations and of daily figures made or replaced, so that they can be undone.';

ALTER TABLE heat.reading ENABLE ROW LEVEL SECURITY;
ALTER TABLE heat.hour ENABLE ROW LEVEL SECURITY;
ALTER TABLE heat.day ENABLE ROW LEVEL SECURITY;
ALTER TABLE heat.batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE heat.change ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading_tenant ON heat.reading TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY hour_tenant ON heat.hour TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY day_tenant ON heat.day TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY batch_tenant ON heat.batch TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY change_tenant ON heat.change TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON heat.reading, heat.hour, heat.day, heat.batch, heat.change TO acv_app;

-- The runtime role owns nothing, so it cannot make a month's partition itself.
-- The functions touch no row of any town. A partition is made aside and
-- attached: unlike PARTITION OF, that lets other towns read and write meanwhile.
-- +goose StatementBegin
CREATE FUNCTION heat.make_months(months date[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  month date;
  name  text;
BEGIN
  FOR month IN SELECT DISTINCT pg_catalog.date_trunc('month', m)::date FROM pg_catalog.unnest(months) m ORDER BY 1 LOOP
    name := 'reading_' || pg_catalog.to_char(month, 'YYYY_MM');
    CONTINUE WHEN pg_catalog.to_regclass('heat.' || name) IS NOT NULL;
    IF month < DATE '1990-01-01' OR month > pg_catalog.now() + INTERVAL '2 months' THEN
      RAISE EXCEPTION 'no readings are kept of %', month USING ERRCODE = 'check_violation', CONSTRAINT = 'reading_month_ck';
    END IF;
    PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('heat.' || name));
    CONTINUE WHEN pg_catalog.to_regclass('heat.' || name) IS NOT NULL;
    EXECUTE pg_catalog.format('CREATE TABLE heat.%I (LIKE heat.reading INCLUDING DEFAULTS INCLUDING CONSTRAINTS, '
      'CONSTRAINT %I PRIMARY KEY (tenant_id, series, at))', name, name || '_pk');
    EXECUTE pg_catalog.format('ALTER TABLE heat.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE pg_catalog.format('CREATE POLICY reading_tenant ON heat.%I TO acv_app '
      'USING (tenant_id = current_setting(''app.tenant'')::uuid)', name);
    EXECUTE pg_catalog.format('ALTER TABLE heat.reading ATTACH PARTITION heat.%I FOR VALUES FROM (%L) TO (%L)',
      name, month::text || ' 00:00:00+00', (month + INTERVAL '1 month')::date::text || ' 00:00:00+00');
  END LOOP;
END
$$;

CREATE FUNCTION heat.drop_months(before date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  part  record;
  any_row boolean;
  gone  integer := 0;
BEGIN
  FOR part IN
    SELECT c.relname::text AS name
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'heat.reading'::pg_catalog.regclass
      AND pg_catalog.to_date(pg_catalog.right(c.relname, 7), 'YYYY_MM') + INTERVAL '1 month' <= before
    ORDER BY 1
  LOOP
    EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM heat.%I)', part.name) INTO any_row;
    CONTINUE WHEN any_row;
    EXECUTE pg_catalog.format('DROP TABLE heat.%I', part.name);
    gone := gone + 1;
  END LOOP;
  RETURN gone;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION heat.make_months(date[]), heat.drop_months(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION heat.make_months(date[]), heat.drop_months(date) TO acv_app;

-- +goose Down
DROP FUNCTION heat.drop_months(date);
DROP FUNCTION heat.make_months(date[]);
DROP TABLE heat.change, heat.batch, heat.day, heat.hour, heat.reading;
