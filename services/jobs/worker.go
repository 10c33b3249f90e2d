package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/obs"
	"acvdata/tenants"
)

// worker adapts one kind to River.
type worker[A db.Job] struct {
	river.WorkerDefaults[envelope[A]]
	service *Service
	kind    Kind
	work    Work[A]
}

// Timeout is the kind's.
func (w *worker[A]) Timeout(*river.Job[envelope[A]]) time.Duration { return w.kind.Options.Timeout }

// Work runs one attempt and records how it ended.
func (w *worker[A]) Work(ctx context.Context, job *river.Job[envelope[A]]) error {
	task := &Task{
		ID: job.ID, Kind: w.kind.Name, Attempt: job.Attempt, Tenant: job.Args.Tenant,
		last: job.Attempt >= job.MaxAttempts, outages: outages(job.JobRow),
	}
	w.service.running.enter(job.JobRow)
	defer w.service.running.leave(job.JobRow)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ctx, err := w.service.enter(ctx, task)
	if err != nil {
		return task.outcome(err)
	}
	task.Progress = w.reporter(task, job, cancel)
	start := time.Now()
	task.Progress.start(ctx)
	err = w.attempt(ctx, task, job.Args.Args)
	return w.service.finish(ctx, task, err, time.Since(start))
}

func (w *worker[A]) reporter(task *Task, job *river.Job[envelope[A]], cancel context.CancelCauseFunc) *Reporter {
	subject := ""
	if w.kind.Options.Subject != nil {
		raw, _ := json.Marshal(job.Args.Args)
		subject = w.kind.Options.Subject(raw)
	}
	return &Reporter{
		store: w.service.progress, tenant: task.Tenant, subject: subject,
		kind: task.Kind, job: task.ID, cancel: cancel,
	}
}

// attempt turns a panic into an error so that one bad row cannot end the process.
func (w *worker[A]) attempt(ctx context.Context, task *Task, args A) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
			slog.ErrorContext(ctx, "job panicked", "panic", fmt.Sprint(p), "stack", stack())
		}
	}()
	if errors.Is(context.Cause(ctx), ErrCancelled) { // while it waited
		return ErrCancelled
	}
	err = w.work(ctx, task, args)
	if err != nil && errors.Is(context.Cause(ctx), ErrCancelled) && !db.Away(err) {
		return ErrCancelled
	}
	return err // of a database that went away too: the next attempt sees the wish to stop
}

// enter puts the town and the log identifiers into the context.
func (s *Service) enter(ctx context.Context, task *Task) (context.Context, error) {
	ctx = obs.With(ctx, slog.Int64("job", task.ID), slog.String("kind", task.Kind), slog.Int("attempt", task.Attempt))
	if task.Tenant == (tenants.ID{}) {
		return ctx, nil
	}
	town, err := s.towns.ByID(ctx, task.Tenant)
	if err != nil {
		return nil, fmt.Errorf("town of job %d: %w", task.ID, err)
	}
	ctx = obs.With(ctx, slog.String("tenant", town.Slug))
	return tenants.With(ctx, town), nil
}

// finish records the end for people, then tells River whether to try again.
func (s *Service) finish(ctx context.Context, task *Task, err error, took time.Duration) error {
	after := context.WithoutCancel(ctx)
	var f *fault.Fault
	switch {
	case err == nil:
		s.metrics.Job(task.Kind, "done", took)
		task.Progress.end(after, stateDone, nil)
		return nil
	case errors.Is(err, ErrCancelled):
		s.metrics.Job(task.Kind, "cancelled", took)
		task.Progress.end(after, stateCancelled, nil)
		return river.JobCancel(err)
	case errors.As(err, &f) && f.Code != fault.Unavailable && f.Code != fault.Internal:
		s.metrics.Job(task.Kind, "refused", took)
		task.Progress.end(after, stateFailed, f)
		return river.JobCancel(err)
	}
	s.metrics.Job(task.Kind, "failed", took)
	slog.WarnContext(ctx, "job attempt failed", "error", err.Error(), "final", task.Final(err))
	if task.Final(err) {
		task.Progress.end(after, stateFailed, fault.From(err))
	}
	return task.outcome(err)
}
