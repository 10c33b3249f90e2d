-- +goose Up
CREATE TABLE platform.account (
  id              uuid        NOT NULL CONSTRAINT account_pk PRIMARY KEY,
  name            text        NOT NULL DEFAULT '',
  email           text        NOT NULL DEFAULT '', -- in lower case, as the provider last gave it
  created_at      timestamptz NOT NULL,
  last_sign_in_at timestamptz NOT NULL
);
COMMENT ON TABLE platform.account IS 'People who have signed in at least once, of any town or none.';

CREATE TABLE platform.identity (
  issuer          text        NOT NULL,
  subject         text        NOT NULL,
  account_id      uuid        NOT NULL CONSTRAINT identity_account_fk REFERENCES platform.account (id) ON DELETE CASCADE,
  siret           text        NOT NULL DEFAULT '', -- of the employer; shown, never a right
  idp_id          text        NOT NULL DEFAULT '',
  acr             text        NOT NULL DEFAULT '',
  last_sign_in_at timestamptz NOT NULL,
  CONSTRAINT identity_pk PRIMARY KEY (issuer, subject)
);
COMMENT ON TABLE platform.identity IS 'How an account is recognised: issuer and subject of the OpenID provider, never the e-mail.';
CREATE INDEX identity_account_ix ON platform.identity (account_id);

CREATE TABLE platform.session (
  token_hash   bytea       NOT NULL CONSTRAINT session_pk PRIMARY KEY, -- SHA-256 of the cookie
  id           uuid        NOT NULL CONSTRAINT session_id_uq UNIQUE,   -- names the session on the account page
  account_id   uuid        NOT NULL CONSTRAINT session_account_fk REFERENCES platform.account (id) ON DELETE CASCADE,
  created_at   timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  device       text        NOT NULL DEFAULT '', -- "Firefox · Windows", for the person to recognise
  acr          text        NOT NULL DEFAULT '',
  id_token     text        NOT NULL DEFAULT ''  -- handed back to the provider at sign-out
);
COMMENT ON TABLE platform.session IS 'Who is signed in where. Ended sessions are deleted.';
CREATE INDEX session_account_ix ON platform.session (account_id, created_at);
CREATE INDEX session_expires_ix ON platform.session (expires_at);

CREATE TABLE platform.login_attempt (
  state_hash   bytea       NOT NULL CONSTRAINT login_attempt_pk PRIMARY KEY,
  browser_hash bytea       NOT NULL, -- SHA-256 of the cookie of the browser that started
  nonce        text        NOT NULL,
  verifier     text        NOT NULL, -- PKCE
  return_to    text        NOT NULL, -- path on this site
  expires_at   timestamptz NOT NULL
);
COMMENT ON TABLE platform.login_attempt IS 'Sign-ins under way at the provider; each is deleted by the callback that uses it.';
CREATE INDEX login_attempt_expires_ix ON platform.login_attempt (expires_at);

CREATE TABLE platform.staff (
  email      text        NOT NULL CONSTRAINT staff_email_ck CHECK (email = lower(email) AND email <> ''),
  role       text        NOT NULL CONSTRAINT staff_role_ck
                         CHECK (role IN ('operator', 'supervisor', 'editor', 'publisher', 'facilitator')),
  account_id uuid        CONSTRAINT staff_account_fk REFERENCES platform.account (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  joined_at  timestamptz,
  CONSTRAINT staff_pk PRIMARY KEY (email, role)
);
COMMENT ON TABLE platform.staff IS 'Roles on the platform: promised to an e-mail by the operator, bound to the first account that signs in with it.';
CREATE INDEX staff_account_ix ON platform.staff (account_id);

CREATE TABLE platform.membership (
  tenant_id       uuid        NOT NULL CONSTRAINT membership_tenant_fk REFERENCES platform.tenant (id),
  account_id      uuid        NOT NULL CONSTRAINT membership_account_fk REFERENCES platform.account (id),
  name            text        NOT NULL DEFAULT '', -- as at the last sign-in: a town does not read accounts
  email           text        NOT NULL DEFAULT '',
  roles           text[]      NOT NULL CONSTRAINT membership_roles_ck CHECK (cardinality(roles) > 0 AND roles <@ ARRAY[
                              'admin', 'manager', 'agent', 'moderator', 'reader', 'partner', 'contractor', 'facilitator']),
  modules         text[]      NOT NULL DEFAULT '{}',
  sources         text[]      NOT NULL DEFAULT '{}',
  ends_at         timestamptz,
  created_at      timestamptz NOT NULL,
  last_sign_in_at timestamptz NOT NULL,
  CONSTRAINT membership_pk PRIMARY KEY (tenant_id, account_id)
);
COMMENT ON TABLE platform.membership IS 'What an account is in a town. modules narrows a manager, sources a partner; empty means all and none.';
-- Who signs in is not in a town yet: the only question that starts with the account.
CREATE INDEX membership_account_ix ON platform.membership (account_id);

CREATE TABLE platform.invitation (
  tenant_id       uuid        NOT NULL CONSTRAINT invitation_tenant_fk REFERENCES platform.tenant (id),
  id              uuid        NOT NULL,
  token_hash      bytea,                -- NULL for one that a pack promised to an e-mail
  email           text        NOT NULL CONSTRAINT invitation_email_ck CHECK (email = lower(email) AND email <> ''),
  roles           text[]      NOT NULL CONSTRAINT invitation_roles_ck CHECK (cardinality(roles) > 0 AND roles <@ ARRAY[
                              'admin', 'manager', 'agent', 'moderator', 'reader', 'partner', 'contractor', 'facilitator']),
  modules         text[]      NOT NULL DEFAULT '{}',
  sources         text[]      NOT NULL DEFAULT '{}',
  member_until    timestamptz,          -- ends_at of the membership it leads to
  invited_by      uuid,
  invited_by_name text        NOT NULL DEFAULT '',
  created_at      timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  accepted_at     timestamptz,
  accepted_by     uuid,
  revoked_at      timestamptz,
  CONSTRAINT invitation_pk PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE platform.invitation IS 'Roles promised to an e-mail, taken up once: by a link that was sent, or at sign-in when a pack promised them.';
CREATE INDEX invitation_created_ix ON platform.invitation (tenant_id, created_at DESC);

CREATE TABLE platform.api_token (
  tenant_id       uuid        NOT NULL CONSTRAINT api_token_tenant_fk REFERENCES platform.tenant (id),
  id              uuid        NOT NULL,
  secret_hash     bytea       NOT NULL,
  name            text        NOT NULL,
  role            text        NOT NULL CONSTRAINT api_token_role_ck CHECK (role IN (
                              'admin', 'manager', 'agent', 'moderator', 'reader', 'partner', 'contractor')),
  modules         text[]      NOT NULL DEFAULT '{}',
  sources         text[]      NOT NULL DEFAULT '{}',
  created_by      uuid,
  created_by_name text        NOT NULL DEFAULT '',
  created_at      timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  last_used_at    timestamptz,
  revoked_at      timestamptz,
  CONSTRAINT api_token_pk PRIMARY KEY (tenant_id, id)
);
COMMENT ON TABLE platform.api_token IS 'Programs that speak for a town: one role, some modules, a secret of which only the hash is kept.';

ALTER TABLE platform.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.identity ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.session ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.login_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.staff ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.invitation ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.api_token ENABLE ROW LEVEL SECURITY;

-- Accounts and sessions are the platform's alone: no transaction of a town sees them.
CREATE POLICY account_platform ON platform.account TO acv_platform USING (true) WITH CHECK (true);
CREATE POLICY identity_platform ON platform.identity TO acv_platform USING (true) WITH CHECK (true);
CREATE POLICY session_platform ON platform.session TO acv_platform USING (true) WITH CHECK (true);
CREATE POLICY login_attempt_platform ON platform.login_attempt TO acv_platform USING (true) WITH CHECK (true);
CREATE POLICY staff_platform ON platform.staff TO acv_platform USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE
  ON platform.account, platform.identity, platform.session, platform.login_attempt, platform.staff TO acv_platform;

-- A town gives and takes its own roles; sign-in reads them and keeps names fresh.
CREATE POLICY membership_tenant ON platform.membership TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY membership_platform ON platform.membership TO acv_platform USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.membership TO acv_app;
GRANT SELECT, UPDATE (name, email, last_sign_in_at) ON platform.membership TO acv_platform;

CREATE POLICY invitation_tenant ON platform.invitation TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
CREATE POLICY invitation_platform ON platform.invitation FOR SELECT TO acv_platform USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.invitation TO acv_app;
GRANT SELECT ON platform.invitation TO acv_platform;

CREATE POLICY api_token_tenant ON platform.api_token TO acv_app
  USING (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.api_token TO acv_app;

-- +goose Down
DROP TABLE platform.api_token, platform.invitation, platform.membership, platform.staff,
  platform.login_attempt, platform.session, platform.identity, platform.account;
