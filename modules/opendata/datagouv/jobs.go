package datagouv

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// pushJob brings a dataset over there to the state wanted.
type pushJob struct {
	Dataset string `json:"dataset"`
}

// Kind implements db.Job.
func (pushJob) Kind() string { return "opendata.push" }

// SweepJob takes up again what waits for a job that is gone. It has no town.
type SweepJob struct{}

// Kind implements db.Job.
func (SweepJob) Kind() string { return "opendata.push_sweep" }

// SweepEvery is how long a push may wait for nobody.
const SweepEvery = 30 * time.Minute

// The queue waits longer and longer between attempts (1, 16, 81, 256 s…): ten of
// them bridge four hours of a portal that is away.
const (
	pushTime     = 30 * time.Minute
	pushAttempts = 10
)

// Subject names the progress of a dataset's pushes in services/jobs.
func Subject(dataset string) string { return "datagouv/" + dataset }

// Workers are the service's jobs.
func (s *Service) Workers() []jobs.Kind {
	return []jobs.Kind{
		jobs.Define(jobs.Options{
			Timeout: pushTime, MaxAttempts: pushAttempts, Subject: jobs.SubjectOf(func(j pushJob) string { return Subject(j.Dataset) }),
		}, s.push),
		jobs.Define(jobs.Options{Timeout: 5 * time.Minute, Unique: true}, s.sweep),
	}
}

// push works until what is over there is what is wanted, wishes made meanwhile too.
func (s *Service) push(ctx context.Context, task *jobs.Task, job pushJob) error {
	town := tenants.From(ctx)
	for {
		p, account, err := s.due(ctx, town, job.Dataset)
		if err != nil || p == nil || p.State != Waiting || p.job != task.ID {
			return err
		}
		state, version, err := s.work(ctx, task, town, p, account)
		if err != nil {
			return s.giveUp(ctx, task, p, err)
		}
		done, err := s.close(ctx, town, p, state, version)
		if err != nil || done {
			return err
		}
	}
}

func (s *Service) due(ctx context.Context, town *tenants.Tenant, slug string) (p *Push, a *Account, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if p, err = pushOf(ctx, tx, selectPushes, slug); err != nil {
			return err
		}
		a, err = accountOf(ctx, tx)
		return err
	})
	return p, a, err
}

// work sends or retires, and says how the dataset stands then.
func (s *Service) work(ctx context.Context, task *jobs.Task, town *tenants.Tenant, p *Push, account *Account) (State, int, error) {
	key, err := s.keyOf(town, account)
	if err != nil {
		return "", 0, err
	}
	task.Progress.Phase(ctx, "opendata.push.phase.begin", 0)
	to := sending{Client: s.Client, key: key, organization: account.Organization.ID, progress: task.Progress}
	to.note = func(id, page string) error { return s.note(ctx, town, p, id, page) }
	d, err := s.Datasets.Get(ctx, town, p.Dataset)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", 0, err
	}
	if err != nil || !p.Wanted || !d.Open() {
		return Retired, p.Version, to.retire(ctx, p.remoteID, p.Dataset, s.Identifier(town, p.Dataset))
	}
	if to.words, err = s.Client.vocabulary(ctx); err != nil {
		return "", 0, err
	}
	draft := s.Draft(ctx, town, d)
	page, err := to.publish(ctx, p.remoteID, &draft)
	if err == nil && page != p.Page {
		err = s.note(ctx, town, p, p.remoteID, page)
	}
	return Sent, draft.Version, err
}

// errOther is for a worker that another has taken over from.
var errOther = errors.New("another worker sends this dataset")

func (s *Service) note(ctx context.Context, town *tenants.Tenant, p *Push, id, page string) error {
	p.remoteID, p.Page = id, page
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		done, err := noteRemote(ctx, tx, p)
		if err == nil && !done {
			err = errOther
		}
		return err
	})
}

func (s *Service) close(ctx context.Context, town *tenants.Tenant, p *Push, state State, version int) (done bool, err error) {
	deed := map[string]any{"dataset": p.Dataset, "version": version}
	err = s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if done, err = end(ctx, tx, p, state, version); err != nil || !done {
			return err
		}
		if state == Retired {
			return audit.Record(ctx, tx, "opendata.push_retired", "dataset/"+p.Dataset, deed)
		}
		return audit.Record(ctx, tx, "opendata.push_sent", "dataset/"+p.Dataset, deed)
	})
	return done, err
}

// giveUp says why a push failed: for good, or until the next attempt. It returns err.
func (s *Service) giveUp(ctx context.Context, task *jobs.Task, p *Push, err error) error {
	if errors.Is(err, errOther) {
		return nil
	}
	why, state := fault.From(err), Waiting
	if task.Final(err) || why.Code != fault.Internal && why.Code != fault.Unavailable {
		state = Refused
	}
	after, cancel := context.WithTimeout(db.Detach(context.WithoutCancel(ctx)), time.Minute)
	defer cancel()
	failed := s.DB.InTenant(after, task.Tenant, func(ctx context.Context, tx *db.Tx) error {
		if err := noteFault(ctx, tx, p, state, why); err != nil || state != Refused {
			return err
		}
		return audit.Record(ctx, tx, "opendata.push_refused", "dataset/"+p.Dataset, map[string]any{"dataset": p.Dataset, "reason": why.Key})
	})
	if failed != nil {
		slog.WarnContext(after, "push failed, not written down", "error", failed.Error())
	}
	return err
}

// sweep goes from town to town; one town's trouble does not keep the others from
// theirs.
func (s *Service) sweep(ctx context.Context, _ *jobs.Task, _ SweepJob) error {
	towns, err := s.Towns.All(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, town := range towns {
		if town.Has(s.Module) {
			failed = errors.Join(failed, fault.Wrap(s.takeUp(tenants.With(ctx, town), town), "pushes of", town.Slug))
		}
	}
	return failed
}

// takeUp gives a new job to what waits for one that ended without saying so.
func (s *Service) takeUp(ctx context.Context, town *tenants.Tenant) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err := queryPushes(ctx, tx, selectWaiting, tx.Tenant())
		if err != nil {
			return err
		}
		ids := make([]int64, len(list))
		for i, p := range list {
			ids[i] = p.job
		}
		ended, err := jobs.Ended(ctx, tx, ids)
		if err != nil {
			return err
		}
		for i := range list {
			if !ended[list[i].job] {
				continue
			}
			if err := ask(ctx, tx, &list[i]); err != nil {
				return err
			}
		}
		return nil
	})
}
