-- +goose Up
ALTER TABLE datasets.dataset
  ADD COLUMN documentation_url text NOT NULL DEFAULT '',
  ADD COLUMN method            text NOT NULL DEFAULT '', -- how the data are made, in the town's words
  ADD COLUMN high_value        text NOT NULL DEFAULT ''  -- category of (EU) 2023/138, '' for none
    CONSTRAINT dataset_high_value_ck CHECK (high_value IN ('', 'geospatial', 'environment', 'meteorological', 'statistics', 'mobility'));

-- +goose Down
ALTER TABLE datasets.dataset
  DROP COLUMN high_value,
  DROP COLUMN method,
  DROP COLUMN documentation_url;
