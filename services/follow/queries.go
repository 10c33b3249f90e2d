package follow

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
)

// noteAsk notes a form: whether it is the first time it comes, and how many came
// for its address lately, this one included. Asks for one address wait for each
// other, so that none is missed in the count.
func noteAsk(ctx context.Context, tx *db.Tx, form, address []byte, now, since time.Time) (first bool, recent int, err error) {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0))`, address); err != nil {
		return false, 0, err
	}
	const insert = `INSERT INTO follow.ask (tenant_id, form, address, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	tag, err := tx.Exec(ctx, insert, tx.Tenant(), form, address, now)
	if err != nil || tag.RowsAffected() == 0 {
		return false, 0, err
	}
	const count = `SELECT count(*)::int FROM follow.ask WHERE tenant_id = $1 AND address = $2 AND at > $3`
	return true, recent, tx.QueryRow(ctx, count, tx.Tenant(), address, since).Scan(&recent)
}

// keepFollower gives the follower of an address, made when there is none.
func keepFollower(ctx context.Context, tx *db.Tx, fresh uuid.UUID, email string, now time.Time) (id uuid.UUID, err error) {
	const upsert = `
INSERT INTO follow.follower (tenant_id, id, email, told_until) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, email) DO UPDATE SET email = excluded.email
RETURNING id`
	return id, tx.QueryRow(ctx, upsert, tx.Tenant(), fresh, email, now).Scan(&id)
}

// keepTopic notes a topic that was asked for; false when there are too many.
func keepTopic(ctx context.Context, tx *db.Tx, follower uuid.UUID, topic string, now time.Time, most int) (bool, error) {
	const upsert = `
INSERT INTO follow.topic (tenant_id, follower_id, topic, asked_at)
SELECT $1, $2, $3, $4
WHERE (SELECT count(*) FROM follow.topic WHERE tenant_id = $1 AND follower_id = $2 AND topic <> $3) < $5
ON CONFLICT (tenant_id, follower_id, topic) DO UPDATE SET asked_at = excluded.asked_at`
	tag, err := tx.Exec(ctx, upsert, tx.Tenant(), follower, topic, now, most)
	return tag.RowsAffected() > 0, err
}

func confirmTopics(ctx context.Context, tx *db.Tx, follower uuid.UUID, topics []string, now time.Time) error {
	const statement = `
UPDATE follow.topic SET confirmed_at = $4
WHERE tenant_id = $1 AND follower_id = $2 AND topic = ANY ($3) AND confirmed_at IS NULL`
	_, err := tx.Exec(ctx, statement, tx.Tenant(), follower, topics, now)
	return err
}

func dropTopic(ctx context.Context, tx *db.Tx, follower uuid.UUID, topic string) error {
	const statement = `DELETE FROM follow.topic WHERE tenant_id = $1 AND follower_id = $2 AND topic = $3`
	if _, err := tx.Exec(ctx, statement, tx.Tenant(), follower, topic); err != nil {
		return err
	}
	return dropIdle(ctx, tx)
}

func dropFollower(ctx context.Context, tx *db.Tx, follower uuid.UUID) error {
	_, err := tx.Exec(ctx, `DELETE FROM follow.follower WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), follower)
	return err
}

// dropIdle erases the addresses that follow nothing.
func dropIdle(ctx context.Context, tx *db.Tx) error {
	const statement = `
DELETE FROM follow.follower f
WHERE tenant_id = $1 AND NOT EXISTS (SELECT 1 FROM follow.topic t WHERE t.tenant_id = $1 AND t.follower_id = f.id)`
	_, err := tx.Exec(ctx, statement, tx.Tenant())
	return err
}

// forget erases what nobody confirmed, and forms that cannot come back.
func forget(ctx context.Context, tx *db.Tx, unconfirmed, asks time.Time) error {
	const topics = `DELETE FROM follow.topic WHERE tenant_id = $1 AND confirmed_at IS NULL AND asked_at < $2`
	if _, err := tx.Exec(ctx, topics, tx.Tenant(), unconfirmed); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM follow.ask WHERE tenant_id = $1 AND at < $2`, tx.Tenant(), asks); err != nil {
		return err
	}
	return dropIdle(ctx, tx)
}

func selectFollowing(ctx context.Context, tx *db.Tx, id uuid.UUID) (f Following, err error) {
	const query = `
SELECT f.email, t.topic, t.confirmed_at IS NOT NULL
FROM follow.follower f JOIN follow.topic t ON t.tenant_id = f.tenant_id AND t.follower_id = f.id
WHERE f.tenant_id = $1 AND f.id = $2
ORDER BY t.asked_at, t.topic`
	rows, err := tx.Query(ctx, query, tx.Tenant(), id)
	if err != nil {
		return f, err
	}
	f.List, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (one Followed, err error) {
		return one, row.Scan(&f.Email, &one.Code, &one.Confirmed)
	})
	return f, err
}

func countFollowers(ctx context.Context, tx *db.Tx, topic string) (n int, err error) {
	const query = `SELECT count(*)::int FROM follow.topic WHERE tenant_id = $1 AND topic = $2 AND confirmed_at IS NOT NULL`
	return n, tx.QueryRow(ctx, query, tx.Tenant(), topic).Scan(&n)
}

// due is an address whose turn has come.
type due struct {
	id     uuid.UUID
	email  string
	until  time.Time            // news up to then were told
	topics map[string]time.Time // confirmed ones, since when
}

// dueCondition: something confirmed, no news today, and news to look at.
const dueCondition = `tenant_id = $1 AND told_until < $2 AND (told_at IS NULL OR told_at < $3)
  AND EXISTS (SELECT 1 FROM follow.topic t WHERE t.tenant_id = $1 AND t.follower_id = f.id AND t.confirmed_at IS NOT NULL)`

// oldestDue is from when on news are needed; false when nobody waits.
func oldestDue(ctx context.Context, tx *db.Tx, until, today time.Time) (since time.Time, any bool, err error) {
	var oldest *time.Time
	err = tx.QueryRow(ctx, `SELECT min(told_until) FROM follow.follower f WHERE `+dueCondition, tx.Tenant(), until, today).Scan(&oldest)
	if err != nil || oldest == nil {
		return since, false, err
	}
	return *oldest, true, nil
}

// takeDue locks some of those whose turn has come.
func takeDue(ctx context.Context, tx *db.Tx, until, today time.Time, most int) ([]due, error) {
	const query = `
SELECT id, email, told_until,
  (SELECT jsonb_object_agg(topic, confirmed_at) FROM follow.topic t WHERE t.tenant_id = $1 AND t.follower_id = f.id AND t.confirmed_at IS NOT NULL)
FROM follow.follower f
WHERE ` + dueCondition + `
ORDER BY id
LIMIT $4
FOR UPDATE SKIP LOCKED`
	rows, err := tx.Query(ctx, query, tx.Tenant(), until, today, most)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (d due, err error) {
		return d, row.Scan(&d.id, &d.email, &d.until, &d.topics)
	})
}

// noteTold notes up to when an address was told, and that it was written to.
func noteTold(ctx context.Context, tx *db.Tx, id uuid.UUID, until time.Time, at *time.Time) error {
	const statement = `UPDATE follow.follower SET told_until = $3, told_at = coalesce($4, told_at) WHERE tenant_id = $1 AND id = $2`
	_, err := tx.Exec(ctx, statement, tx.Tenant(), id, until, at)
	return err
}
