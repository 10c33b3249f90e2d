package harvest

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/services/words"
	"acvdata/tenants"
)

// Towns lists the towns; tenants/directory does.
type Towns interface {
	All(ctx context.Context) ([]*tenants.Tenant, error)
}

// Parts are what the service is made from.
type Parts struct {
	DB      *db.DB
	Jobs    *jobs.Service
	Reader  Reader
	Towns   Towns
	BaseURL string           // of the installation, without a slash at the end
	Module  string           // code of the module whose towns are read by the schedule
	Now     func() time.Time // time.Now when nil
}

// Service has the rules of harvesting. It is safe for concurrent use.
type Service struct{ Parts }

// New makes the service.
func New(p Parts) *Service {
	if p.Now == nil {
		p.Now = time.Now
	}
	return &Service{p}
}

// homeOf is where a town publishes.
func (s *Service) homeOf(town *tenants.Tenant) home {
	return home{base: s.BaseURL, path: town.Path(""), host: town.Host}
}

// Sources lists the town's catalogues by name, with their counts and last run.
func (s *Service) Sources(ctx context.Context, town *tenants.Tenant) (list []Source, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = selectSources(ctx, tx, uuid.Nil)
		return err
	})
	return list, err
}

// Source gives one; a not_found fault when there is none.
func (s *Service) Source(ctx context.Context, town *tenants.Tenant, id string) (found *Source, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		found, err = sourceOf(ctx, tx, id)
		return err
	})
	return found, err
}

func sourceOf(ctx context.Context, tx *db.Tx, raw string) (*Source, error) {
	unknown := fault.New(fault.NotFound, "opendata.harvest.fault.no_source")
	id, err := uuid.Parse(raw)
	if err != nil || id == uuid.Nil {
		return nil, unknown
	}
	list, err := selectSources(ctx, tx, id)
	if err == nil && len(list) == 0 {
		err = unknown
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// Add keeps a catalogue and begins to read it. Its kind is recognised when it is
// Auto. A conflict fault when the town has it already.
func (s *Service) Add(ctx context.Context, town *tenants.Tenant, n Source) (id uuid.UUID, err error) {
	if err := n.check(); err != nil {
		return id, err
	}
	if err := s.locate(ctx, town, &n); err != nil {
		return id, err
	}
	if n.ID, err = uuid.NewV7(); err != nil {
		return id, err
	}
	n.Author = authz.From(ctx).Name
	err = s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if count, err := countSources(ctx, tx); err != nil || count >= mostSources {
			return firstOf(err, fault.New(fault.Conflict, "opendata.harvest.fault.many_sources", fault.With(fault.Args{"Most": mostSources})))
		}
		if err := insertSource(ctx, tx, n); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, "opendata.source_added", subject(n.ID), map[string]any{"name": n.Name, "url": n.URL}); err != nil {
			return err
		}
		return s.begin(ctx, tx, n, n.Author)
	})
	if db.Constraint(err) == "harvest_source_start_uq" {
		err = fault.New(fault.Conflict, "opendata.harvest.fault.known_source", fault.Because(err))
	}
	return n.ID, err
}

func firstOf(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// locate recognises a catalogue and finds where it is read from; the town's own is
// refused.
func (s *Service) locate(ctx context.Context, town *tenants.Tenant, n *Source) error {
	u, err := s.Reader.Check(n.URL)
	if err != nil {
		return err
	}
	if s.homeOf(town).owns(u.String()) {
		return fault.New(fault.Invalid, "opendata.harvest.fault.own")
	}
	if n.Kind == Auto {
		n.Kind, n.start, err = Recognise(ctx, s.Reader, n.URL)
		return err
	}
	d, known := dialects[n.Kind]
	if !known {
		return fault.New(fault.Invalid, "opendata.harvest.fault.form", fault.On("kind", "opendata.fault.choice", nil))
	}
	n.start = d.start(u)
	return nil
}

// Change writes what people may change of a source; a conflict fault when
// somebody did meanwhile (Revision).
func (s *Service) Change(ctx context.Context, town *tenants.Tenant, id string, n Source) error {
	if err := n.check(); err != nil {
		return err
	}
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		known, err := sourceOf(ctx, tx, id)
		if err != nil {
			return err
		}
		n.ID, n.Next = known.ID, known.Next
		if n.Schedule != known.Schedule {
			n.Next = n.Schedule.after(s.Now())
		}
		done, err := updateSource(ctx, tx, n)
		if err == nil && !done {
			err = fault.New(fault.Conflict, "opendata.fault.changed_since")
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, "opendata.source_changed", subject(n.ID), map[string]any{"name": n.Name})
	})
}

// Drop forgets a source with everything it brought.
func (s *Service) Drop(ctx context.Context, town *tenants.Tenant, id string) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		known, err := sourceOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := deleteSource(ctx, tx, known.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "opendata.source_dropped", subject(known.ID), map[string]any{"name": known.Name})
	})
}

// Start begins a reading now; a conflict fault while one is under way.
func (s *Service) Start(ctx context.Context, town *tenants.Tenant, id string) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		known, err := sourceOf(ctx, tx, id)
		if err != nil {
			return err
		}
		return s.begin(ctx, tx, *known, authz.From(ctx).Name)
	})
}

// begin makes a run and its job.
func (s *Service) begin(ctx context.Context, tx *db.Tx, source Source, author string) error {
	r := Run{SourceID: source.ID, State: Running, Author: author}
	var err error
	if r.ID, err = uuid.NewV7(); err != nil {
		return err
	}
	if done, err := insertRun(ctx, tx, r); err != nil || !done {
		return firstOf(err, fault.New(fault.Conflict, "opendata.harvest.fault.under_way"))
	}
	if r.job, err = tx.Enqueue(ctx, runJob{Source: source.ID, Run: r.ID}); err != nil {
		return err
	}
	if err := scheduleNext(ctx, tx, source.ID, source.Schedule.after(s.Now())); err != nil {
		return err
	}
	return setJob(ctx, tx, r.ID, r.job)
}

// Stop asks the reading under way to end where it is.
func (s *Service) Stop(ctx context.Context, town *tenants.Tenant, id string) error {
	known, err := s.Source(ctx, town, id)
	if err != nil {
		return err
	}
	return s.Jobs.Cancel(ctx, town.ID, Subject(known.ID))
}

// Subject names the progress of a source's readings in services/jobs.
func Subject(source uuid.UUID) string { return "harvest/" + source.String() }

func subject(source uuid.UUID) string { return "source/" + source.String() }

// Runs lists the last readings of a source, the newest first.
func (s *Service) Runs(ctx context.Context, town *tenants.Tenant, source uuid.UUID) (list []Run, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = selectRuns(ctx, tx, source)
		return err
	})
	return list, err
}

// Report gives the lines of a reading with that outcome, "" for all, from the
// one after number on, at most so many.
func (s *Service) Report(ctx context.Context, town *tenants.Tenant, source uuid.UUID, run string, outcome Outcome, page, size int) (r *Run, lines []Line, err error) {
	unknown := fault.New(fault.NotFound, "opendata.harvest.fault.no_run")
	id, err := uuid.Parse(run)
	if err != nil {
		return nil, nil, unknown
	}
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		r, err = runOf(ctx, tx, id)
		if err == nil && (r == nil || r.SourceID != source) {
			err = unknown
		}
		if err == nil {
			lines, err = selectReport(ctx, tx, id, outcome, page, size)
		}
		return err
	})
	return r, lines, err
}

// Search narrows the datasets of a source, for staff.
type Search struct {
	Text   string   // in the title, whatever its accents
	Status Decision // effective; Follow for all
	Page   int      // from 0
	Size   int
}

// Datasets lists what a source brought, by title, with how many there are.
func (s *Service) Datasets(ctx context.Context, town *tenants.Tenant, source uuid.UUID, q Search) (list []Dataset, total int, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = selectDatasets(ctx, tx, filter{source: source})
		return err
	})
	wanted := words.Of(q.Text)
	kept := list[:0]
	for _, d := range list {
		if (q.Status == Follow || d.Effective == q.Status) && holds(d.Title, wanted) {
			kept = append(kept, d)
		}
	}
	total = len(kept)
	start := min(max(q.Page, 0)*q.Size, total)
	return kept[start:min(start+q.Size, total)], total, err
}

func holds(text string, wanted []string) bool {
	text = words.Fold(text)
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// Decide says what becomes of datasets, by their slugs; Follow gives them back to
// their source.
func (s *Service) Decide(ctx context.Context, town *tenants.Tenant, id string, slugs []string, d Decision) (count int, err error) {
	if d != Follow && !d.known() {
		return 0, fault.New(fault.Invalid, "opendata.fault.choice")
	}
	err = s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		known, err := sourceOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if count, err = decide(ctx, tx, known.ID, slugs, d); err != nil || count == 0 {
			return err
		}
		return audit.Record(ctx, tx, "opendata.harvest_decided", subject(known.ID), map[string]any{"decision": string(d), "count": count})
	})
	return count, err
}

// Open lists what everybody may see, by slug.
func (s *Service) Open(ctx context.Context, town *tenants.Tenant) (list []Dataset, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = selectDatasets(ctx, tx, filter{public: true})
		return err
	})
	return list, err
}

// Find gives a dataset whatever became of it; a not_found fault when there is
// none.
func (s *Service) Find(ctx context.Context, town *tenants.Tenant, slug string) (*Dataset, error) {
	var list []Dataset
	err := s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = selectDatasets(ctx, tx, filter{slug: slug})
		return err
	})
	if err == nil && (len(list) == 0 || slug == "") {
		err = fault.New(fault.NotFound, "datasets.fault.unknown", fault.With(fault.Args{"Slug": slug}))
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}
