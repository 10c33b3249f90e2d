-- +goose Up
-- The sixth category of high-value datasets, companies and company ownership: towns
-- publish registers of local companies too.
ALTER TABLE datasets.dataset
  DROP CONSTRAINT dataset_high_value_ck,
  ADD CONSTRAINT dataset_high_value_ck
    CHECK (high_value IN ('', 'geospatial', 'environment', 'meteorological', 'statistics', 'mobility', 'companies'));

-- +goose Down
UPDATE datasets.dataset SET high_value = '' WHERE high_value = 'companies';
ALTER TABLE datasets.dataset
  DROP CONSTRAINT dataset_high_value_ck,
  ADD CONSTRAINT dataset_high_value_ck
    CHECK (high_value IN ('', 'geospatial', 'environment', 'meteorological', 'statistics', 'mobility'));
