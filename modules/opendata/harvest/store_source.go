package harvest

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
)

// effective is what becomes of an item i of a source s: what somebody said of it,
// else what its source says, which publishes under the two licences alone.
const effective = `CASE WHEN i.decision <> '' THEN i.decision WHEN s.adopt = 'published' AND NOT i.open THEN 'kept' ELSE s.adopt END`

const (
	selectSource = `
SELECT s.id, s.name, s.url, s.start, s.kind, s.schedule, s.adopt, s.grace, s.next_at, s.etag, s.modified, s.revision, s.author,
  s.created_at, c.published, c.kept, c.left_out, c.missing, c.archived
FROM opendata.harvest_source s
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE i.state <> 'archived' AND ` + effective + ` = 'published') AS published,
    count(*) FILTER (WHERE i.state <> 'archived' AND ` + effective + ` = 'kept') AS kept,
    count(*) FILTER (WHERE i.state <> 'archived' AND ` + effective + ` = 'left') AS left_out,
    count(*) FILTER (WHERE i.state = 'missing') AS missing,
    count(*) FILTER (WHERE i.state = 'archived') AS archived
  FROM opendata.harvest_item i
  WHERE i.tenant_id = s.tenant_id AND i.source_id = s.id
) c
WHERE s.tenant_id = $1 AND ($2 = '00000000-0000-0000-0000-000000000000'::uuid OR s.id = $2)
ORDER BY s.name, s.id
LIMIT 200`

	insertSourceRow = `
INSERT INTO opendata.harvest_source (tenant_id, id, name, url, start, kind, schedule, adopt, grace, author)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

	updateSourceRow = `
UPDATE opendata.harvest_source
SET name = $4, schedule = $5, adopt = $6, grace = $7, next_at = $8, revision = revision + 1
WHERE tenant_id = $1 AND id = $2 AND revision = $3`

	selectDue = `
SELECT s.id
FROM opendata.harvest_source s
WHERE s.tenant_id = $1 AND s.next_at <= $2
  AND NOT EXISTS (SELECT FROM opendata.harvest_run r WHERE r.tenant_id = $1 AND r.source_id = s.id AND r.state = 'running')
ORDER BY s.next_at
LIMIT 200`

	runColumns = `id, source_id, state, author, job_id, step, mark, read, added, updated, unchanged, refused, missing, archived,
  note, fault_key, fault_args, began_at, coalesce(ended_at, '0001-01-01'::timestamptz)`

	selectLastRuns = `
SELECT DISTINCT ON (source_id) ` + runColumns + `
FROM opendata.harvest_run
WHERE tenant_id = $1
ORDER BY source_id, began_at DESC
LIMIT 200`

	selectRunsOf = `
SELECT ` + runColumns + `
FROM opendata.harvest_run
WHERE tenant_id = $1 AND source_id = $2
ORDER BY began_at DESC
LIMIT 20`

	selectRun = `SELECT ` + runColumns + ` FROM opendata.harvest_run WHERE tenant_id = $1 AND id = $2`

	selectRunning = `SELECT ` + runColumns + ` FROM opendata.harvest_run WHERE tenant_id = $1 AND state = 'running' ORDER BY id LIMIT 200 FOR UPDATE`

	insertRunRow = `
INSERT INTO opendata.harvest_run (tenant_id, id, source_id, author)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, source_id) WHERE state = 'running' DO NOTHING`

	// One worker goes on: whoever holds an older step writes nothing.
	updateRun = `
UPDATE opendata.harvest_run
SET step = step + 1, mark = $4, read = $5, added = $6, updated = $7, unchanged = $8, refused = $9, missing = $10, archived = $11
WHERE tenant_id = $1 AND id = $2 AND step = $3 AND state = 'running'`

	endRun = `
UPDATE opendata.harvest_run
SET state = $3, note = $4, fault_key = $5, fault_args = $6, mark = '{}', ended_at = now()
WHERE tenant_id = $1 AND id = $2 AND state = 'running'`

	forgetRuns = `
DELETE FROM opendata.harvest_run
WHERE tenant_id = $1 AND source_id = $2 AND id NOT IN (
  SELECT id FROM opendata.harvest_run WHERE tenant_id = $1 AND source_id = $2 ORDER BY began_at DESC LIMIT 20)`

	selectLines = `
SELECT outcome, title, identifier, slug, reason, args
FROM opendata.harvest_report
WHERE tenant_id = $1 AND run_id = $2 AND ($3 = '' OR outcome = $3)
ORDER BY number
OFFSET $4 LIMIT $5`
)

func selectSources(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]Source, error) {
	rows, err := tx.Query(ctx, selectSource, tx.Tenant(), id)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (s Source, err error) {
		var next *time.Time
		err = r.Scan(&s.ID, &s.Name, &s.URL, &s.start, &s.Kind, &s.Schedule, &s.Adopt, &s.Grace, &next, &s.etag, &s.modified, &s.Revision,
			&s.Author, &s.Created, &s.Count.Published, &s.Count.Kept, &s.Count.Left, &s.Count.Missing, &s.Count.Archived)
		if next != nil {
			s.Next = *next
		}
		return s, err
	})
	if err != nil {
		return nil, err
	}
	last, err := queryRuns(ctx, tx, selectLastRuns, tx.Tenant())
	for i := range list {
		for j := range last {
			if last[j].SourceID == list[i].ID {
				list[i].Last = &last[j]
			}
		}
	}
	return list, err
}

func countSources(ctx context.Context, tx *db.Tx) (n int, err error) {
	const query = `SELECT count(*) FROM opendata.harvest_source WHERE tenant_id = $1`
	return n, tx.QueryRow(ctx, query, tx.Tenant()).Scan(&n)
}

func insertSource(ctx context.Context, tx *db.Tx, s Source) error {
	_, err := tx.Exec(ctx, insertSourceRow, tx.Tenant(), s.ID, s.Name, s.URL, s.start, string(s.Kind), string(s.Schedule), string(s.Adopt), s.Grace, s.Author)
	return err
}

func updateSource(ctx context.Context, tx *db.Tx, s Source) (bool, error) {
	tag, err := tx.Exec(ctx, updateSourceRow, tx.Tenant(), s.ID, s.Revision, s.Name, string(s.Schedule), string(s.Adopt), s.Grace, orNull(s.Next))
	return tag.RowsAffected() > 0, err
}

func deleteSource(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	_, err := tx.Exec(ctx, `DELETE FROM opendata.harvest_source WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), id)
	return err
}

func scheduleNext(ctx context.Context, tx *db.Tx, id uuid.UUID, at time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE opendata.harvest_source SET next_at = $3 WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), id, orNull(at))
	return err
}

// remember keeps what makes the next reading of a catalogue conditional.
func remember(ctx context.Context, tx *db.Tx, id uuid.UUID, etag, modified string) error {
	_, err := tx.Exec(ctx, `UPDATE opendata.harvest_source SET etag = $3, modified = $4 WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), id, etag, modified)
	return err
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func dueSources(ctx context.Context, tx *db.Tx, now time.Time) ([]uuid.UUID, error) {
	rows, err := tx.Query(ctx, selectDue, tx.Tenant(), now)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

func queryRuns(ctx context.Context, tx *db.Tx, query string, args ...any) ([]Run, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Run, err error) {
		var place, args []byte
		var key string
		err = row.Scan(&r.ID, &r.SourceID, &r.State, &r.Author, &r.job, &r.step, &place, &r.Read, &r.Added, &r.Updated, &r.Unchanged,
			&r.Refused, &r.Missing, &r.Archived, &r.Note, &key, &args, &r.Began, &r.Ended)
		if err == nil {
			err = json.Unmarshal(place, &r.mark)
		}
		if r.State == Failed && err == nil {
			r.Fault = fault.New(fault.Unavailable, key)
			err = json.Unmarshal(args, &r.Fault.Args)
		}
		return r, err
	})
}

func selectRuns(ctx context.Context, tx *db.Tx, source uuid.UUID) ([]Run, error) {
	return queryRuns(ctx, tx, selectRunsOf, tx.Tenant(), source)
}

// runOf gives a run, nil when there is none.
func runOf(ctx context.Context, tx *db.Tx, id uuid.UUID) (*Run, error) {
	list, err := queryRuns(ctx, tx, selectRun, tx.Tenant(), id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

func lockRunning(ctx context.Context, tx *db.Tx) ([]Run, error) {
	return queryRuns(ctx, tx, selectRunning, tx.Tenant())
}

func insertRun(ctx context.Context, tx *db.Tx, r Run) (bool, error) {
	tag, err := tx.Exec(ctx, insertRunRow, tx.Tenant(), r.ID, r.SourceID, r.Author)
	return tag.RowsAffected() > 0, err
}

func setJob(ctx context.Context, tx *db.Tx, run uuid.UUID, job int64) error {
	_, err := tx.Exec(ctx, `UPDATE opendata.harvest_run SET job_id = $3 WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), run, job)
	return err
}

// advance writes the place a run reached; false when another worker did.
func advance(ctx context.Context, tx *db.Tx, r *Run) (bool, error) {
	place, err := json.Marshal(r.mark)
	if err != nil {
		return false, err
	}
	tag, err := tx.Exec(ctx, updateRun, tx.Tenant(), r.ID, r.step, place, r.Read, r.Added, r.Updated, r.Unchanged, r.Refused, r.Missing, r.Archived)
	return tag.RowsAffected() > 0, err
}

// finish ends a run, once, and forgets the oldest of its source.
func finish(ctx context.Context, tx *db.Tx, r *Run, state State, note string, why *fault.Fault) error {
	key, args := "", []byte("{}")
	if why != nil {
		key = why.Key
		if raw, err := json.Marshal(why.Args); err == nil && len(why.Args) > 0 {
			args = raw
		}
	}
	if _, err := tx.Exec(ctx, endRun, tx.Tenant(), r.ID, string(state), note, key, args); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, forgetRuns, tx.Tenant(), r.SourceID)
	return err
}

func selectReport(ctx context.Context, tx *db.Tx, run uuid.UUID, outcome Outcome, page, size int) ([]Line, error) {
	rows, err := tx.Query(ctx, selectLines, tx.Tenant(), run, string(outcome), max(page, 0)*size, size)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (l Line, err error) {
		var args []byte
		if err = r.Scan(&l.Outcome, &l.Title, &l.Identifier, &l.Slug, &l.Reason, &args); err != nil {
			return l, err
		}
		return l, json.Unmarshal(args, &l.Args)
	})
}
