-- +goose Up
-- Pages of a box go by place, rows of one place by number.
CREATE INDEX slot_row_place_ix ON opendata.slot_row (tenant_id, table_id, edition, qk, number) WHERE qk IS NOT NULL;
DROP INDEX opendata.slot_row_qk_ix;
ALTER INDEX opendata.slot_row_place_ix RENAME TO slot_row_qk_ix;

-- +goose Down
CREATE INDEX slot_row_place_ix ON opendata.slot_row (tenant_id, table_id, edition, qk) WHERE qk IS NOT NULL;
DROP INDEX opendata.slot_row_qk_ix;
ALTER INDEX opendata.slot_row_place_ix RENAME TO slot_row_qk_ix;
