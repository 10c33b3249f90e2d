package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// ErrCancelled is why a job's context ends when a person cancels it.
var ErrCancelled = errors.New("cancelled by a person")

const (
	stateRunning   = "running"
	stateDone      = "done"
	stateFailed    = "failed"
	stateCancelled = "cancelled"

	reportEvery = 250 * time.Millisecond
	channel     = "acv_progress"
)

// Progress is what people see of a job.
type Progress struct {
	Subject string
	Kind    string
	JobID   int64
	State   string // queued, running, done, failed, cancelled
	Phase   string // message key of the running step
	Done    int64  // of Total, in the phase's unit (rows)
	Total   int64  // 0 when unknown
	Fault   *fault.Fault
	Rate    float64       // units a second in this phase, 0 when unknown
	Left    time.Duration // of this phase, 0 when unknown
	Started time.Time
	Updated time.Time
	Ended   time.Time
}

// Over reports whether nothing more will happen.
func (p *Progress) Over() bool {
	return p.State == stateDone || p.State == stateFailed || p.State == stateCancelled
}

// Failed reports whether the job gave up; Fault then says why.
func (p *Progress) Failed() bool { return p.State == stateFailed }

// Reporter writes a running job's progress at most four times a second, in
// transactions of its own, and learns there whether a person asked to cancel.
// Its methods are safe for concurrent use.
type Reporter struct {
	store   *progressStore
	tenant  tenants.ID
	subject string
	kind    string
	job     int64
	cancel  context.CancelCauseFunc

	mu    sync.Mutex
	last  time.Time
	phase string
	total int64
}

// Phase starts a step; key is a message key, total the units it will take (0
// when unknown).
func (r *Reporter) Phase(ctx context.Context, key string, total int64) {
	r.mu.Lock()
	r.phase, r.total, r.last = key, total, time.Now()
	r.mu.Unlock()
	r.write(ctx, 0, true)
}

// Done says how many units of the phase are done; cheap enough for every row.
func (r *Reporter) Done(ctx context.Context, done int64) {
	r.mu.Lock()
	due := time.Since(r.last) >= reportEvery
	if due {
		r.last = time.Now()
	}
	r.mu.Unlock()
	if due {
		r.write(ctx, done, false)
	}
}

func (r *Reporter) start(ctx context.Context) { r.write(ctx, 0, true) }

func (r *Reporter) write(ctx context.Context, done int64, newPhase bool) {
	if r.subject == "" {
		return
	}
	asked, err := r.store.running(ctx, r, done, newPhase)
	if err != nil && ctx.Err() == nil {
		slog.WarnContext(ctx, "progress not written", "error", err.Error())
	}
	if asked {
		r.cancel(ErrCancelled)
	}
}

func (r *Reporter) end(ctx context.Context, state string, f *fault.Fault) {
	if r.subject == "" {
		return
	}
	if err := r.store.ended(ctx, r, state, f); err != nil {
		slog.ErrorContext(ctx, "end of job not written", "error", err.Error())
	}
}

// progressStore reads and writes jobs.progress.
type progressStore struct{ db *db.DB }

// detached forgets the transaction a job may be in: progress must be seen while
// that transaction is still open.
func (s *progressStore) tx(ctx context.Context, tenant tenants.ID, fn func(context.Context, *db.Tx) error) error {
	return s.db.InTenant(db.Detach(ctx), tenant, fn)
}

func (s *progressStore) running(ctx context.Context, r *Reporter, done int64, newPhase bool) (asked bool, err error) {
	const statement = `
UPDATE jobs.progress
SET state = 'running', phase = $4, done = $5, total = $6, updated_at = now(),
    started_at = coalesce(started_at, now()),
    phase_started_at = CASE WHEN $7 THEN now() ELSE coalesce(phase_started_at, now()) END
WHERE tenant_id = $1 AND subject = $2 AND job_id = $3
RETURNING cancel_asked`
	err = s.tx(ctx, r.tenant, func(ctx context.Context, tx *db.Tx) error {
		row := tx.QueryRow(ctx, statement, r.tenant, r.subject, r.job, r.phase, done, r.total, newPhase)
		if err := row.Scan(&asked); err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		return announce(ctx, tx, r.subject)
	})
	return asked, err
}

func (s *progressStore) ended(ctx context.Context, r *Reporter, state string, f *fault.Fault) error {
	if f == nil {
		f = &fault.Fault{}
	}
	args, err := json.Marshal(f.Args)
	if err != nil || f.Args == nil {
		args = []byte("{}")
	}
	const statement = `
UPDATE jobs.progress
SET state = $4, fault_code = $5, fault_key = $6, fault_args = $7, ended_at = now(), updated_at = now(),
    done = CASE WHEN $4 = 'done' AND total > 0 THEN total ELSE done END
WHERE tenant_id = $1 AND subject = $2 AND job_id = $3`
	return s.tx(ctx, r.tenant, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, statement, r.tenant, r.subject, r.job, state, string(f.Code), f.Key, args); err != nil {
			return err
		}
		return announce(ctx, tx, r.subject)
	})
}

func announce(ctx context.Context, tx *db.Tx, subject string) error {
	_, err := tx.Exec(ctx, `SELECT pg_notify($1, $2)`, channel, tx.Tenant().String()+" "+subject)
	return err
}

// Progress reads the progress of a subject; a not_found fault when it never had
// a job.
func (s *Service) Progress(ctx context.Context, tenant tenants.ID, subject string) (*Progress, error) {
	const query = `
SELECT kind, job_id, state, phase, done, total, fault_code, fault_key, fault_args,
       coalesce(started_at, 'epoch'), coalesce(phase_started_at, 'epoch'), updated_at, coalesce(ended_at, 'epoch')
FROM jobs.progress WHERE tenant_id = $1 AND subject = $2`
	p := &Progress{Subject: subject}
	var code, key string
	var args []byte
	var phaseStarted time.Time
	err := s.db.ReadTenant(db.Detach(ctx), tenant, func(ctx context.Context, tx *db.Tx) error {
		return tx.QueryRow(ctx, query, tenant, subject).Scan(&p.Kind, &p.JobID, &p.State, &p.Phase, &p.Done, &p.Total,
			&code, &key, &args, &p.Started, &phaseStarted, &p.Updated, &p.Ended)
	})
	if err != nil {
		return nil, err
	}
	if key != "" {
		p.Fault = fault.New(fault.Code(code), key)
		_ = json.Unmarshal(args, &p.Fault.Args)
	}
	p.estimate(phaseStarted)
	return p, nil
}

// estimate gives rate and time left from the phase's own pace.
func (p *Progress) estimate(phaseStarted time.Time) {
	elapsed := p.Updated.Sub(phaseStarted).Seconds()
	if p.State != stateRunning || p.Done <= 0 || elapsed <= 0 {
		return
	}
	p.Rate = float64(p.Done) / elapsed
	if p.Total > p.Done {
		p.Left = time.Duration(float64(p.Total-p.Done) / p.Rate * float64(time.Second))
	}
}

// Cancel asks the job of a subject to stop. A job that has not started never
// will; a running one stops at its next report; one that has ended is a conflict.
func (s *Service) Cancel(ctx context.Context, tenant tenants.ID, subject string) error {
	const statement = `
UPDATE jobs.progress
SET cancel_asked = true, updated_at = now()
WHERE tenant_id = $1 AND subject = $2 AND state IN ('queued', 'running')`
	return s.db.InTenant(ctx, tenant, func(ctx context.Context, tx *db.Tx) error {
		tag, err := tx.Exec(ctx, statement, tenant, subject)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return fault.New(fault.Conflict, "jobs.fault.already_over")
		}
		return announce(ctx, tx, subject)
	})
}

// Wait returns the progress of a subject once its job is over.
func (s *Service) Wait(ctx context.Context, tenant tenants.ID, subject string) (*Progress, error) {
	changed, stop := s.Watch(tenant, subject) //nolint:contextcheck // the listener outlives whoever came first
	defer stop()
	clock := time.NewTicker(time.Second) // a notification may be missed
	defer clock.Stop()
	for {
		p, err := s.Progress(ctx, tenant, subject)
		if err != nil || p.Over() {
			return p, err
		}
		select {
		case <-changed:
		case <-clock.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
