-- +goose Up
ALTER TABLE imports.import ADD COLUMN file_kept boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN imports.import.file_kept IS 'The uploaded file and what its check wrote are still stored.';

-- +goose Down
ALTER TABLE imports.import DROP COLUMN file_kept;
