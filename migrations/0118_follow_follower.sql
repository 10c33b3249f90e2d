-- +goose Up
CREATE SCHEMA follow;
GRANT USAGE ON SCHEMA follow TO acv_app;

CREATE TABLE follow.follower (
  tenant_id  uuid        NOT NULL,
  id         uuid        NOT NULL,
  email      text        NOT NULL CONSTRAINT follower_email_ck CHECK (length(email) <= 200),
  told_until timestamptz NOT NULL, -- news up to then were sent, or concerned nobody
  told_at    timestamptz,          -- last message with news
  CONSTRAINT follower_pk PRIMARY KEY (tenant_id, id),
  CONSTRAINT follower_email_uq UNIQUE (tenant_id, email)
);
COMMENT ON TABLE follow.follower IS 'Addresses that asked for news. Personal: a row goes when its owner stops, or with its last topic.';

CREATE TABLE follow.topic (
  tenant_id    uuid        NOT NULL,
  follower_id  uuid        NOT NULL,
  topic        text        NOT NULL, -- "opendata.dataset:bornes"
  asked_at     timestamptz NOT NULL,
  confirmed_at timestamptz, -- null: nothing is sent; erased after three days
  CONSTRAINT topic_pk PRIMARY KEY (tenant_id, follower_id, topic),
  CONSTRAINT topic_follower_fk FOREIGN KEY (tenant_id, follower_id) REFERENCES follow.follower (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE follow.topic IS 'What each address follows, once its owner confirmed it.';

CREATE TABLE follow.ask (
  tenant_id uuid        NOT NULL,
  form      bytea       NOT NULL CONSTRAINT ask_form_ck CHECK (length(form) = 32), -- hash of the form that asked
  address   bytea       NOT NULL CONSTRAINT ask_address_ck CHECK (length(address) = 32), -- the address, marked with the town's secret
  at        timestamptz NOT NULL,
  CONSTRAINT ask_pk PRIMARY KEY (tenant_id, form)
);
COMMENT ON TABLE follow.ask IS 'Forms that came within two days: none works twice, and no address is written to more than a few times, whoever gives it.';
CREATE INDEX ask_address_ix ON follow.ask (tenant_id, address, at);

ALTER TABLE follow.follower ENABLE ROW LEVEL SECURITY;
ALTER TABLE follow.topic ENABLE ROW LEVEL SECURITY;
ALTER TABLE follow.ask ENABLE ROW LEVEL SECURITY;
CREATE POLICY follower_tenant ON follow.follower TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY topic_tenant ON follow.topic TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY ask_tenant ON follow.ask TO acv_app USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON follow.follower, follow.topic, follow.ask TO acv_app;

-- +goose Down
DROP SCHEMA follow CASCADE;
