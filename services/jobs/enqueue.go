package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"acvdata/services/db"
	"acvdata/tenants"
)

type sqlTx = *sql.Tx

// Enqueue implements db.Enqueuer: the job and its progress row join tx.
func (s *Service) Enqueue(ctx context.Context, tx *sql.Tx, tenant tenants.ID, job db.Job) (int64, error) {
	kind, ok := s.kinds[job.Kind()]
	if !ok {
		return 0, fmt.Errorf("job kind %q is not registered", job.Kind())
	}
	result, err := s.insert.InsertTx(ctx, tx, parcel{Tenant: tenant, Args: job}, s.insertOpts(tenant, job))
	if err != nil {
		return 0, err
	}
	if kind.Options.Subject == nil || tenant == (tenants.ID{}) {
		return result.Job.ID, nil
	}
	raw, err := json.Marshal(job)
	if err != nil {
		return 0, err
	}
	return result.Job.ID, queued(ctx, tx, tenant, kind.Options.Subject(raw), kind.Name, result.Job.ID)
}

func (s *Service) insertOpts(tenant tenants.ID, job db.Job) *river.InsertOpts {
	o := s.kinds[job.Kind()].Options
	opts := &river.InsertOpts{MaxAttempts: o.MaxAttempts, Queue: o.Queue}
	if tenant != (tenants.ID{}) {
		opts.Tags = []string{"t-" + tenant.String()}
	}
	if o.Unique {
		opts.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: unfinished}
	}
	return opts
}

// unfinished are the states in which a job keeps a second one of its kind away.
// River's own list holds completed ones too, which it remembers for a day.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

// queued makes or resets the progress row of a subject for its new job.
func queued(ctx context.Context, tx *sql.Tx, tenant tenants.ID, subject, kind string, job int64) error {
	const statement = `
INSERT INTO jobs.progress (tenant_id, subject, kind, job_id, state)
VALUES ($1, $2, $3, $4, 'queued')
ON CONFLICT (tenant_id, subject) DO UPDATE
SET kind = excluded.kind, job_id = excluded.job_id, state = 'queued', phase = '', done = 0, total = 0,
    fault_code = '', fault_key = '', fault_args = '{}', cancel_asked = false,
    started_at = NULL, phase_started_at = NULL, updated_at = now(), ended_at = NULL`
	_, err := tx.ExecContext(ctx, statement, tenant, subject, kind, job)
	return err
}
