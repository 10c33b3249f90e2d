package webhooks

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
)

func listeners(ctx context.Context, tx *db.Tx, event string) ([]uuid.UUID, error) {
	const query = `SELECT id FROM webhooks.hook WHERE tenant_id = $1 AND active AND $2 = ANY (events) ORDER BY id LIMIT 50`
	rows, err := tx.Query(ctx, query, tx.Tenant(), event)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

func insertHook(ctx context.Context, tx *db.Tx, h Hook) error {
	const insert = `
INSERT INTO webhooks.hook (tenant_id, id, name, url, events, signing_secret, created_name)
VALUES ($1, $2, $3, $4, $5, $6, $7)`
	_, err := tx.Exec(ctx, insert, tx.Tenant(), h.ID, h.Name, h.URL, h.Events, h.secret, h.CreatedName)
	return err
}

func updateHook(ctx context.Context, tx *db.Tx, h Hook) error {
	const update = `
UPDATE webhooks.hook SET name = $3, url = $4, events = $5, active = $6, failures = $7, signing_secret = $8
WHERE tenant_id = $1 AND id = $2`
	_, err := tx.Exec(ctx, update, tx.Tenant(), h.ID, h.Name, h.URL, h.Events, h.Active, h.Failures, h.secret)
	return err
}

func deleteHook(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	_, err := tx.Exec(ctx, `DELETE FROM webhooks.hook WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), id)
	return err
}

const selectHooks = `
SELECT id, name, url, events, active, failures, created_name, created_at, signing_secret
FROM webhooks.hook
WHERE tenant_id = $1`

func scanHook(row pgx.CollectableRow) (h Hook, err error) {
	return h, row.Scan(&h.ID, &h.Name, &h.URL, &h.Events, &h.Active, &h.Failures, &h.CreatedName, &h.CreatedAt, &h.secret)
}

func listHooks(ctx context.Context, tx *db.Tx) ([]Hook, error) {
	rows, err := tx.Query(ctx, selectHooks+` ORDER BY name, id LIMIT 200`, tx.Tenant())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanHook)
}

// readHook reads a program and keeps other changes of it waiting, where the
// transaction may write.
func readHook(ctx context.Context, tx *db.Tx, id uuid.UUID) (Hook, error) {
	rows, err := tx.Query(ctx, selectHooks+` AND id = $2`, tx.Tenant(), id)
	if err != nil {
		return Hook{}, err
	}
	found, err := pgx.CollectRows(rows, scanHook)
	if err != nil {
		return Hook{}, err
	}
	if len(found) == 0 {
		return Hook{}, fault.New(fault.NotFound, "webhooks.fault.unknown")
	}
	return found[0], nil
}

// insertDelivery keeps a message; [entrust] gives it its job.
func insertDelivery(ctx context.Context, tx *db.Tx, id, hook uuid.UUID, event, payload string) error {
	const insert = `
INSERT INTO webhooks.delivery (tenant_id, id, hook_id, event, payload, state)
VALUES ($1, $2, $3, $4, $5, 'queued')`
	_, err := tx.Exec(ctx, insert, tx.Tenant(), id, hook, event, payload)
	return err
}

// entrust gives a delivery that waits a job, the only one that may send it from
// now on.
func entrust(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	job, err := tx.Enqueue(ctx, deliverJob{Delivery: id})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE webhooks.delivery SET job_id = $3 WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), id, job)
	return err
}

const selectDeliveries = `
SELECT id, hook_id, event, payload, state, attempts, status, problem, took_ms, created_at, tried_at, job_id
FROM webhooks.delivery
WHERE tenant_id = $1`

func scanDelivery(row pgx.CollectableRow) (d Delivery, err error) {
	var took int64
	var tried *time.Time
	err = row.Scan(&d.ID, &d.HookID, &d.Event, &d.Payload, &d.State, &d.Attempts, &d.Status, &d.Problem, &took, &d.CreatedAt, &tried, &d.job)
	d.Took = time.Duration(took) * time.Millisecond
	if tried != nil {
		d.TriedAt = *tried
	}
	return d, err
}

// shown is how many deliveries of a program its page lists.
const shown = 50

func listDeliveries(ctx context.Context, tx *db.Tx, hook uuid.UUID) ([]Delivery, error) {
	rows, err := tx.Query(ctx, selectDeliveries+` AND hook_id = $2 ORDER BY id DESC LIMIT $3`, tx.Tenant(), hook, shown)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanDelivery)
}

// readDelivery reads a message; nil when it is gone.
func readDelivery(ctx context.Context, tx *db.Tx, id uuid.UUID) (*Delivery, error) {
	rows, err := tx.Query(ctx, selectDeliveries+` AND id = $2`, tx.Tenant(), id)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, scanDelivery)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// saveAttempt writes how an attempt went; false when the delivery was settled
// otherwise in the meantime.
func saveAttempt(ctx context.Context, tx *db.Tx, d *Delivery) (bool, error) {
	const update = `
UPDATE webhooks.delivery SET state = $3, attempts = $4, status = $5, problem = $6, took_ms = $7, tried_at = $8
WHERE tenant_id = $1 AND id = $2 AND state = 'queued' AND job_id = $9`
	tag, err := tx.Exec(ctx, update, tx.Tenant(), d.ID, string(d.State), d.Attempts, d.Status, d.Problem, d.Took.Milliseconds(), d.TriedAt, d.job)
	return tag.RowsAffected() > 0, err
}

// lockQueued reads what is to be sent and keeps it from changing; what is being
// written at this moment is left out.
func lockQueued(ctx context.Context, tx *db.Tx) ([]Delivery, error) {
	rows, err := tx.Query(ctx, selectDeliveries+` AND state = 'queued' ORDER BY id FOR UPDATE SKIP LOCKED`, tx.Tenant())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanDelivery)
}

// abandon gives up a delivery that [lockQueued] keeps.
func abandon(ctx context.Context, tx *db.Tx, d *Delivery) error {
	const update = `UPDATE webhooks.delivery SET state = 'failed', problem = $3, job_id = 0 WHERE tenant_id = $1 AND id = $2`
	_, err := tx.Exec(ctx, update, tx.Tenant(), d.ID, d.Problem)
	return err
}

// requeue makes a delivery that was given up wait again; false when it was not.
func requeue(ctx context.Context, tx *db.Tx, id uuid.UUID) (bool, error) {
	const update = `UPDATE webhooks.delivery SET state = 'queued' WHERE tenant_id = $1 AND id = $2 AND state = 'failed'`
	tag, err := tx.Exec(ctx, update, tx.Tenant(), id)
	if err != nil || tag.RowsAffected() > 0 {
		return err == nil, err
	}
	d, err := readDelivery(ctx, tx, id)
	if err == nil && d == nil {
		err = fault.New(fault.NotFound, "webhooks.fault.no_delivery")
	}
	return false, err
}

// arrived and gaveUp count what a program misses in a row.
func arrived(ctx context.Context, tx *db.Tx, hook uuid.UUID) error {
	_, err := tx.Exec(ctx, `UPDATE webhooks.hook SET failures = 0 WHERE tenant_id = $1 AND id = $2 AND failures > 0`, tx.Tenant(), hook)
	return err
}

func gaveUp(ctx context.Context, tx *db.Tx, hook uuid.UUID, most int) (paused bool, err error) {
	const update = `
UPDATE webhooks.hook SET failures = failures + 1, active = active AND failures + 1 < $3
WHERE tenant_id = $1 AND id = $2
RETURNING NOT active AND failures = $3`
	return paused, tx.QueryRow(ctx, update, tx.Tenant(), hook, most).Scan(&paused)
}

// forget deletes what was sent to a program long ago.
func forget(ctx context.Context, tx *db.Tx, hook uuid.UUID, before time.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM webhooks.delivery WHERE tenant_id = $1 AND hook_id = $2 AND created_at < $3`, tx.Tenant(), hook, before)
	return err
}
