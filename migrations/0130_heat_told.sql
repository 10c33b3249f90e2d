-- +goose Up
ALTER TABLE heat.day
  ADD COLUMN told jsonb; -- what a file said of a day whose readings stand before it now; NULL when none did

-- +goose Down
ALTER TABLE heat.day DROP COLUMN told;
