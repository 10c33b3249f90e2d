-- +goose Up
ALTER TABLE platform.tenant
  ADD COLUMN contact text NOT NULL DEFAULT '' CONSTRAINT tenant_contact_ck CHECK (length(contact) <= 200);
COMMENT ON COLUMN platform.tenant.contact IS 'public e-mail address of the town, on its legal pages; empty: the platform''s own';

-- +goose Down
ALTER TABLE platform.tenant DROP COLUMN contact;
