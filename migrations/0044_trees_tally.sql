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

CREATE INDEX tally_zero_ix ON trees.tally (tenant_id) WHERE n = 0;
CREATE INDEX tally_age_zero_ix ON trees.tally_age (tenant_id) WHERE n = 0;

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
  -- A key on the register would look up, and lock, one of a few hundred rows
  -- shared by all towns for each tree: once a statement is enough.
  IF EXISTS (SELECT FROM (SELECT DISTINCT taxon_id FROM added) a
             WHERE NOT EXISTS (SELECT FROM trees.taxon x WHERE x.id = a.taxon_id)) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a tree has a taxon that the register does not have', CONSTRAINT = 'tree_taxon_fk';
  END IF;

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

  -- The rows are there already: only ON CONFLICT finds them by the whole key at
  -- any size and whatever the planner believes of a table it has not analysed.
  INSERT INTO trees.tally AS t
    (tenant_id, status, taxon_id, species_text, stage, district, remarkable, diameter_class, n)
  SELECT tenant_id, status, taxon_id, species_text, stage, district, remarkable, diameter_class, -count(*)
  FROM gone
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
  ON CONFLICT ON CONSTRAINT tally_pk DO UPDATE SET n = t.n + excluded.n;

  INSERT INTO trees.tally_age AS t (tenant_id, status, birth_year, n)
  SELECT tenant_id, status, coalesce(birth_year, 0), -count(*)
  FROM gone
  GROUP BY 1, 2, 3
  ON CONFLICT ON CONSTRAINT tally_age_pk DO UPDATE SET n = t.n + excluded.n;

  DELETE FROM trees.tally t WHERE t.n = 0 AND t.tenant_id IN (SELECT DISTINCT tenant_id FROM gone);
  DELETE FROM trees.tally_age t WHERE t.n = 0 AND t.tenant_id IN (SELECT DISTINCT tenant_id FROM gone);
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
