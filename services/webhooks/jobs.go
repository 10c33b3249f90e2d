package webhooks

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/fetch"
	"acvdata/services/jobs"
)

// deliverJob sends one message.
type deliverJob struct {
	Delivery uuid.UUID `json:"delivery"`
}

// Kind implements db.Job.
func (deliverJob) Kind() string { return "webhooks.deliver" }

const (
	// attempts spaced by the queue (the fourth power of their number, in seconds)
	// reach an hour and a half.
	attempts = 8
	// mostFailures in a row pause a program: it is gone, and nobody watches.
	mostFailures = 10
	keptDays     = 30
)

// Workers gives the kinds of job that send.
func (s *Service) Workers() []jobs.Kind {
	return []jobs.Kind{
		jobs.Define(jobs.Options{Timeout: time.Minute, MaxAttempts: attempts}, s.deliver),
		jobs.Define(jobs.Options{Unique: true, Timeout: 5 * time.Minute}, s.sweep),
	}
}

// deliver makes one attempt and writes down how it went. An error makes the queue
// try again; what no other attempt could change is given up at once.
func (s *Service) deliver(ctx context.Context, task *jobs.Task, job deliverJob) error {
	var d *Delivery
	var h Hook
	err := s.DB.ReadTenant(ctx, task.Tenant, func(ctx context.Context, tx *db.Tx) (err error) {
		if d, err = readDelivery(ctx, tx, job.Delivery); err != nil || d == nil {
			return err
		}
		h, err = readHook(ctx, tx, d.HookID)
		return err
	})
	if err != nil || d == nil || d.State != Queued || d.job != task.ID {
		return err
	}
	start := s.Now()
	sending := s.send(ctx, h, d)
	if sending != nil && ctx.Err() != nil {
		return sending // stopped with the process: the attempt does not count
	}
	d.Attempts, d.TriedAt, d.Took = d.Attempts+1, start, s.Now().Sub(start)
	switch {
	case sending == nil:
		d.State, d.Problem = Delivered, ""
	case task.Final(sending) || hopeless(sending):
		d.State = Failed
	}
	if err := s.record(ctx, task, d, h); err != nil {
		return err
	}
	if d.State != Queued {
		return nil
	}
	return fault.New(fault.Unavailable, d.Problem, fault.Because(sending))
}

// hopeless tells what stays so: the program said it is gone, or its address is
// not to be reached.
func hopeless(err error) bool { return errors.Is(err, errGone) || errors.Is(err, fetch.ErrPrivate) }

var errGone = errors.New("answered 410 Gone")

// send makes the request; it sets the status and the problem of d.
func (s *Service) send(ctx context.Context, h Hook, d *Delivery) error {
	d.Status, d.Problem = 0, "webhooks.problem.unreachable"
	at := s.Now()
	signature, err := sign(h.secret, d.ID.String(), at, d.Payload)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader([]byte(d.Payload)))
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "User-Agent": "ACV-Data-Webhooks/1",
		"Webhook-Id": d.ID.String(), "Webhook-Timestamp": strconv.FormatInt(at.Unix(), 10), "Webhook-Signature": signature,
	} {
		request.Header.Set(name, value)
	}
	answer, err := s.client.Do(request)
	if err != nil {
		if errors.Is(err, fetch.ErrPrivate) {
			d.Problem = "webhooks.problem.private"
		}
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.CopyN(io.Discard, answer.Body, 4<<10) // politeness: it may be writing
	d.Status = answer.StatusCode
	switch {
	case answer.StatusCode >= 200 && answer.StatusCode < 300:
		return nil
	case answer.StatusCode == http.StatusGone:
		d.Problem = "webhooks.problem.gone"
		return errGone
	}
	d.Problem = "webhooks.problem.refused"
	return errors.New("answered " + strconv.Itoa(answer.StatusCode))
}

// record writes an attempt, and pauses a program that misses too much.
func (s *Service) record(ctx context.Context, task *jobs.Task, d *Delivery, h Hook) error {
	return s.DB.InTenant(ctx, task.Tenant, func(ctx context.Context, tx *db.Tx) error {
		if written, err := saveAttempt(ctx, tx, d); err != nil || !written {
			return err
		}
		switch d.State {
		case Queued:
			return nil
		case Delivered:
			if err := arrived(ctx, tx, h.ID); err != nil {
				return err
			}
		case Failed:
			if err := s.missed(ctx, tx, d, h); err != nil {
				return err
			}
		}
		return forget(ctx, tx, h.ID, s.Now().AddDate(0, 0, -keptDays))
	})
}

func (s *Service) missed(ctx context.Context, tx *db.Tx, d *Delivery, h Hook) error {
	most := mostFailures
	if d.Problem == "webhooks.problem.gone" {
		most = h.Failures + 1
	}
	paused, err := gaveUp(ctx, tx, h.ID, most)
	if err != nil || !paused {
		return err
	}
	slog.InfoContext(ctx, "webhook paused", "webhook", h.ID.String())
	ctx = authz.With(ctx, authz.Installation("acvdata"))
	return audit.Record(ctx, tx, "webhooks.paused", subject(h.ID), map[string]any{"name": h.Name})
}
