-- +goose Up
ALTER TABLE platform.tenant
  ADD COLUMN public_name text NOT NULL DEFAULT '' CONSTRAINT tenant_public_name_ck CHECK (length(public_name) <= 60),
  ADD COLUMN phone       text NOT NULL DEFAULT '' CONSTRAINT tenant_phone_ck CHECK (length(phone) <= 40),
  ADD COLUMN postal      text NOT NULL DEFAULT '' CONSTRAINT tenant_postal_ck CHECK (length(postal) <= 300),
  ADD COLUMN legal       text NOT NULL DEFAULT '' CONSTRAINT tenant_legal_ck CHECK (length(legal) <= 8000),
  ADD COLUMN privacy     text NOT NULL DEFAULT '' CONSTRAINT tenant_privacy_ck CHECK (length(privacy) <= 8000),
  ADD COLUMN logo        text NOT NULL DEFAULT '' CONSTRAINT tenant_logo_ck CHECK (logo ~ '^[0-9a-f]{0,64}$');
COMMENT ON COLUMN platform.tenant.public_name IS 'what residents read instead of the town''s name at the head of its portal; empty: its name';
COMMENT ON COLUMN platform.tenant.phone IS 'public telephone number, as the town writes it; may be empty';
COMMENT ON COLUMN platform.tenant.postal IS 'postal address of the town hall, in lines; may be empty';
COMMENT ON COLUMN platform.tenant.legal IS 'Markdown of the town, added to its legal notice (mentions légales)';
COMMENT ON COLUMN platform.tenant.privacy IS 'Markdown of the town, added to its page on personal data';
COMMENT ON COLUMN platform.tenant.logo IS 'SHA-256 of the logo in the object store, in hexadecimal; empty: none';

-- +goose Down
ALTER TABLE platform.tenant
  DROP COLUMN public_name, DROP COLUMN phone, DROP COLUMN postal, DROP COLUMN legal, DROP COLUMN privacy, DROP COLUMN logo;
