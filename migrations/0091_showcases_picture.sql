-- +goose Up
-- A picture that no page took, its version being too old or its texts missing, goes again.
GRANT DELETE ON showcases.picture TO acv_platform;

-- +goose Down
REVOKE DELETE ON showcases.picture FROM acv_platform;
