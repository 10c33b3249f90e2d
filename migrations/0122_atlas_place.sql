-- +goose Up
-- Pages of a box go by the place that is shown; many records are shown at one.
CREATE INDEX occurrence_place_ix ON atlas.occurrence (tenant_id, shown_qk, sinp_id) WHERE shown;
DROP INDEX atlas.occurrence_shown_qk_ix;
ALTER INDEX atlas.occurrence_place_ix RENAME TO occurrence_shown_qk_ix;

-- +goose Down
CREATE INDEX occurrence_place_ix ON atlas.occurrence (tenant_id, shown_qk) WHERE shown;
DROP INDEX atlas.occurrence_shown_qk_ix;
ALTER INDEX atlas.occurrence_place_ix RENAME TO occurrence_shown_qk_ix;
