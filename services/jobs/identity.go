package jobs

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
)

// identity proves that a worker is alive: it holds an advisory lock named after
// the worker for as long as its connection lives. Where the lock can be taken,
// the worker is dead, at once and however it died; its running jobs go back to
// the queue without waiting for River's rescue after hours.
type identity struct {
	name string
	db   *db.DB
	conn *pgx.Conn
	stop context.CancelFunc
	done chan struct{}
}

const lookEvery = 15 * time.Second

func takeIdentity(ctx context.Context, d *db.DB, r *running, every time.Duration) (*identity, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "worker"
	}
	id := &identity{name: fmt.Sprintf("%.40s-%s", host, uuid.NewString()[:8]), db: d}
	pooled, err := d.Pool().Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("connection for the worker's identity: %w", err)
	}
	id.conn = pooled.Hijack()
	if _, err := id.conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, lockKey(id.name)); err != nil {
		_ = id.conn.Close(ctx)
		return nil, err
	}
	watch, stop := context.WithCancel(context.WithoutCancel(ctx))
	id.stop, id.done = stop, make(chan struct{})
	if every == 0 {
		every = lookEvery
	}
	go id.watch(watch, r, every)
	return id, nil
}

func lockKey(name string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte("acvdata worker " + name))
	return int64(h.Sum64())
}

// watch looks for orphans and lost jobs now and then, and keeps the identity's own
// connection: when that is lost, others may take this worker for dead, so it
// is taken again at once.
func (id *identity) watch(ctx context.Context, r *running, every time.Duration) {
	defer close(id.done)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			id.hold(ctx)
			id.adopt(ctx)
			id.reclaim(ctx, r)
		}
	}
}

func (id *identity) hold(ctx context.Context) {
	if id.conn.Ping(ctx) == nil {
		return
	}
	pooled, err := id.db.Pool().Acquire(ctx)
	if err != nil {
		return
	}
	id.conn = pooled.Hijack()
	if _, err := id.conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, lockKey(id.name)); err != nil {
		slog.WarnContext(ctx, "worker identity not held", "error", err.Error())
	}
}

// adopt puts the running jobs of dead workers back to the queue.
func (id *identity) adopt(ctx context.Context) {
	names, err := id.runningElsewhere(ctx)
	if err != nil {
		slog.WarnContext(ctx, "orphaned jobs not looked for", "error", err.Error())
		return
	}
	for _, name := range names {
		if err := id.requeue(ctx, name); err != nil {
			slog.WarnContext(ctx, "orphaned jobs not requeued", "worker", name, "error", err.Error())
		}
	}
}

func (id *identity) runningElsewhere(ctx context.Context) ([]string, error) {
	const query = `
SELECT DISTINCT attempted_by[array_upper(attempted_by, 1)]
FROM river.river_job
WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] <> $1`
	rows, err := id.db.Pool().Query(ctx, query, id.name)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// requeue takes the dead worker's lock for the length of the transaction, so
// that two survivors do not requeue twice.
func (id *identity) requeue(ctx context.Context, name string) error {
	const statement = `
UPDATE river.river_job
SET state = 'available', scheduled_at = now()
WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = $1`
	tx, err := id.db.Pool().Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(ctx) }()
	var free bool
	if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1)`, lockKey(name)).Scan(&free); err != nil || !free {
		return err
	}
	tag, err := tx.Exec(ctx, statement, name)
	if err != nil {
		return err
	}
	if n := tag.RowsAffected(); n > 0 {
		slog.InfoContext(ctx, "jobs of a dead worker put back", "worker", name, "jobs", n)
	}
	return tx.Commit(ctx)
}

func (id *identity) release() {
	id.stop()
	<-id.done
	_ = id.conn.Close(context.Background())
}
