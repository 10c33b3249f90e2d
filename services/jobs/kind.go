package jobs

import (
	"context"
	"encoding/json"
	"time"

	"github.com/riverqueue/river"

	"acvdata/services/db"
	"acvdata/tenants"
)

// Queues: short jobs run many at once, heavy ones (imports, publications) few.
const (
	QueueShort = "default"
	QueueHeavy = "heavy"
	// QueueAside is for what anybody may ask for: one at a time, in nobody's way.
	QueueAside = "aside"
)

// Options of a kind of job.
type Options struct {
	Timeout     time.Duration // 0 means one minute
	MaxAttempts int           // 0 means 5
	Queue       string        // "" means QueueShort
	// Subject names what the job works on, for its progress row; nil for jobs
	// nobody watches.
	// Make it with SubjectOf.
	Subject func(args json.RawMessage) string
	// Unique drops a second job of the kind for the same town and arguments
	// while the first waits or runs.
	Unique bool
}

// SubjectOf adapts a function of a kind's own arguments to Options.Subject.
func SubjectOf[A db.Job](name func(A) string) func(json.RawMessage) string {
	return func(raw json.RawMessage) string {
		var args A
		if json.Unmarshal(raw, &args) != nil {
			return ""
		}
		return name(args)
	}
}

// Kind is one kind of job with its worker.
type Kind struct {
	Name     string
	Options  Options
	register func(*river.Workers, *Service)
}

// Task is one job being worked.
type Task struct {
	ID       int64
	Kind     string
	Attempt  int
	Tenant   tenants.ID
	Progress *Reporter // never nil; silent when the kind has no subject

	last    bool // no attempt is left after this one
	outages int  // attempts that the database's going away cut short
}

// Work does a job of one kind. A fault it returns ends the job (trying again
// would not help) unless its code is unavailable; other errors are retried.
type Work[A db.Job] func(ctx context.Context, task *Task, args A) error

// Define declares a kind of job. A's Kind must be a constant that starts with
// the module's code: "imports.commit".
func Define[A db.Job](o Options, work Work[A]) Kind {
	var zero A
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.MaxAttempts == 0 {
		o.MaxAttempts = 5
	}
	if o.Queue == "" {
		o.Queue = QueueShort
	}
	k := Kind{Name: zero.Kind(), Options: o}
	k.register = func(workers *river.Workers, s *Service) {
		river.AddWorker(workers, &worker[A]{service: s, kind: k, work: work})
	}
	return k
}

// envelope is what is stored for a job: the town travels with the arguments.
type envelope[A db.Job] struct {
	Tenant tenants.ID `json:"tenant"`
	Args   A          `json:"args"`
}

// Kind implements river.JobArgs.
func (e envelope[A]) Kind() string { return e.Args.Kind() }

// parcel is an envelope on its way in, whatever the type of its arguments.
type parcel struct {
	Tenant tenants.ID `json:"tenant"`
	Args   db.Job     `json:"args"`
}

// Kind implements river.JobArgs.
func (p parcel) Kind() string { return p.Args.Kind() }
