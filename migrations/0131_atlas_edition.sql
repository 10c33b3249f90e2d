-- +goose Up
CREATE TABLE atlas.edition (
  number bigint NOT NULL CONSTRAINT edition_pk PRIMARY KEY
);
COMMENT ON TABLE atlas.edition IS 'One row: how many times the register of taxa was loaded. A town that has not followed it does so before anything of its records is written.';
INSERT INTO atlas.edition VALUES (1);
GRANT SELECT ON atlas.edition TO acv_app;
GRANT SELECT, UPDATE ON atlas.edition TO acv_platform;

ALTER TABLE atlas.register
  ADD COLUMN followed bigint NOT NULL DEFAULT 0; -- the edition that the town's names and rules follow

-- +goose Down
ALTER TABLE atlas.register DROP COLUMN followed;
DROP TABLE atlas.edition;
