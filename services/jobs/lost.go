package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/rivertype"
)

// attempt is one attempt at one job.
type attempt struct {
	job   int64
	begun int64 // when the queue gave it out, in µs
}

func attemptAt(job *rivertype.JobRow) attempt {
	a := attempt{job: job.ID}
	if job.AttemptedAt != nil {
		a.begun = job.AttemptedAt.UnixMicro()
	}
	return a
}

// running knows what this process really works on. A job that the queue gave
// out in the moment the database went away is marked as running here, and never
// arrived: nobody would work it until River's rescue after hours.
type running struct {
	mu      sync.Mutex
	arrived map[attempt]bool // value: still at work
	suspect map[attempt]bool // not arrived at the last look
}

func newRunning() *running {
	return &running{arrived: map[attempt]bool{}, suspect: map[attempt]bool{}}
}

func (r *running) enter(job *rivertype.JobRow) { r.mark(job, true) }

// leave keeps the attempt known: the queue notes its end a little later.
func (r *running) leave(job *rivertype.JobRow) { r.mark(job, false) }

func (r *running) mark(job *rivertype.JobRow, atWork bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.arrived[attemptAt(job)] = atWork
}

// lost compares with what the queue believes to run here and returns what was
// missing at two looks running.
func (r *running) lost(believed []attempt) []attempt {
	r.mu.Lock()
	defer r.mu.Unlock()
	var lost []attempt
	suspect, known := map[attempt]bool{}, map[attempt]bool{}
	for _, a := range believed {
		known[a] = true
		if _, arrived := r.arrived[a]; arrived {
			continue
		}
		suspect[a] = true
		if r.suspect[a] {
			lost = append(lost, a)
		}
	}
	r.suspect = suspect
	for a, atWork := range r.arrived {
		if !atWork && !known[a] {
			delete(r.arrived, a)
		}
	}
	return lost
}

// reclaim puts back the jobs that never arrived.
func (id *identity) reclaim(ctx context.Context, r *running) {
	believed, err := id.believed(ctx)
	if err != nil {
		slog.WarnContext(ctx, "lost jobs not looked for", "error", err.Error())
		return
	}
	const statement = `
UPDATE river.river_job
SET state = 'available', scheduled_at = now()
WHERE id = $1 AND state = 'running' AND attempted_at = $2`
	for _, a := range r.lost(believed) {
		if _, err := id.db.Pool().Exec(ctx, statement, a.job, time.UnixMicro(a.begun)); err != nil {
			slog.WarnContext(ctx, "lost job not put back", "job", a.job, "error", err.Error())
			continue
		}
		slog.InfoContext(ctx, "job that never arrived put back", "job", a.job)
	}
}

func (id *identity) believed(ctx context.Context) ([]attempt, error) {
	const query = `
SELECT id, attempted_at
FROM river.river_job
WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = $1`
	rows, err := id.db.Pool().Query(ctx, query, id.name)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (a attempt, err error) {
		var begun time.Time
		err = row.Scan(&a.job, &begun)
		a.begun = begun.UnixMicro()
		return a, err
	})
}
