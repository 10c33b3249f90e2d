-- +goose Up
ALTER TABLE contributions.contribution
  ADD COLUMN also        text[] NOT NULL DEFAULT '{}', -- other subjects of the same contribution
  ADD COLUMN answered_as text   NOT NULL DEFAULT ''    -- name and role shown under the answer, '' : not shown
    CONSTRAINT contribution_answered_as_ck CHECK (length(answered_as) <= 200),
  ADD COLUMN link        bytea;                        -- the private link, sealed; kept as long as the address is
COMMENT ON COLUMN contributions.contribution.link IS 'The private link''s secret, sealed with the installation''s key for the messages that repeat it; null without an address or without a key.';

-- +goose Down
ALTER TABLE contributions.contribution DROP COLUMN also, DROP COLUMN answered_as, DROP COLUMN link;
