-- +goose Up
-- The addresses of a town, each once, so that a text is looked for in hundreds
-- of streets and not in hundreds of thousands of sites.
CREATE TABLE trees.address (
  tenant_id uuid   NOT NULL,
  address   text   NOT NULL,
  folded    text   NOT NULL, -- without capitals and accents
  n         bigint NOT NULL,
  CONSTRAINT address_pk PRIMARY KEY (tenant_id, address)
);
COMMENT ON TABLE trees.address IS 'Number of sites at each address. Kept by triggers of trees.site.';
CREATE INDEX address_zero_ix ON trees.address (tenant_id) WHERE n = 0;
ALTER TABLE trees.address ENABLE ROW LEVEL SECURITY;
CREATE POLICY address_tenant ON trees.address TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON trees.address TO acv_app;

CREATE INDEX site_address_ix ON trees.site (tenant_id, address) WHERE address <> '';

INSERT INTO trees.address (tenant_id, address, folded, n)
SELECT tenant_id, address, lower(public.unaccent(address)), count(*)
FROM trees.site
WHERE address <> ''
GROUP BY 1, 2;

-- +goose StatementBegin
CREATE FUNCTION trees.site_added() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO trees.address AS a (tenant_id, address, folded, n)
  SELECT tenant_id, address, pg_catalog.lower(public.unaccent(address)), count(*)
  FROM added
  WHERE address <> ''
  GROUP BY 1, 2
  ORDER BY 1, 2
  ON CONFLICT ON CONSTRAINT address_pk DO UPDATE SET n = a.n + excluded.n;
  RETURN NULL;
END
$$;

CREATE FUNCTION trees.site_gone() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO trees.address AS a (tenant_id, address, folded, n)
  SELECT tenant_id, address, '', -count(*)
  FROM gone
  WHERE address <> ''
  GROUP BY 1, 2
  ORDER BY 1, 2
  ON CONFLICT ON CONSTRAINT address_pk DO UPDATE SET n = a.n + excluded.n;
  DELETE FROM trees.address a WHERE a.n = 0 AND a.tenant_id IN (SELECT DISTINCT tenant_id FROM gone);
  RETURN NULL;
END
$$;

-- Only addresses that change are written: most updates move or name nothing.
CREATE FUNCTION trees.site_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO trees.address AS a (tenant_id, address, folded, n)
  SELECT tenant_id, address, pg_catalog.lower(public.unaccent(address)), sum(d)
  FROM (SELECT tenant_id, address, 1 AS d FROM added UNION ALL SELECT tenant_id, address, -1 FROM gone) c
  WHERE address <> ''
  GROUP BY 1, 2
  HAVING sum(d) <> 0
  ORDER BY 1, 2
  ON CONFLICT ON CONSTRAINT address_pk DO UPDATE SET n = a.n + excluded.n;
  DELETE FROM trees.address a WHERE a.n = 0 AND a.tenant_id IN (SELECT DISTINCT tenant_id FROM gone);
  RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER site_added AFTER INSERT ON trees.site
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION trees.site_added();
CREATE TRIGGER site_gone AFTER DELETE ON trees.site
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION trees.site_gone();
CREATE TRIGGER site_changed AFTER UPDATE ON trees.site
  REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION trees.site_changed();

-- +goose Down
DROP TRIGGER site_changed ON trees.site;
DROP TRIGGER site_gone ON trees.site;
DROP TRIGGER site_added ON trees.site;
DROP FUNCTION trees.site_changed();
DROP FUNCTION trees.site_gone();
DROP FUNCTION trees.site_added();
DROP INDEX trees.site_address_ix;
DROP TABLE trees.address;
