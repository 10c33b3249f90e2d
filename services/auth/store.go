package auth

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/auth/provider"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/tenants"
)

// attempt is a sign-in under way.
type attempt struct {
	stateHash, browserHash    []byte
	nonce, verifier, returnTo string
	expires                   time.Time
}

// saveAttempt also forgets attempts that nobody came back from.
func saveAttempt(ctx context.Context, tx *db.PlatformTx, now time.Time, a attempt) error {
	if _, err := tx.Exec(ctx, `DELETE FROM platform.login_attempt WHERE expires_at < $1`, now); err != nil {
		return err
	}
	const insert = `
INSERT INTO platform.login_attempt (state_hash, browser_hash, nonce, verifier, return_to, expires_at)
VALUES ($1, $2, $3, $4, $5, $6)`
	_, err := tx.Exec(ctx, insert, a.stateHash, a.browserHash, a.nonce, a.verifier, a.returnTo, a.expires)
	return err
}

// takeAttempt reads and deletes in one statement: of two callbacks with the same
// state, one finds nothing.
func takeAttempt(ctx context.Context, tx *db.PlatformTx, stateHash []byte) (a attempt, err error) {
	const query = `
DELETE FROM platform.login_attempt
WHERE state_hash = $1
RETURNING browser_hash, nonce, verifier, return_to, expires_at`
	err = tx.QueryRow(ctx, query, stateHash).Scan(&a.browserHash, &a.nonce, &a.verifier, &a.returnTo, &a.expires)
	return a, err
}

// saveIdentity finds the account of the issuer and subject, or makes it. Two
// first sign-ins of one person wait for each other.
func saveIdentity(ctx context.Context, tx *db.PlatformTx, p *provider.Person, now time.Time) (account, error) {
	a := account{name: p.Name, email: p.Email}
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, p.Issuer+" "+p.Subject); err != nil {
		return a, err
	}
	const find = `SELECT account_id FROM platform.identity WHERE issuer = $1 AND subject = $2`
	rows, err := tx.Query(ctx, find, p.Issuer, p.Subject)
	if err != nil {
		return a, err
	}
	known, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return a, err
	}
	if len(known) == 0 {
		return insertAccount(ctx, tx, a, p, now)
	}
	a.id = known[0]
	return a, refreshAccount(ctx, tx, a, p, now)
}

func insertAccount(ctx context.Context, tx *db.PlatformTx, a account, p *provider.Person, now time.Time) (_ account, err error) {
	if a.id, err = uuid.NewV7(); err != nil {
		return a, err
	}
	const insert = `INSERT INTO platform.account (id, name, email, created_at, last_sign_in_at) VALUES ($1, $2, $3, $4, $4)`
	if _, err := tx.Exec(ctx, insert, a.id, a.name, a.email, now); err != nil {
		return a, err
	}
	const identify = `
INSERT INTO platform.identity (issuer, subject, account_id, siret, idp_id, acr, last_sign_in_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)`
	_, err = tx.Exec(ctx, identify, p.Issuer, p.Subject, a.id, p.Siret, p.IdpID, p.ACR, now)
	return a, err
}

func refreshAccount(ctx context.Context, tx *db.PlatformTx, a account, p *provider.Person, now time.Time) error {
	batch := &pgx.Batch{}
	batch.Queue(`UPDATE platform.account SET name = $2, email = $3, last_sign_in_at = $4 WHERE id = $1`, a.id, a.name, a.email, now)
	batch.Queue(`
UPDATE platform.identity SET siret = $3, idp_id = $4, acr = $5, last_sign_in_at = $6
WHERE issuer = $1 AND subject = $2`, p.Issuer, p.Subject, p.Siret, p.IdpID, p.ACR, now)
	batch.Queue(`UPDATE platform.membership SET name = $2, email = $3, last_sign_in_at = $4 WHERE account_id = $1`,
		a.id, a.name, a.email, now)
	return tx.SendBatch(ctx, batch).Close()
}

// moveLocalIdentities leaves a person who signed in under the new issuer
// already where they are.
func moveLocalIdentities(ctx context.Context, tx *db.PlatformTx, issuer string) error {
	const update = `
UPDATE platform.identity i SET issuer = $1
FROM (
  SELECT DISTINCT ON (subject) issuer, subject
  FROM platform.identity
  WHERE issuer ~ '^http://localhost:[0-9]+$'
  ORDER BY subject, issuer = $1 DESC, last_sign_in_at DESC
) last
WHERE i.issuer = last.issuer AND i.subject = last.subject AND last.issuer <> $1`
	_, err := tx.Exec(ctx, update, issuer)
	return err
}

// bindStaff hands the platform roles promised to an e-mail to the account.
func bindStaff(ctx context.Context, tx *db.PlatformTx, a account, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE platform.staff SET account_id = $2, joined_at = $3 WHERE email = $1 AND account_id IS NULL`,
		a.email, a.id, now)
	return err
}

func promiseStaff(ctx context.Context, tx *db.PlatformTx, email string, role authz.Role, now time.Time) error {
	const insert = `INSERT INTO platform.staff (email, role, created_at) VALUES ($1, $2, $3) ON CONFLICT (email, role) DO NOTHING`
	_, err := tx.Exec(ctx, insert, email, string(role), now)
	return err
}

// pendingPromises lists what towns promised to an e-mail without a link.
func pendingPromises(ctx context.Context, tx *db.PlatformTx, email string, now time.Time) ([]promise, error) {
	const query = `
SELECT tenant_id, id
FROM platform.invitation
WHERE email = $1 AND token_hash IS NULL AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2
ORDER BY tenant_id, id`
	rows, err := tx.Query(ctx, query, email, now)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (p promise, err error) {
		return p, row.Scan(&p.town, &p.id)
	})
}

// sessionRow is a row of platform.session.
type sessionRow struct {
	tokenHash                  []byte
	id, account                uuid.UUID
	created, lastSeen, expires time.Time
	device, acr, idToken       string
}

func insertSession(ctx context.Context, tx *db.PlatformTx, r sessionRow) error {
	const insert = `
INSERT INTO platform.session (token_hash, id, account_id, created_at, last_seen_at, expires_at, device, acr, id_token)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	_, err := tx.Exec(ctx, insert, r.tokenHash, r.id, r.account, r.created, r.lastSeen, r.expires, r.device, r.acr, r.idToken)
	return err
}

// deleteSessions ends one session, and forgets all that have expired.
func deleteSessions(ctx context.Context, tx *db.PlatformTx, tokenHash []byte, now time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM platform.session WHERE token_hash = $1 OR expires_at < $2`, tokenHash, now)
	return err
}

const sessionQuery = `
SELECT s.id, s.account_id, s.last_seen_at, s.expires_at, a.name, a.email,
       ARRAY(SELECT p.role FROM platform.staff p WHERE p.account_id = a.id ORDER BY p.role),
       (SELECT jsonb_agg(jsonb_build_object('town', m.tenant_id, 'roles', m.roles, 'modules', m.modules, 'sources', m.sources))
          FROM platform.membership m
         WHERE m.account_id = a.id AND (m.ends_at IS NULL OR m.ends_at > $2))
  FROM platform.session s
  JOIN platform.account a ON a.id = s.account_id
 WHERE s.token_hash = $1`

// readSession gives the session and the actor it stands for.
func readSession(ctx context.Context, tx *db.PlatformTx, hash []byte, now time.Time) (r sessionRow, a authz.Actor, err error) {
	var roles []string
	var towns []byte
	err = tx.QueryRow(ctx, sessionQuery, hash, now).Scan(&r.id, &r.account, &r.lastSeen, &r.expires, &a.Name, &a.Email, &roles, &towns)
	if err != nil {
		return r, a, err
	}
	a.AccountID, a.SessionID, a.Platform = r.account, r.id, rolesOf(roles)
	a.Towns, err = townsOf(towns)
	return r, a, err
}

func townsOf(text []byte) (map[tenants.ID]authz.Membership, error) {
	if len(text) == 0 {
		return nil, nil
	}
	var rows []struct {
		Town    tenants.ID   `json:"town"`
		Roles   []authz.Role `json:"roles"`
		Modules []string     `json:"modules"`
		Sources []string     `json:"sources"`
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		return nil, err
	}
	towns := make(map[tenants.ID]authz.Membership, len(rows))
	for _, r := range rows {
		towns[r.Town] = authz.Membership{Roles: r.Roles, Modules: r.Modules, Sources: r.Sources}
	}
	return towns, nil
}

func touchSession(ctx context.Context, tx *db.PlatformTx, hash []byte, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE platform.session SET last_seen_at = $2 WHERE token_hash = $1`, hash, now)
	return err
}

func endSession(ctx context.Context, tx *db.PlatformTx, hash []byte) (idToken string, err error) {
	err = tx.QueryRow(ctx, `DELETE FROM platform.session WHERE token_hash = $1 RETURNING id_token`, hash).Scan(&idToken)
	return idToken, err
}

func listSessions(ctx context.Context, tx *db.PlatformTx, account uuid.UUID, now, seenAfter time.Time) ([]Session, error) {
	const query = `
SELECT id, device, created_at, last_seen_at
FROM platform.session
WHERE account_id = $1 AND expires_at > $2 AND last_seen_at > $3
ORDER BY created_at DESC
LIMIT 100`
	rows, err := tx.Query(ctx, query, account, now, seenAfter)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Session, err error) {
		return s, row.Scan(&s.ID, &s.Device, &s.CreatedAt, &s.LastSeenAt)
	})
}

func endOwnSession(ctx context.Context, tx *db.PlatformTx, account, id uuid.UUID) error {
	const query = `DELETE FROM platform.session WHERE account_id = $1 AND id = $2 RETURNING id`
	return tx.QueryRow(ctx, query, account, id).Scan(&id)
}

func endOtherSessions(ctx context.Context, tx *db.PlatformTx, account, kept uuid.UUID) error {
	_, err := tx.Exec(ctx, `DELETE FROM platform.session WHERE account_id = $1 AND id <> $2`, account, kept)
	return err
}

func rolesOf(names []string) []authz.Role {
	roles := make([]authz.Role, len(names))
	for i, n := range names {
		roles[i] = authz.Role(n)
	}
	return roles
}

func namesOf(roles []authz.Role) []string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return names
}
