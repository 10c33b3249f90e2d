package contributions

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
)

// toDo is what the town still has to read or to close. A question that everybody
// sees and nobody answered is to be done too.
const toDo = `(state = 'waiting' OR state = 'accepted' AND (NOT reviewed OR outcome = ''))`

// selectQueue reads a page of the moderation queue.
func selectQueue(ctx context.Context, tx *db.Tx, f Filter, size int) ([]Contribution, error) {
	query := selectContribution + ` AND kind = ANY ($2) AND ($3 = '' OR kind = $3) AND ($7 = '' OR subject = $7)
  AND ($4 = '' OR strpos(lower(title || ' ' || body || ' ' || name || ' ' || subject_title || ' ' || subject_label), lower($4)) > 0)`
	args := []any{f.Kinds, f.Kind, f.Text, f.After, size, f.Subject}
	const start = `($5 = '00000000-0000-0000-0000-000000000000'::uuid OR id `
	switch f.State {
	case "":
		query += ` AND ` + toDo + ` AND ` + start + `> $5) ORDER BY id LIMIT $6`
	case "all":
		query += ` AND ` + start + `< $5) ORDER BY id DESC LIMIT $6`
	default:
		query += ` AND state = $8 AND ` + start + `< $5) ORDER BY id DESC LIMIT $6`
		args = append(args, f.State)
	}
	return collect(ctx, tx, query, args...)
}

// selectShown reads what everybody may see.
func selectShown(ctx context.Context, tx *db.Tx, code, subject string, limit int) ([]Contribution, error) {
	return collect(ctx, tx, selectContribution+` AND kind = $2 AND ($3 = '' OR subject = $3 OR $3 = ANY (also)) AND state = 'accepted' ORDER BY id DESC LIMIT $4`,
		code, subject, limit)
}

func countOpen(ctx context.Context, tx *db.Tx, subject string) (map[string]int, error) {
	const query = `
SELECT kind, count(*)::int FROM contributions.contribution
WHERE tenant_id = $1 AND ($2 = '' OR subject = $2) AND ` + toDo + `
GROUP BY kind`
	rows, err := tx.Query(ctx, query, tx.Tenant(), subject)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	var kind string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&kind, &n}, func() error { counts[kind] = n; return nil })
	return counts, err
}

// countAnswered counts what was asked and not refused, and what has an answer.
func countAnswered(ctx context.Context, tx *db.Tx, code, subject string) (asked, answered int, err error) {
	const query = `
SELECT count(*)::int, count(*) FILTER (WHERE state = 'accepted' AND answered_at IS NOT NULL)::int FROM contributions.contribution
WHERE tenant_id = $1 AND kind = $2 AND ($3 = '' OR subject = $3) AND state IN ('waiting', 'accepted')`
	return asked, answered, tx.QueryRow(ctx, query, tx.Tenant(), code, subject).Scan(&asked, &answered)
}

// anyReceived reports whether the town ever received something.
func anyReceived(ctx context.Context, tx *db.Tx) (any bool, err error) {
	const query = `SELECT EXISTS (SELECT 1 FROM contributions.contribution WHERE tenant_id = $1)`
	return any, tx.QueryRow(ctx, query, tx.Tenant()).Scan(&any)
}

// answerTimes are the times it took to answer, of the newest two hundred.
func answerTimes(ctx context.Context, tx *db.Tx, code, subject string, since time.Time) ([]time.Duration, error) {
	const query = `
SELECT extract(epoch FROM answered_at - created_at)::float8 FROM contributions.contribution
WHERE tenant_id = $1 AND kind = $2 AND ($3 = '' OR subject = $3) AND state = 'accepted' AND answered_at >= $4
ORDER BY answered_at DESC
LIMIT 200`
	rows, err := tx.Query(ctx, query, tx.Tenant(), code, subject, since)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (time.Duration, error) {
		var seconds float64
		err := row.Scan(&seconds)
		return time.Duration(seconds * float64(time.Second)), err
	})
}

// notice is what an author is told.
type notice struct {
	contribution Contribution
	tell         string
}

// takeDue gives the notices whose time has come and notes them as sent.
func takeDue(ctx context.Context, tx *db.Tx, now time.Time, most int) (due []notice, err error) {
	const query = `
SELECT id, tell FROM contributions.contribution
WHERE tenant_id = $1 AND tell <> '' AND tell_at <= $2
ORDER BY tell_at
LIMIT $3
FOR UPDATE SKIP LOCKED`
	rows, err := tx.Query(ctx, query, tx.Tenant(), now, most)
	if err != nil {
		return nil, err
	}
	type waiting struct {
		ID   uuid.UUID
		Tell string
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[waiting])
	if err != nil {
		return nil, err
	}
	for _, w := range list {
		c, err := readOne(ctx, tx, w.ID, false)
		if err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, `UPDATE contributions.contribution SET tell = '' WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), w.ID); err != nil {
			return nil, err
		}
		due = append(due, notice{*c, w.Tell})
	}
	return due, nil
}

// forgetPeople erases names and addresses that served their purpose; a name its
// owner wanted shown stays with what it signs.
func forgetPeople(ctx context.Context, tx *db.Tx, before time.Time) error {
	const statement = `
UPDATE contributions.contribution SET email = '', tell = '', link = NULL, name = CASE WHEN name_public THEN name ELSE '' END
WHERE tenant_id = $1 AND changed_at < $2 AND (email <> '' OR name <> '' AND NOT name_public)`
	_, err := tx.Exec(ctx, statement, tx.Tenant(), before)
	return err
}

// deleteOver deletes what was refused, withdrawn or erased long ago, and gives the
// photographs that go with it.
func deleteOver(ctx context.Context, tx *db.Tx, before time.Time) ([]uuid.UUID, error) {
	const statement = `
DELETE FROM contributions.contribution
WHERE tenant_id = $1 AND state IN ('refused', 'withdrawn', 'erased') AND changed_at < $2
RETURNING coalesce(photo_id, '00000000-0000-0000-0000-000000000000')`
	rows, err := tx.Query(ctx, statement, tx.Tenant(), before)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}
