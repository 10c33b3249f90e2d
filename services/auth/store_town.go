package auth

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// at turns a nullable time into one whose zero means never.
func at(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// orNull is the inverse of at.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func nullID(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

func listMembers(ctx context.Context, tx *db.Tx) ([]Member, error) {
	const query = `
SELECT account_id, name, email, roles, modules, sources, ends_at, created_at, last_sign_in_at
FROM platform.membership
WHERE tenant_id = $1
ORDER BY name, account_id
LIMIT 2000`
	rows, err := tx.Query(ctx, query, tx.Tenant())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Member, err error) {
		var roles []string
		var until *time.Time
		err = row.Scan(&m.AccountID, &m.Name, &m.Email, &roles, &m.Powers.Modules, &m.Powers.Sources, &until, &m.JoinedAt, &m.LastSignInAt)
		m.Powers.Roles, m.Powers.Until = rolesOf(roles), at(until)
		return m, err
	})
}

// reachable is Reachable's query. A manager whose modules are empty manages all.
func reachable(ctx context.Context, tx *db.Tx, module string, roles []authz.Role) ([]string, error) {
	const query = `
SELECT DISTINCT email
FROM platform.membership
WHERE tenant_id = $1 AND email <> '' AND (ends_at IS NULL OR ends_at > now())
  AND (roles && array_remove($2::text[], 'manager')
    OR 'manager' = ANY ($2::text[]) AND 'manager' = ANY (roles) AND (modules = '{}' OR $3 = '' OR $3 = ANY (modules)))
ORDER BY email
LIMIT 200`
	rows, err := tx.Query(ctx, query, tx.Tenant(), roles, module)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// standing is Standing's query.
func standing(ctx context.Context, tx *db.Tx, account uuid.UUID) (m authz.Membership, email string, found bool, err error) {
	const query = `
SELECT roles, modules, sources, email
FROM platform.membership
WHERE tenant_id = $1 AND account_id = $2 AND (ends_at IS NULL OR ends_at > now())`
	var roles []string
	err = tx.QueryRow(ctx, query, tx.Tenant(), account).Scan(&roles, &m.Modules, &m.Sources, &email)
	if errors.Is(err, pgx.ErrNoRows) {
		return m, "", false, nil
	}
	m.Roles = rolesOf(roles)
	return m, email, err == nil, err
}

// lockMember reads a member's powers and keeps the town's other changes of
// members waiting: two administrators must not remove each other at once.
func lockMember(ctx context.Context, tx *db.Tx, account uuid.UUID) (p Powers, err error) {
	const lock = `SELECT account_id FROM platform.membership WHERE tenant_id = $1 ORDER BY account_id FOR UPDATE`
	if _, err := tx.Exec(ctx, lock, tx.Tenant()); err != nil {
		return p, err
	}
	const query = `SELECT roles, modules, sources, ends_at FROM platform.membership WHERE tenant_id = $1 AND account_id = $2`
	rows, err := tx.Query(ctx, query, tx.Tenant(), account)
	if err != nil {
		return p, err
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Powers, err error) {
		var roles []string
		var until *time.Time
		err = row.Scan(&roles, &p.Modules, &p.Sources, &until)
		p.Roles, p.Until = rolesOf(roles), at(until)
		return p, err
	})
	if err == nil && len(found) == 0 {
		return p, fault.New(fault.NotFound, "auth.fault.no_member")
	}
	if err != nil {
		return p, err
	}
	return found[0], nil
}

func saveMember(ctx context.Context, tx *db.Tx, account uuid.UUID, p Powers) error {
	const update = `
UPDATE platform.membership SET roles = $3, modules = $4, sources = $5, ends_at = $6
WHERE tenant_id = $1 AND account_id = $2`
	_, err := tx.Exec(ctx, update, tx.Tenant(), account, namesOf(p.Roles), p.Modules, p.Sources, orNull(p.Until))
	return err
}

func upsertMember(ctx context.Context, tx *db.Tx, a account, p Powers, now time.Time) error {
	const upsert = `
INSERT INTO platform.membership
  (tenant_id, account_id, name, email, roles, modules, sources, ends_at, created_at, last_sign_in_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
ON CONFLICT (tenant_id, account_id) DO UPDATE
SET roles = EXCLUDED.roles, modules = EXCLUDED.modules, sources = EXCLUDED.sources, ends_at = EXCLUDED.ends_at`
	_, err := tx.Exec(ctx, upsert, tx.Tenant(), a.id, a.name, a.email, namesOf(p.Roles), p.Modules, p.Sources, orNull(p.Until), now)
	return err
}

func deleteMember(ctx context.Context, tx *db.Tx, account uuid.UUID) error {
	_, err := tx.Exec(ctx, `DELETE FROM platform.membership WHERE tenant_id = $1 AND account_id = $2`, tx.Tenant(), account)
	return err
}

// countAdmins counts the administrators who stay: those without an end.
func countAdmins(ctx context.Context, tx *db.Tx) (n int, err error) {
	const query = `
SELECT count(*) FROM platform.membership
WHERE tenant_id = $1 AND 'admin' = ANY (roles) AND ends_at IS NULL`
	return n, tx.QueryRow(ctx, query, tx.Tenant()).Scan(&n)
}

func insertInvitation(ctx context.Context, tx *db.Tx, i Invitation, by uuid.UUID) error {
	const insert = `
INSERT INTO platform.invitation
  (tenant_id, id, token_hash, email, roles, modules, sources, member_until, invited_by, invited_by_name, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	_, err := tx.Exec(ctx, insert, tx.Tenant(), i.ID, i.tokenHash, i.Email, namesOf(i.Powers.Roles), i.Powers.Modules,
		i.Powers.Sources, orNull(i.Powers.Until), nullID(by), i.InvitedByName, i.CreatedAt, i.ExpiresAt)
	return err
}

const invitationColumns = `id, token_hash, email, roles, modules, sources, member_until, invited_by_name,
  created_at, expires_at, accepted_at, accepted_by, revoked_at`

func scanInvitation(row pgx.Row) (i Invitation, err error) {
	var roles []string
	var until, accepted, revoked *time.Time
	var by *uuid.UUID
	err = row.Scan(&i.ID, &i.tokenHash, &i.Email, &roles, &i.Powers.Modules, &i.Powers.Sources, &until, &i.InvitedByName,
		&i.CreatedAt, &i.ExpiresAt, &accepted, &by, &revoked)
	i.Powers.Roles, i.Powers.Until = rolesOf(roles), at(until)
	i.AcceptedAt, i.RevokedAt, i.Promised = at(accepted), at(revoked), i.tokenHash == nil
	if by != nil {
		i.AcceptedBy = *by
	}
	return i, err
}

func readInvitation(ctx context.Context, tx *db.Tx, id uuid.UUID, lock bool) (Invitation, error) {
	query := `SELECT ` + invitationColumns + ` FROM platform.invitation WHERE tenant_id = $1 AND id = $2`
	if lock {
		query += ` FOR UPDATE`
	}
	return scanInvitation(tx.QueryRow(ctx, query, tx.Tenant(), id))
}

func listInvitations(ctx context.Context, tx *db.Tx) ([]Invitation, error) {
	const query = `SELECT ` + invitationColumns + ` FROM platform.invitation WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC LIMIT 500`
	rows, err := tx.Query(ctx, query, tx.Tenant())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Invitation, error) { return scanInvitation(row) })
}

// promisedBefore reports whether the e-mail has a promise waiting or has taken
// one up.
func promisedBefore(ctx context.Context, tx *db.Tx, email string, now time.Time) (made bool, err error) {
	const query = `
SELECT EXISTS (
  SELECT FROM platform.invitation
  WHERE tenant_id = $1 AND email = $2 AND token_hash IS NULL
    AND (accepted_at IS NOT NULL OR revoked_at IS NOT NULL OR expires_at > $3))`
	return made, tx.QueryRow(ctx, query, tx.Tenant(), email, now).Scan(&made)
}

func markAccepted(ctx context.Context, tx *db.Tx, id, account uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE platform.invitation SET accepted_at = $3, accepted_by = $4 WHERE tenant_id = $1 AND id = $2`,
		tx.Tenant(), id, now, account)
	return err
}

func revokeInvitation(ctx context.Context, tx *db.Tx, id uuid.UUID, now time.Time) error {
	const update = `
UPDATE platform.invitation SET revoked_at = $3
WHERE tenant_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL
RETURNING id`
	return tx.QueryRow(ctx, update, tx.Tenant(), id, now).Scan(&id)
}

func insertToken(ctx context.Context, tx *db.Tx, t Token) error {
	const insert = `
INSERT INTO platform.api_token
  (tenant_id, id, secret_hash, name, role, modules, sources, created_by, created_by_name, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	_, err := tx.Exec(ctx, insert, tx.Tenant(), t.ID, t.secretHash, t.Name, string(t.Role), t.Modules, t.Sources,
		nullID(t.createdBy), t.CreatedByName, t.CreatedAt, t.ExpiresAt)
	return err
}

const apiColumns = `id, secret_hash, name, role, modules, sources, created_by, created_by_name,
  created_at, expires_at, last_used_at, revoked_at`

func scanToken(row pgx.CollectableRow) (t Token, err error) {
	var by *uuid.UUID
	var used, revoked *time.Time
	var role string
	err = row.Scan(&t.ID, &t.secretHash, &t.Name, &role, &t.Modules, &t.Sources, &by, &t.CreatedByName,
		&t.CreatedAt, &t.ExpiresAt, &used, &revoked)
	t.Role, t.LastUsedAt, t.RevokedAt = authz.Role(role), at(used), at(revoked)
	if by != nil {
		t.createdBy = *by
	}
	return t, err
}

func listTokens(ctx context.Context, tx *db.Tx) ([]Token, error) {
	const query = `SELECT ` + apiColumns + ` FROM platform.api_token WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC LIMIT 500`
	rows, err := tx.Query(ctx, query, tx.Tenant())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanToken)
}

// queryToken reads one token in one round trip: every API call begins with it.
func queryToken(ctx context.Context, d *db.DB, town tenants.ID, id uuid.UUID) (t Token, err error) {
	const query = `SELECT ` + apiColumns + ` FROM platform.api_token WHERE tenant_id = $1 AND id = $2`
	err = d.Query(ctx, town, func(rows pgx.Rows) error {
		t, err = pgx.CollectExactlyOneRow(rows, scanToken)
		return err
	}, query, town, id)
	return t, err
}

func touchToken(ctx context.Context, tx *db.Tx, id uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE platform.api_token SET last_used_at = $3 WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), id, now)
	return err
}

func revokeToken(ctx context.Context, tx *db.Tx, id uuid.UUID, now time.Time) error {
	const update = `
UPDATE platform.api_token SET revoked_at = $3
WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL
RETURNING id`
	return tx.QueryRow(ctx, update, tx.Tenant(), id, now).Scan(&id)
}

func revokeTokensOf(ctx context.Context, tx *db.Tx, account uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE platform.api_token SET revoked_at = $3 WHERE tenant_id = $1 AND created_by = $2 AND revoked_at IS NULL`,
		tx.Tenant(), account, now)
	return err
}
