-- +goose Up
-- Counts kept beside the trees, so that a town's figures cost the same at a
-- thousand and at a million trees. Statement triggers keep them, whoever writes:
-- an import, an edit, an undo or a restore cannot forget to.
CREATE TABLE trees.tally (
  tenant_id      uuid    NOT NULL,
  status         text    NOT NULL,
  taxon_id       integer NOT NULL,
  species_text   text    NOT NULL,
  stage          text    NOT NULL,
  district       text    NOT NULL,
  remarkable     boolean NOT NULL,
  diameter_class integer NOT NULL,
  n              bigint  NOT NULL,
  CONSTRAINT tally_pk PRIMARY KEY
    (tenant_id, status, taxon_id, species_text, stage, district, remarkable, diameter_class)
);
COMMENT ON TABLE trees.tally IS 'Number of trees for each combination of what lists filter by. Kept by triggers of trees.tree.';

CREATE TABLE trees.tally_age (
  tenant_id  uuid    NOT NULL,
  status     text    NOT NULL,
  birth_year integer NOT NULL, -- 0 when unknown
  n          bigint  NOT NULL,
  CONSTRAINT tally_age_pk PRIMARY KEY (tenant_id, status, birth_year)
);
COMMENT ON TABLE trees.tally_age IS 'Number of trees by status and year of birth. Kept by triggers of trees.tree.';

ALTER TABLE trees.tally ENABLE ROW LEVEL SECURITY;
ALTER TABLE trees.tally_age ENABLE ROW LEVEL SECURITY;
CREATE POLICY tally_tenant ON trees.tally TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY tally_age_tenant ON trees.tally_age TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON trees.tally, trees.tally_age TO acv_app;

-- A new version first: its row stays locked until the writer commits, so two
-- writers of one town never wait for each other's counts crosswise.
-- +goose StatementBegin
CREATE FUNCTION trees.count_added() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO trees.inventory (tenant_id)
  SELECT DISTINCT tenant_id FROM added
  ON CONFLICT (tenant_id) DO UPDATE SET version = inventory.version + 1, changed_at = now();

  INSERT INTO trees.tally AS t
    (tenant_id, status, taxon_id, species_text, stage, district, remarkable, diameter_class, n)
  SELECT tenant_id, status, taxon_id, species_text, stage, district, remarkable, diameter_class, count(*)
  FROM added
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
  ON CONFLICT ON CONSTRAINT tally_pk DO UPDATE SET n = t.n + excluded.n;

  INSERT INTO trees.tally_age AS t (tenant_id, status, birth_year, n)
  SELECT tenant_id, status, coalesce(birth_year, 0), count(*)
  FROM added
  GROUP BY 1, 2, 3
  ON CONFLICT ON CONSTRAINT tally_age_pk DO UPDATE SET n = t.n + excluded.n;
  RETURN NULL;
END
$$;

CREATE FUNCTION trees.count_gone() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO trees.inventory (tenant_id)
  SELECT DISTINCT tenant_id FROM gone
  ON CONFLICT (tenant_id) DO UPDATE SET version = inventory.version + 1, changed_at = now();

  UPDATE trees.tally t SET n = t.n - g.n
  FROM (
    SELECT tenant_id, status, taxon_id, species_text, stage, district, remarkable, diameter_class, count(*) AS n
    FROM gone
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
  ) g
  WHERE t.tenant_id = g.tenant_id AND t.status = g.status AND t.taxon_id = g.taxon_id
    AND t.species_text = g.species_text AND t.stage = g.stage AND t.district = g.district
    AND t.remarkable = g.remarkable AND t.diameter_class = g.diameter_class;

  UPDATE trees.tally_age t SET n = t.n - g.n
  FROM (
    SELECT tenant_id, status, coalesce(birth_year, 0) AS birth_year, count(*) AS n
    FROM gone
    GROUP BY 1, 2, 3
  ) g
  WHERE t.tenant_id = g.tenant_id AND t.status = g.status AND t.birth_year = g.birth_year;

  DELETE FROM trees.tally t USING gone g
  WHERE t.tenant_id = g.tenant_id AND t.status = g.status AND t.taxon_id = g.taxon_id
    AND t.species_text = g.species_text AND t.stage = g.stage AND t.district = g.district
    AND t.remarkable = g.remarkable AND t.diameter_class = g.diameter_class AND t.n = 0;

  DELETE FROM trees.tally_age t USING gone g
  WHERE t.tenant_id = g.tenant_id AND t.status = g.status
    AND t.birth_year = coalesce(g.birth_year, 0) AND t.n = 0;
  RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER tree_added AFTER INSERT ON trees.tree
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION trees.count_added();
CREATE TRIGGER tree_gone AFTER DELETE ON trees.tree
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION trees.count_gone();
-- An update counts as its rows gone, then added; triggers run in order of name.
CREATE TRIGGER tree_updated_1 AFTER UPDATE ON trees.tree
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION trees.count_gone();
CREATE TRIGGER tree_updated_2 AFTER UPDATE ON trees.tree
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION trees.count_added();

-- +goose Down
DROP TRIGGER tree_updated_2 ON trees.tree;
DROP TRIGGER tree_updated_1 ON trees.tree;
DROP TRIGGER tree_gone ON trees.tree;
DROP TRIGGER tree_added ON trees.tree;
DROP FUNCTION trees.count_gone();
DROP FUNCTION trees.count_added();
DROP TABLE trees.tally_age, trees.tally;
