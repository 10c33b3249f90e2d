-- +goose Up
-- Pages of a box go by place, trees of one place by number.
CREATE INDEX tree_place_ix ON trees.tree (tenant_id, qk, number);
DROP INDEX trees.tree_qk_ix;
ALTER INDEX trees.tree_place_ix RENAME TO tree_qk_ix;

-- +goose Down
CREATE INDEX tree_place_ix ON trees.tree (tenant_id, qk);
DROP INDEX trees.tree_qk_ix;
ALTER INDEX trees.tree_place_ix RENAME TO tree_qk_ix;
