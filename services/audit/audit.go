package audit

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/authz"
	"acvdata/services/db"
)

// Event is one deed.
type Event struct {
	ID        uuid.UUID
	At        time.Time
	ActorID   uuid.UUID // zero for the platform itself
	ActorName string    // as it was then
	Action    string    // "imports.commit"
	Subject   string    // "import/018f…"
	Details   map[string]any
}

// Record writes a deed of the context's actor on the transaction: it is on
// record if and only if it happened.
func Record(ctx context.Context, tx *db.Tx, action, subject string, details map[string]any) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	text, err := json.Marshal(details)
	if err != nil {
		return err
	}
	if details == nil {
		text = []byte("{}")
	}
	actor := authz.From(ctx)
	const statement = `
INSERT INTO audit.event (tenant_id, id, actor_id, actor_name, action, subject, details)
VALUES ($1, $2, nullif($3, '00000000-0000-0000-0000-000000000000'::uuid), $4, $5, $6, $7)`
	_, err = tx.Exec(ctx, statement, tx.Tenant(), id, actor.AccountID, actor.Name, action, subject, text)
	return err
}

// Search narrows a reading of the log.
type Search struct {
	Text     string    // in action, subject or name
	Known    []string  // actions whose French name holds Text: found as well
	Action   string    // this action alone, "" for all
	Actor    uuid.UUID // this account's deeds alone, zero for everybody's; never with Nameless
	From, To time.Time // from this moment on, and before that one; zero leaves the end open
	Nameless bool      // who reads must not see names: they are not searched either
	Before   uuid.UUID // events older than this one; zero for the newest
	Limit    int       // 0 means 50
}

// List reads events, newest first.
func List(ctx context.Context, tx *db.Tx, s Search) ([]Event, error) {
	if s.Limit <= 0 || s.Limit > 1000 {
		s.Limit = 50
	}
	if s.Nameless {
		s.Actor = uuid.Nil
	}
	const query = `
SELECT id, at, coalesce(CASE WHEN NOT $6 THEN actor_id END, '00000000-0000-0000-0000-000000000000'),
  CASE WHEN $6 THEN '' ELSE actor_name END, action, subject, details
FROM audit.event
WHERE tenant_id = $1
  AND ($2 = '' OR action = ANY ($5)
    OR strpos(lower(action || ' ' || subject || ' ' || CASE WHEN $6 THEN '' ELSE actor_name END), lower($2)) > 0)
  AND ($3 = '00000000-0000-0000-0000-000000000000'::uuid OR id < $3)
  AND ($7 = '' OR action = $7)
  AND ($8 = '00000000-0000-0000-0000-000000000000'::uuid OR actor_id = $8)
  AND ($9::timestamptz IS NULL OR at >= $9)
  AND ($10::timestamptz IS NULL OR at < $10)
ORDER BY id DESC
LIMIT $4`
	rows, err := tx.Query(ctx, query, tx.Tenant(), s.Text, s.Before, s.Limit, s.Known, s.Nameless, s.Action, s.Actor, orNull(s.From), orNull(s.To))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Event, err error) {
		return e, row.Scan(&e.ID, &e.At, &e.ActorID, &e.ActorName, &e.Action, &e.Subject, &e.Details)
	})
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Person is somebody of the log, under the name of their newest deed.
type Person struct {
	ID   uuid.UUID
	Name string
}

// People lists who acted among the newest events, by name.
func People(ctx context.Context, tx *db.Tx) ([]Person, error) {
	const query = `
SELECT actor_id, name
FROM (SELECT DISTINCT ON (actor_id) actor_id, actor_name AS name
      FROM (SELECT id, actor_id, actor_name FROM audit.event WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2) AS newest
      WHERE actor_id IS NOT NULL AND actor_name <> ''
      ORDER BY actor_id, id DESC) AS people
ORDER BY name, actor_id
LIMIT 500`
	rows, err := tx.Query(ctx, query, tx.Tenant(), recentDeeds)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Person])
}

// recentDeeds is how far back Actions looks: a choice in a list need not read a
// log of years.
const recentDeeds = 5000

// Actions lists the actions among the newest events, in alphabetical order.
func Actions(ctx context.Context, tx *db.Tx) ([]string, error) {
	const query = `
SELECT DISTINCT action
FROM (SELECT action FROM audit.event WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2) AS newest
ORDER BY action`
	rows, err := tx.Query(ctx, query, tx.Tenant(), recentDeeds)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
