package datasets

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/tenants"
)

// publishJob writes and publishes one version.
type publishJob struct {
	Dataset uuid.UUID `json:"dataset"`
	Number  int       `json:"number"`
}

// Kind names the job.
func (publishJob) Kind() string { return "datasets.publish" }

// publishTimeout bounds one attempt: a million rows take seconds.
const publishTimeout = 30 * time.Minute

// Workers lists the service's jobs.
func (s *Service) Workers() []jobs.Kind {
	return []jobs.Kind{
		jobs.Define(jobs.Options{
			Timeout: publishTimeout, Queue: jobs.QueueHeavy,
			Subject: jobs.SubjectOf(func(j publishJob) string { return Subject(j.Dataset) }),
		}, s.publish),
		jobs.Define(jobs.Options{
			Timeout: publishTimeout, Queue: jobs.QueueAside, Unique: true, Subject: jobs.SubjectOf(differenceJob.subject),
		}, s.differ),
	}
}

// Publish starts the publication of a dataset's next version. A conflict fault
// while another publication of it runs, an invalid one when there is nothing to
// publish.
func (s *Service) Publish(ctx context.Context, town *tenants.Tenant, slug, note string) (p Publication, err error) {
	o, err := s.Source(ctx, town, slug)
	if err != nil {
		return p, err
	}
	note = strings.TrimSpace(note)
	if utf8.RuneCountInString(note) > maxNote {
		return p, fault.New(fault.Invalid, "datasets.fault.metadata",
			fault.On("note", "datasets.fault.too_long", fault.Args{"Most": maxNote}))
	}
	err = s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		p, err = s.enqueue(ctx, tx, o, s.words(town).Licence, note)
		return err
	})
	return p, err
}

func (s *Service) enqueue(ctx context.Context, tx *db.Tx, o Source, licence Licence, note string) (p Publication, err error) {
	d := o.Describe()
	r, err := s.store.claim(ctx, tx, d.ID, licence)
	if err != nil {
		return p, err
	}
	if n, err := o.Count(ctx, tx, Filter{}); err != nil || n == 0 {
		if err == nil {
			err = fault.New(fault.Invalid, "datasets.fault.empty")
		}
		return p, err
	}
	p.Subject = Subject(r.id)
	if p.Number, err = s.number(ctx, tx, r.id); err != nil {
		return p, err
	}
	if err := s.start(ctx, tx, r.id, p.Number, note, 0); err != nil {
		return p, err
	}
	details := map[string]any{"dataset": d.Slug, "version": p.Number}
	return p, audit.Record(ctx, tx, "datasets.publish", p.Subject, details)
}

// start begins a version, of now or of the files of another one, and its job.
func (s *Service) start(ctx context.Context, tx *db.Tx, id uuid.UUID, number int, note string, restores int) error {
	if err := s.store.begin(ctx, tx, id, number, note, restores); err != nil {
		return err
	}
	_, err := tx.Enqueue(ctx, publishJob{Dataset: id, Number: number})
	return err
}

// number gives the number of the next version. One whose job ended without
// saying so (cancelled before it began) is taken over.
func (s *Service) number(ctx context.Context, tx *db.Tx, id uuid.UUID) (int, error) {
	pending, err := s.store.pending(ctx, tx, id)
	if err != nil {
		return 0, err
	}
	if pending == 0 {
		return s.store.next(ctx, tx, id)
	}
	progress, err := s.Jobs.Progress(ctx, tx.Tenant(), Subject(id))
	if err != nil {
		return 0, err
	}
	if !progress.Over() {
		return 0, fault.New(fault.Conflict, "datasets.fault.already_publishing")
	}
	return pending, nil
}

// publish works one attempt. Files of an attempt that was killed are written
// over; the version exists for others only once all of it is there.
func (s *Service) publish(ctx context.Context, task *jobs.Task, job publishJob) error {
	town := tenants.From(ctx)
	var p *unpublished
	err := s.DB.ReadTenant(ctx, task.Tenant, func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = s.store.waiting(ctx, tx, job.Dataset, job.Number)
		return err
	})
	if err != nil || p == nil {
		return err
	}
	o, err := s.sourceByID(ctx, town, p.source)
	if err != nil {
		return err
	}
	if o == nil {
		err = fault.New(fault.Conflict, "datasets.fault.module_off")
		return s.giveUp(ctx, task, job, err)
	}
	var w written
	if p.restores > 0 {
		w, err = s.takeOver(ctx, task, job, p.restores)
	} else {
		w, err = s.write(ctx, task, job, o)
	}
	if err == nil {
		w.difference, err = s.compareNew(ctx, task, job, p.latest, o.Describe(), w)
	}
	if err == nil {
		err = s.complete(ctx, task, job, o.Describe(), w, p.restores)
	}
	if err != nil {
		return s.giveUp(ctx, task, job, err)
	}
	return nil
}

// sourceByID finds a source, nil when its module is off.
func (s *Service) sourceByID(ctx context.Context, town *tenants.Tenant, id string) (Source, error) {
	all, err := s.Sources(ctx, town)
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		if o.Describe().ID == id {
			return o, nil
		}
	}
	return nil, nil //nolint:nilnil // a module that is off is no fault here
}

func (s *Service) complete(ctx context.Context, task *jobs.Task, job publishJob, about Description, w written, restores int) error {
	return s.DB.InTenant(ctx, task.Tenant, func(ctx context.Context, tx *db.Tx) error {
		if restores > 0 {
			if err := s.mayRestore(ctx, tx, about, restores, w.fields); err != nil {
				return err // a column was withheld meanwhile
			}
		}
		done, err := s.store.complete(ctx, tx, job.Dataset, job.Number, w)
		if err == nil && !done {
			err = fmt.Errorf("version %d was given up meanwhile", job.Number)
		}
		if err != nil {
			return err
		}
		data := map[string]any{"version": job.Number, "rows": w.rows}
		if restores > 0 {
			data["restores"] = restores
		}
		if d := w.difference; d != nil {
			if err := s.store.keepDifference(ctx, tx, d); err != nil {
				return err
			}
			data["added"], data["changed"], data["removed"] = d.Added, d.Changed, d.Removed
		}
		return s.announce(ctx, tx, EventPublished, about.Slug, data)
	})
}

// giveUp forgets the version when no attempt will follow, so that its number is
// used again and another publication may start. It returns err.
func (s *Service) giveUp(ctx context.Context, task *jobs.Task, job publishJob, err error) error {
	code := fault.From(err).Code
	final := task.Final(err) || errors.Is(context.Cause(ctx), jobs.ErrCancelled) ||
		code != fault.Internal && code != fault.Unavailable
	if !final {
		return err
	}
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	var forgotten bool
	failed := s.DB.InTenant(after, task.Tenant, func(ctx context.Context, tx *db.Tx) (err error) {
		forgotten, err = s.store.abandon(ctx, tx, job.Dataset, job.Number)
		return err
	})
	for _, f := range formats {
		if forgotten { // not files taken over: they are another version's
			failed = errors.Join(failed, s.Blobs.Delete(after, fileKey(task.Tenant, job, f)))
		}
	}
	if failed != nil {
		slog.WarnContext(after, "publication given up, not cleaned", "error", failed.Error())
	}
	return err
}

func fileKey(tenant tenants.ID, job publishJob, f Format) string {
	return blob.Key(tenant, "datasets", job.Dataset.String(), strconv.Itoa(job.Number), f.Name)
}
