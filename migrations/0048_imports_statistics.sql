-- +goose Up
-- After a big import the planner knows nothing of the new rows until autovacuum
-- comes by, a minute or more: lists of the town are slow just when people look.
-- Only a table's owner may ANALYZE it, and the runtime role owns nothing. This
-- reads no row for its caller: it does, for the tables of one module's schema,
-- what autovacuum would do a little later, by its own rule (50 rows and a tenth
-- of the table, as autovacuum_analyze_threshold and _scale_factor are shipped).
-- +goose StatementBegin
CREATE FUNCTION imports.refresh_statistics(module text, changed bigint) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
  found record;
  analysed integer := 0;
BEGIN
  FOR found IN
    SELECT n.nspname, c.relname
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE n.nspname = module AND c.relkind IN ('r', 'p')
      AND c.relowner = 'acv_owner'::regrole
      AND changed >= 50 + 0.1 * greatest(c.reltuples, 0)
  LOOP
    -- A table that somebody analyses already is left to them.
    EXECUTE format('ANALYZE (SKIP_LOCKED) %I.%I', found.nspname, found.relname);
    analysed := analysed + 1;
  END LOOP;
  RETURN analysed;
END
$$;
-- +goose StatementEnd
COMMENT ON FUNCTION imports.refresh_statistics(text, bigint) IS 'Refreshes the planner''s statistics of a module''s tables after an import that changed so many rows; returns how many tables.';
REVOKE ALL ON FUNCTION imports.refresh_statistics(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION imports.refresh_statistics(text, bigint) TO acv_app;

-- +goose Down
DROP FUNCTION imports.refresh_statistics(text, bigint);
