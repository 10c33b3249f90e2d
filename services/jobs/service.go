package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"acvdata/services/db"
	"acvdata/services/obs"
	"acvdata/tenants"
)

// Schema is where River's tables live.
const Schema = "river"

// Towns finds a job's town.
type Towns interface {
	ByID(ctx context.Context, id tenants.ID) (*tenants.Tenant, error)
}

// Settings of the service.
type Settings struct {
	ShortWorkers, HeavyWorkers int
	StopTimeout                time.Duration // running jobs get this long at stop
	LookEvery                  time.Duration // for orphaned and lost jobs; 0 means 15 s
}

// Service enqueues and works jobs. Make it with New, hand it every kind with
// Register, then Open; Start only where jobs are to be worked.
type Service struct {
	db       *db.DB
	towns    Towns
	metrics  *obs.Metrics
	settings Settings
	kinds    map[string]Kind
	periodic []*river.PeriodicJob
	progress *progressStore
	hub      *hub
	insert   *river.Client[sqlTx]
	work     *river.Client[pgx.Tx]
	identity *identity
	running  *running
}

// New makes a service without kinds.
func New(d *db.DB, towns Towns, metrics *obs.Metrics, s Settings) *Service {
	progress := &progressStore{db: d}
	return &Service{
		db: d, towns: towns, metrics: metrics, settings: s,
		kinds: map[string]Kind{}, progress: progress, hub: newHub(d), running: newRunning(),
	}
}

// Register adds kinds; two kinds of one name are a bug found at start.
func (s *Service) Register(kinds ...Kind) error {
	for _, k := range kinds {
		if _, taken := s.kinds[k.Name]; taken {
			return fmt.Errorf("job kind %q is declared twice", k.Name)
		}
		s.kinds[k.Name] = k
	}
	return nil
}

// Every enqueues job on a schedule, at most one waiting at a time, whatever the
// number of processes; first runs at start. The job has no town.
func (s *Service) Every(interval time.Duration, job db.Job) {
	s.periodic = append(s.periodic, river.NewPeriodicJob(
		river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) {
			o := s.insertOpts(tenants.ID{}, job)
			o.UniqueOpts = river.UniqueOpts{ByArgs: true, ByPeriod: interval}
			return parcel{Args: job}, o
		},
		&river.PeriodicJobOpts{RunOnStart: true},
	))
}

// Open attaches the queue to the database so that jobs can be enqueued.
func (s *Service) Open() error {
	client, err := river.NewClient(riverdatabasesql.New(nil), &river.Config{
		Schema: Schema, Logger: slog.Default(), SkipUnknownJobCheck: true,
	})
	if err != nil {
		return fmt.Errorf("open the job queue: %w", err)
	}
	s.insert = client
	s.db.Attach(s)
	return nil
}

// Start works jobs until Stop. It first puts back what dead workers left.
func (s *Service) Start(ctx context.Context) error {
	id, err := takeIdentity(ctx, s.db, s.running, s.settings.LookEvery)
	if err != nil {
		return err
	}
	s.identity = id
	workers := river.NewWorkers()
	for _, k := range s.kinds {
		k.register(workers, s)
	}
	s.work, err = river.NewClient(riverpgxv5.New(s.db.Pool()), s.clientConfig(workers))
	if err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	s.identity.adopt(ctx)
	return s.work.Start(ctx)
}

func (s *Service) clientConfig(workers *river.Workers) *river.Config {
	return &river.Config{
		ID:                s.identity.name,
		Schema:            Schema,
		Logger:            slog.Default(),
		Workers:           workers,
		PeriodicJobs:      s.periodic,
		JobTimeout:        time.Minute,
		FetchCooldown:     20 * time.Millisecond,
		FetchPollInterval: time.Second,
		// Longer than any kind's timeout: orphans are found by identity.adopt.
		RescueStuckJobsAfter: 2 * time.Hour,
		Queues: map[string]river.QueueConfig{
			QueueShort: {MaxWorkers: max(s.settings.ShortWorkers, 1)},
			QueueHeavy: {MaxWorkers: max(s.settings.HeavyWorkers, 1)},
			QueueAside: {MaxWorkers: 1},
		},
	}
}

// Stop lets running jobs end, then cancels them; cancelled ones go back to the
// queue. The subscriptions of browsers end too.
func (s *Service) Stop(ctx context.Context) error {
	s.hub.close()
	if s.work == nil {
		return nil
	}
	defer s.identity.release() //nolint:contextcheck // after the stop, whatever time is left
	soft, cancel := context.WithTimeout(ctx, s.settings.StopTimeout)
	defer cancel()
	if err := s.work.Stop(soft); err != nil {
		return s.work.StopAndCancel(ctx)
	}
	return nil
}

func stack() string { return string(debug.Stack()) }
