-- +goose Up
-- The choke point: what an occurrence shows is computed here and nowhere else,
-- whoever writes it: an import, a form, a change of rule, an undo, a restore.

-- The number of a position's cell in web Mercator, as services/geo/qk counts.
-- +goose StatementBegin
CREATE FUNCTION atlas.qk(lon float8, lat float8) RETURNS bigint LANGUAGE plpgsql IMMUTABLE SET search_path = '' AS $$
DECLARE
  side CONSTANT float8 := 536870912; -- 2^29
  s float8 := sin(radians(greatest(-85.05112877980659, least(lat, 85.05112877980659))));
  x bigint := greatest(0, least(floor((lon + 180) / 360 * side), side - 1));
  y bigint := greatest(0, least(floor((0.5 - ln((1 + s) / (1 - s)) / (4 * pi())) * side), side - 1));
  code bigint := 0;
BEGIN
  FOR i IN 0..28 LOOP
    code := code | (((x >> i) & 1) << (2 * i)) | (((y >> i) & 1) << (2 * i + 1));
  END LOOP;
  RETURN code;
END
$$;

CREATE FUNCTION atlas.generalise() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  place public.geometry;
  e float8;
  n float8;
  town record;
BEGIN
  -- A rule holds for the taxon and what is below its species. The highest wins.
  SELECT greatest(NEW.sensitivity, coalesce(max(r.level), 0)) INTO NEW.level
    FROM atlas.sensitivity r
   WHERE r.tenant_id = NEW.tenant_id
     AND (r.taxon = NEW.taxon OR r.taxon = (SELECT t.species_ref FROM atlas.taxon t WHERE t.cd_nom = NEW.taxon));
  -- "The commune" says nothing of a place outside it: the next level does.
  IF NEW.level = 1 AND NOT NEW.in_town THEN
    NEW.level := 2;
  END IF;

  NEW.shown := NEW.level < 4 AND NEW.validation IN ('waiting', 'certain', 'probable');
  NEW.shown_lon := NULL; NEW.shown_lat := NULL; NEW.shown_qk := NULL; NEW.shown_error_m := NULL;
  NEW.shown_cell := NULL; NEW.shown_place := '';
  -- The day would join a record to its observer's other ones of that day.
  NEW.shown_from := date_trunc('month', NEW.date_from);
  NEW.shown_to := date_trunc('month', NEW.date_to) + interval '1 month' - interval '1 day';
  -- A record belongs to the town only if all of where it may be does.
  NEW.shown_in_town := NEW.level <= 1 AND NEW.in_town;

  IF NEW.level <= 2 THEN
    place := public.ST_Transform(public.ST_SetSRID(public.ST_MakePoint(NEW.lon, NEW.lat), 4326), 2154);
    e := public.ST_X(place);
    n := public.ST_Y(place);
  END IF;
  IF NEW.level = 0 THEN
    NEW.shown_lon := NEW.lon; NEW.shown_lat := NEW.lat; NEW.shown_qk := NEW.qk; NEW.shown_error_m := NEW.accuracy_m;
    NEW.shown_from := NEW.date_from; NEW.shown_to := NEW.date_to;
    -- A place known less well than half the cell's diagonal is in no cell.
    IF coalesce(NEW.accuracy_m, 0) <= 353.6 AND e BETWEEN 0 AND 1300000 AND n BETWEEN 6000000 AND 7200000 THEN
      NEW.shown_cell := floor(e / 500)::integer * 100000 + floor(n / 500)::integer;
    END IF;
  ELSIF NEW.level = 1 THEN
    SELECT t.center_lon, t.center_lat, t.insee, t.bounds INTO town FROM platform.tenant t WHERE t.id = NEW.tenant_id;
    NEW.shown_lon := town.center_lon; NEW.shown_lat := town.center_lat; NEW.shown_place := town.insee;
    NEW.shown_error_m := ceil(111195 * sqrt(
      (cos(radians(town.center_lat)) * greatest(town.bounds[3] - town.center_lon, town.center_lon - town.bounds[1])) ^ 2
      + greatest(town.bounds[4] - town.center_lat, town.center_lat - town.bounds[2]) ^ 2));
  ELSIF NEW.level = 2 THEN
    place := public.ST_Transform(public.ST_SetSRID(public.ST_MakePoint(
      floor(e / 10000) * 10000 + 5000, floor(n / 10000) * 10000 + 5000), 2154), 4326);
    NEW.shown_lon := round(public.ST_X(place)::numeric, 5); NEW.shown_lat := round(public.ST_Y(place)::numeric, 5);
    NEW.shown_error_m := 7072; -- half the diagonal of the cell
    NEW.shown_place := '10kmL93E' || lpad(floor(e / 10000)::text, 3, '0') || 'N' || lpad(floor(n / 10000)::text, 3, '0');
  ELSIF NEW.level = 3 THEN
    -- As the source says; to work it out from the place would tell towns apart.
    NEW.shown_place := CASE WHEN NEW.insee LIKE '97%' THEN left(NEW.insee, 3) ELSE left(NEW.insee, 2) END;
  END IF;
  IF NEW.level IN (1, 2) THEN
    NEW.shown_qk := atlas.qk(NEW.shown_lon, NEW.shown_lat);
  END IF;
  RETURN NEW;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER occurrence_generalised BEFORE INSERT OR UPDATE ON atlas.occurrence
  FOR EACH ROW EXECUTE FUNCTION atlas.generalise();

-- Counts of what is shown, so that pages cost the same at any size. Statement
-- triggers keep them.
CREATE TABLE atlas.tally (
  tenant_id uuid     NOT NULL,
  taxon     integer  NOT NULL,
  in_town   boolean  NOT NULL,
  month     smallint NOT NULL, -- 1 to 12; 0 for a period of several months
  n         bigint   NOT NULL,
  CONSTRAINT tally_pk PRIMARY KEY (tenant_id, taxon, in_town, month)
);
COMMENT ON TABLE atlas.tally IS 'Shown records of presence by taxon and month, inside the town and around. Kept by triggers of atlas.occurrence.';

CREATE TABLE atlas.tally_cell (
  tenant_id uuid    NOT NULL,
  taxon     integer NOT NULL,
  cell      integer NOT NULL, -- of the 500 m grid: ⌊E/500⌋ × 100,000 + ⌊N/500⌋ in Lambert-93
  n         bigint  NOT NULL,
  CONSTRAINT tally_cell_pk PRIMARY KEY (tenant_id, taxon, cell)
);
COMMENT ON TABLE atlas.tally_cell IS 'Shown records of presence by taxon and cell of 500 m. Kept by triggers of atlas.occurrence.';

CREATE TABLE atlas.visit (
  tenant_id uuid    NOT NULL,
  cell      integer NOT NULL, -- 0 for the town as a whole
  day       date    NOT NULL,
  observer  bigint  NOT NULL, -- a hash: visits are counted, nobody is named
  n         bigint  NOT NULL,
  CONSTRAINT visit_pk PRIMARY KEY (tenant_id, cell, day, observer)
);
COMMENT ON TABLE atlas.visit IS 'Sampling effort ("pression d''observation"): distinct days and observers among precise shown records. Kept by triggers of atlas.occurrence.';

CREATE INDEX tally_zero_ix ON atlas.tally (tenant_id) WHERE n = 0;
CREATE INDEX tally_cell_zero_ix ON atlas.tally_cell (tenant_id) WHERE n = 0;
CREATE INDEX visit_zero_ix ON atlas.visit (tenant_id) WHERE n = 0;
CREATE INDEX tally_cell_cell_ix ON atlas.tally_cell (tenant_id, cell);

ALTER TABLE atlas.tally ENABLE ROW LEVEL SECURITY;
ALTER TABLE atlas.tally_cell ENABLE ROW LEVEL SECURITY;
ALTER TABLE atlas.visit ENABLE ROW LEVEL SECURITY;
CREATE POLICY tally_tenant ON atlas.tally TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY tally_cell_tenant ON atlas.tally_cell TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY visit_tenant ON atlas.visit TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON atlas.tally, atlas.tally_cell, atlas.visit TO acv_app;

-- +goose StatementBegin
CREATE FUNCTION atlas.month_of(first date, last date) RETURNS smallint LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
  SELECT CASE WHEN date_trunc('month', first) = date_trunc('month', last) THEN extract(month FROM first)::smallint ELSE 0::smallint END
$$;

CREATE FUNCTION atlas.count_added() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO atlas.register (tenant_id)
  SELECT DISTINCT tenant_id FROM added WHERE shown
  ON CONFLICT (tenant_id) DO UPDATE SET version = register.version + 1, changed_at = now();

  INSERT INTO atlas.tally AS t (tenant_id, taxon, in_town, month, n)
  SELECT tenant_id, taxon, shown_in_town, atlas.month_of(shown_from, shown_to), count(*)
  FROM added WHERE shown AND present
  GROUP BY 1, 2, 3, 4
  ON CONFLICT ON CONSTRAINT tally_pk DO UPDATE SET n = t.n + excluded.n;

  INSERT INTO atlas.tally_cell AS t (tenant_id, taxon, cell, n)
  SELECT tenant_id, taxon, shown_cell, count(*)
  FROM added WHERE shown AND present AND shown_cell IS NOT NULL
  GROUP BY 1, 2, 3
  ON CONFLICT ON CONSTRAINT tally_cell_pk DO UPDATE SET n = t.n + excluded.n;

  INSERT INTO atlas.visit AS t (tenant_id, cell, day, observer, n)
  SELECT a.tenant_id, c.cell, a.date_from, hashtextextended(a.observer, 0), count(*)
  FROM added a
  CROSS JOIN LATERAL (SELECT a.shown_cell UNION ALL SELECT 0 WHERE a.shown_in_town) c (cell)
  WHERE a.shown AND a.level = 0 AND a.date_from = a.date_to AND c.cell IS NOT NULL
  GROUP BY 1, 2, 3, 4
  ON CONFLICT ON CONSTRAINT visit_pk DO UPDATE SET n = t.n + excluded.n;
  RETURN NULL;
END
$$;

CREATE FUNCTION atlas.count_gone() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO atlas.register (tenant_id)
  SELECT DISTINCT tenant_id FROM gone WHERE shown
  ON CONFLICT (tenant_id) DO UPDATE SET version = register.version + 1, changed_at = now();

  INSERT INTO atlas.tally AS t (tenant_id, taxon, in_town, month, n)
  SELECT tenant_id, taxon, shown_in_town, atlas.month_of(shown_from, shown_to), -count(*)
  FROM gone WHERE shown AND present
  GROUP BY 1, 2, 3, 4
  ON CONFLICT ON CONSTRAINT tally_pk DO UPDATE SET n = t.n + excluded.n;

  INSERT INTO atlas.tally_cell AS t (tenant_id, taxon, cell, n)
  SELECT tenant_id, taxon, shown_cell, -count(*)
  FROM gone WHERE shown AND present AND shown_cell IS NOT NULL
  GROUP BY 1, 2, 3
  ON CONFLICT ON CONSTRAINT tally_cell_pk DO UPDATE SET n = t.n + excluded.n;

  INSERT INTO atlas.visit AS t (tenant_id, cell, day, observer, n)
  SELECT a.tenant_id, c.cell, a.date_from, hashtextextended(a.observer, 0), -count(*)
  FROM gone a
  CROSS JOIN LATERAL (SELECT a.shown_cell UNION ALL SELECT 0 WHERE a.shown_in_town) c (cell)
  WHERE a.shown AND a.level = 0 AND a.date_from = a.date_to AND c.cell IS NOT NULL
  GROUP BY 1, 2, 3, 4
  ON CONFLICT ON CONSTRAINT visit_pk DO UPDATE SET n = t.n + excluded.n;

  DELETE FROM atlas.tally t WHERE t.n = 0 AND t.tenant_id IN (SELECT DISTINCT tenant_id FROM gone);
  DELETE FROM atlas.tally_cell t WHERE t.n = 0 AND t.tenant_id IN (SELECT DISTINCT tenant_id FROM gone);
  DELETE FROM atlas.visit t WHERE t.n = 0 AND t.tenant_id IN (SELECT DISTINCT tenant_id FROM gone);
  RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER occurrence_added AFTER INSERT ON atlas.occurrence
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION atlas.count_added();
CREATE TRIGGER occurrence_gone AFTER DELETE ON atlas.occurrence
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION atlas.count_gone();
-- An update counts as its rows gone, then added; triggers run in order of name.
CREATE TRIGGER occurrence_updated_1 AFTER UPDATE ON atlas.occurrence
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION atlas.count_gone();
CREATE TRIGGER occurrence_updated_2 AFTER UPDATE ON atlas.occurrence
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION atlas.count_added();

-- +goose Down
DROP TRIGGER occurrence_updated_2 ON atlas.occurrence;
DROP TRIGGER occurrence_updated_1 ON atlas.occurrence;
DROP TRIGGER occurrence_gone ON atlas.occurrence;
DROP TRIGGER occurrence_added ON atlas.occurrence;
DROP TRIGGER occurrence_generalised ON atlas.occurrence;
DROP FUNCTION atlas.count_gone();
DROP FUNCTION atlas.count_added();
DROP FUNCTION atlas.month_of(date, date);
DROP TABLE atlas.visit, atlas.tally_cell, atlas.tally;
DROP FUNCTION atlas.generalise();
DROP FUNCTION atlas.qk(float8, float8);
