package imports

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
)

const watchColumns = `
  w.id, w.target, w.address, w.every, w.hour, w.weekday, w.month_day, w.state, w.note_key, w.note_args, w.failures,
  coalesce(w.next_at, '0001-01-01'), w.reference, w.etag, w.modified, w.sha256,
  coalesce(w.owner_id, '00000000-0000-0000-0000-000000000000'), w.owner_name, w.created_at`

const checkColumns = `
  c.id, c.watch_id, c.job_id, c.state, c.author, coalesce(c.import_id, '00000000-0000-0000-0000-000000000000'), c.etag, c.modified,
  c.note_key, c.note_args, c.began_at, coalesce(c.ended_at, '0001-01-01'),
  coalesce(i.rows_read, 0), coalesce(i.rows_created, 0), coalesce(i.rows_updated, 0), coalesce(i.rows_unchanged, 0),
  coalesce(i.rows_rejected, 0), coalesce(i.state, '')`

const fromChecks = `
FROM imports.watch_check c
LEFT JOIN imports.import i ON i.tenant_id = c.tenant_id AND i.id = c.import_id
WHERE c.tenant_id = $1 `

const (
	insertWatch = `
INSERT INTO imports.watch (tenant_id, id, target, address, every, hour, weekday, month_day, state, next_at, reference, sha256,
  owner_id, owner_name, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, nullif($13, '00000000-0000-0000-0000-000000000000'::uuid), $14, $15)`

	updateWatch = `
UPDATE imports.watch SET
  every = $3, hour = $4, weekday = $5, month_day = $6, state = $7, note_key = $8, note_args = $9, failures = $10,
  next_at = nullif($11, '0001-01-01'::timestamptz), reference = $12, etag = $13, modified = $14, sha256 = $15
WHERE tenant_id = $1 AND id = $2`

	deleteWatch = `DELETE FROM imports.watch WHERE tenant_id = $1 AND id = $2`

	// A partner sees its own.
	selectWatches = `
SELECT` + watchColumns + `
FROM imports.watch w
WHERE w.tenant_id = $1 AND ($2::uuid IS NULL OR w.owner_id = $2 AND w.owner_name = $3)
ORDER BY w.state = 'attention' DESC, w.created_at DESC, w.id
LIMIT 200`

	selectWatch = `
SELECT` + watchColumns + `
FROM imports.watch w
WHERE w.tenant_id = $1 AND w.id = $2`

	selectWatchAt = `
SELECT` + watchColumns + `
FROM imports.watch w
WHERE w.tenant_id = $1 AND w.target = $2 AND w.address = $3`

	selectDueWatches = `
SELECT` + watchColumns + `
FROM imports.watch w
WHERE w.tenant_id = $1 AND w.state = 'watching' AND w.next_at <= $2
  AND NOT EXISTS (SELECT FROM imports.watch_check c WHERE c.tenant_id = $1 AND c.watch_id = w.id AND c.state = 'running')
ORDER BY w.next_at
LIMIT 50
FOR UPDATE SKIP LOCKED`

	insertCheck = `
INSERT INTO imports.watch_check (tenant_id, id, watch_id, job_id, state, author, began_at)
VALUES ($1, $2, $3, $4, 'running', $5, $6)`

	updateCheck = `
UPDATE imports.watch_check SET
  state = $3, import_id = nullif($4, '00000000-0000-0000-0000-000000000000'::uuid), etag = $5, modified = $6, note_key = $7, note_args = $8,
  ended_at = nullif($9, '0001-01-01'::timestamptz)
WHERE tenant_id = $1 AND id = $2`

	// One attempt goes on with a reading; another that had lost sight of it stops.
	linkCheck = `
UPDATE imports.watch_check SET import_id = $3
WHERE tenant_id = $1 AND id = $2 AND state = 'running' AND import_id IS NOT DISTINCT FROM nullif($4, '00000000-0000-0000-0000-000000000000'::uuid)`

	deleteOldChecks = `
DELETE FROM imports.watch_check
WHERE tenant_id = $1 AND watch_id = $2 AND state <> 'running' AND id NOT IN (
  SELECT id FROM imports.watch_check WHERE tenant_id = $1 AND watch_id = $2 ORDER BY id DESC LIMIT $3)`

	selectChecks = `SELECT` + checkColumns + fromChecks + `AND c.watch_id = $2 ORDER BY c.id DESC LIMIT $3`

	selectLastChecks = `
SELECT DISTINCT ON (c.watch_id)` + checkColumns + fromChecks + `AND c.watch_id = ANY($2) ORDER BY c.watch_id, c.id DESC`

	selectCheck = `SELECT` + checkColumns + fromChecks + `AND c.id = $2`

	selectCheckOf = `SELECT` + checkColumns + fromChecks + `AND c.import_id = $2 ORDER BY c.id DESC LIMIT 1`

	selectRunningChecks = `SELECT` + checkColumns + fromChecks + `AND c.state = 'running' ORDER BY c.id LIMIT 200`

	// What an address brought before, and nobody decided of, is out of date; one
	// that somebody is at right now is theirs.
	cancelOlder = `
UPDATE imports.import SET state = 'cancelled', fault_code = '', fault_key = '', fault_args = '{}', updated_at = now()
WHERE tenant_id = $1 AND id IN (
  SELECT i.id
  FROM imports.watch_check c JOIN imports.import i ON i.tenant_id = c.tenant_id AND i.id = c.import_id
  WHERE c.tenant_id = $1 AND c.watch_id = $2 AND c.state = 'waiting' AND i.id <> $3 AND i.state IN ('analysed', 'ready', 'failed')
  FOR UPDATE OF i SKIP LOCKED)`

	selectLastAt = `
SELECT id FROM imports.import
WHERE tenant_id = $1 AND target = $2 AND address = $3 AND state = 'committed'
ORDER BY committed_at DESC
LIMIT 1`
)

func (store) insertWatch(ctx context.Context, tx *db.Tx, w *Watch) error {
	s := w.Schedule
	_, err := tx.Exec(ctx, insertWatch, tx.Tenant(), w.ID, w.Target, w.Address, string(s.Every), s.Hour, s.Weekday, s.MonthDay,
		string(w.State), w.Next, w.reference, w.sum, w.Owner.By, w.Owner.Name, w.Owner.At)
	return err
}

func (store) saveWatch(ctx context.Context, tx *db.Tx, w *Watch) error {
	s := w.Schedule
	_, err := tx.Exec(ctx, updateWatch, tx.Tenant(), w.ID, string(s.Every), s.Hour, s.Weekday, s.MonthDay, string(w.State),
		w.Note.Key, argsOf(w.Note), w.Failures, w.Next, w.reference, w.etag, w.modified, w.sum)
	return err
}

func argsOf(n Note) fault.Args {
	if n.Args == nil {
		return fault.Args{}
	}
	return n.Args
}

func (store) saveCheck(ctx context.Context, tx *db.Tx, c *WatchCheck) error {
	_, err := tx.Exec(ctx, updateCheck, tx.Tenant(), c.ID, string(c.State), c.Import, c.etag, c.modified, c.Note.Key, argsOf(c.Note), c.Ended)
	return err
}

// watch reads a watched address; with lock, to change it.
func (store) watch(ctx context.Context, tx *db.Tx, id uuid.UUID, lock bool) (*Watch, error) {
	query := selectWatch
	if lock {
		query += " FOR UPDATE"
	}
	found, err := watchesOf(ctx, tx, query, tx.Tenant(), id)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.New(fault.NotFound, "imports.watch.fault.not_found")
	}
	return found[0], nil
}

// watchAt finds the watch of an address, nil when nobody follows it.
func (store) watchAt(ctx context.Context, tx *db.Tx, target, address string) (*Watch, error) {
	found, err := watchesOf(ctx, tx, selectWatchAt, tx.Tenant(), target, address)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// ofImport finds the reading that brought an import, and its watch, locked; nil
// when it came otherwise. The import is locked before, always.
func (s store) ofImport(ctx context.Context, tx *db.Tx, id uuid.UUID) (*Watch, *WatchCheck, error) {
	found, err := checksOf(ctx, tx, selectCheckOf, tx.Tenant(), id)
	if err != nil || len(found) == 0 {
		return nil, nil, err
	}
	w, err := s.watch(ctx, tx, found[0].WatchID, true)
	if err != nil {
		return nil, nil, err
	}
	found, err = checksOf(ctx, tx, selectCheckOf, tx.Tenant(), id) // as it is now that nobody else is at it
	if err != nil || len(found) == 0 {
		return nil, nil, err
	}
	return w, found[0], nil
}

// check reads one reading, nil when it is gone.
func (store) check(ctx context.Context, tx *db.Tx, id uuid.UUID) (*WatchCheck, error) {
	found, err := checksOf(ctx, tx, selectCheck, tx.Tenant(), id)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

func watchesOf(ctx context.Context, tx *db.Tx, query string, args ...any) ([]*Watch, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*Watch, error) {
		w := &Watch{Tenant: tx.Tenant()}
		var reference, noteArgs json.RawMessage
		err := row.Scan(&w.ID, &w.Target, &w.Address, &w.Schedule.Every, &w.Schedule.Hour, &w.Schedule.Weekday, &w.Schedule.MonthDay,
			&w.State, &w.Note.Key, &noteArgs, &w.Failures, &w.Next, &reference, &w.etag, &w.modified, &w.sum,
			&w.Owner.By, &w.Owner.Name, &w.Owner.At)
		if err != nil {
			return nil, err
		}
		w.Next = orNever(w.Next)
		if err := w.Note.restore(noteArgs); err != nil {
			return nil, err
		}
		return w, json.Unmarshal(reference, &w.reference)
	})
}

func checksOf(ctx context.Context, tx *db.Tx, query string, args ...any) ([]*WatchCheck, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*WatchCheck, error) {
		c := &WatchCheck{}
		var noteArgs json.RawMessage
		err := row.Scan(&c.ID, &c.WatchID, &c.job, &c.State, &c.Author, &c.Import, &c.etag, &c.modified, &c.Note.Key, &noteArgs,
			&c.Began, &c.Ended, &c.Loaded.Rows, &c.Loaded.Created, &c.Loaded.Updated, &c.Loaded.Unchanged, &c.Loaded.Rejected, &c.Stands)
		if err != nil {
			return nil, err
		}
		c.Ended = orNever(c.Ended)
		return c, c.Note.restore(noteArgs)
	})
}

func (n *Note) restore(args json.RawMessage) error {
	if err := json.Unmarshal(args, &n.Args); err != nil {
		return err
	}
	wholeNumbers(n.Args)
	return nil
}

// orNever gives the moment that stands for none back as none.
func orNever(at time.Time) time.Time {
	if at.Year() == 1 {
		return time.Time{}
	}
	return at
}

// lastChecks gives each watch its last reading.
func (store) lastChecks(ctx context.Context, tx *db.Tx, list []*Watch) error {
	ids := make([]uuid.UUID, len(list))
	for n, w := range list {
		ids[n] = w.ID
	}
	found, err := checksOf(ctx, tx, selectLastChecks, tx.Tenant(), ids)
	for _, c := range found {
		for _, w := range list {
			if w.ID == c.WatchID {
				w.Last = c
			}
		}
	}
	return err
}
