-- +goose Up
-- Processes that keep tiles in memory hear of a new version when it commits,
-- instead of asking for it before each tile.
-- +goose StatementBegin
CREATE FUNCTION ogc.tell_version() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  PERFORM pg_catalog.pg_notify('acv_layer', pg_catalog.concat_ws(' ', NEW.tenant_id, NEW.layer, NEW.version));
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER layer_told AFTER INSERT OR UPDATE ON ogc.layer
  FOR EACH ROW EXECUTE FUNCTION ogc.tell_version();

-- +goose Down
DROP TRIGGER layer_told ON ogc.layer;
DROP FUNCTION ogc.tell_version();
