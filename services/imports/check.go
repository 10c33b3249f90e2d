package imports

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/jobs"
	"acvdata/services/tabular"
	"acvdata/tenants"
)

// checkJob reads a whole file through its target and writes nothing.
type checkJob struct {
	Import uuid.UUID `json:"import"`
}

// Kind implements db.Job.
func (checkJob) Kind() string { return "imports.check" }

// Check asks for the check of a mapped file. It is done by a job.
func (s *Service) Check(ctx context.Context, c Caller, id uuid.UUID) (*Import, error) {
	return s.change(ctx, c, id, func(ctx context.Context, tx *db.Tx, i *Import) error {
		if err := i.to(Checking); err != nil {
			return err
		}
		if err := i.Mapping.check(about(s.target(i.Target), &i.Detection, &i.Mapping), len(i.Detection.Columns)); err != nil {
			return err
		}
		i.State, i.Fault, i.Counts, i.Respected = Checking, nil, Counts{}, nil
		_, err := tx.Enqueue(ctx, checkJob{Import: id})
		return err
	})
}

func (s *Service) workCheck(ctx context.Context, task *jobs.Task, args checkJob) error {
	i, err := s.load(ctx, task.Tenant, args.Import)
	if err == nil && (i.State != Checking || s.superseded(ctx, task, i.ID)) {
		return nil // done by the attempt before, or given up by a person
	}
	m, stop := measure(ctx, task)
	defer stop()
	if err == nil {
		err = s.check(ctx, m, i)
	}
	return s.ended(ctx, task, args.Import, err, Checking)
}

func (s *Service) check(ctx context.Context, m *meter, i *Import) error {
	if err := s.profile(ctx, m, i); err != nil {
		return err
	}
	f, err := s.open(ctx, i)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	var done *passage
	err = s.putProblems(ctx, i, func(w io.Writer) error {
		done, err = s.rehearse(ctx, m, i, f.File, w)
		return err
	})
	if err != nil {
		return err
	}
	points, err := done.preview.geoJSON()
	if err != nil {
		return err
	}
	if _, err := s.files(i.Tenant).Put(ctx, i.key(pointsKey), bytes.NewReader(points)); err != nil {
		return err
	}
	if err := s.putReport(ctx, i, done.schema); err != nil {
		return err
	}
	return s.checked(ctx, i, done)
}

// profile decides each column on all its cells, not on a sample.
func (s *Service) profile(ctx context.Context, m *meter, i *Import) error {
	i.Detection.Exact = nil
	f, err := s.open(ctx, i)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	rows, whole := f.Sampled()
	i.Detection.Exact = f.Columns()
	if !whole {
		m.phase(ctx, "imports.phase.reading", 0)
		found, err := f.Profile(ctx, func(read int) { m.at(ctx, int64(read)) })
		if err != nil {
			return err
		}
		rows, i.Detection.Exact = found.Rows, found.Columns
	}
	if rows == 0 {
		return fault.New(fault.Invalid, "imports.fault.no_rows")
	}
	i.Detection.Rows = int64(rows)
	return nil
}

var errRehearsal = errors.New("a check writes nothing")

// rehearse makes the passage in a transaction that is always rolled back.
func (s *Service) rehearse(ctx context.Context, m *meter, i *Import, f *tabular.File, problems io.Writer) (*passage, error) {
	var p *passage
	err := s.DB.InTenant(ctx, i.Tenant, func(ctx context.Context, tx *db.Tx) (err error) {
		p, err = newPassage(tx, s.target(i.Target), i.run(ctx, true), i.Mapping, f, problems)
		if err != nil {
			return err
		}
		p.meter = m
		if p.schema, err = s.validator(ctx, i, f.Headings()[:p.own], s.now()); err != nil {
			return err
		}
		if err := p.load(ctx, i.Detection.Rows); err != nil {
			return err
		}
		return errRehearsal
	})
	if errors.Is(err, errRehearsal) {
		return p, nil
	}
	return nil, err
}

func (i *Import) run(ctx context.Context, dry bool) Run {
	return Run{
		Columns:  i.kept(),
		ImportID: i.ID, Tenant: i.Tenant, Town: tenants.From(ctx),
		Options: i.Mapping.Options, Mapped: mapped(i.Mapping), Dry: dry, Reach: i.Mapping.reach(),
		Report: func(context.Context, int64) {},
	}
}

// putProblems streams the full list of problems to storage while fn finds them.
func (s *Service) putProblems(ctx context.Context, i *Import, fn func(io.Writer) error) error {
	reader, writer := io.Pipe()
	stored := make(chan error, 1)
	go func() {
		_, err := s.files(i.Tenant).Put(ctx, i.key(problemsKey), reader)
		_ = reader.CloseWithError(errors.Join(err, io.ErrClosedPipe)) // fn must not wait for a full disk
		stored <- err
	}()
	err := fn(writer)
	_ = writer.CloseWithError(err)
	if stop := <-stored; stop != nil && (err == nil || errors.Is(err, io.ErrClosedPipe)) {
		return stop
	}
	return err
}

// checked records what was found; when a commit was asked for and nothing stands
// against it, the commit follows in the same transaction.
func (s *Service) checked(ctx context.Context, i *Import, p *passage) error {
	return s.DB.InTenant(ctx, i.Tenant, func(ctx context.Context, tx *db.Tx) error {
		now, err := s.store.lock(ctx, tx, i.ID)
		if err != nil {
			return err
		}
		if err := now.to(Ready); err != nil {
			return err
		}
		now.State, now.Counts, now.CheckedAt, now.Fault = Ready, p.counts, s.now(), nil
		now.Detection, now.Respected = i.Detection, i.Respected
		preview := Preview{Columns: p.preview.names(), Rows: p.preview.rows, Extent: p.preview.extent(), Groups: p.ledger.list()}
		if err := s.store.savePreview(ctx, tx, i.ID, preview); err != nil {
			return err
		}
		if now.CommitAsked {
			if err := s.followUp(ctx, tx, now); err != nil {
				return err
			}
		}
		if err := s.watchChecked(ctx, tx, now); err != nil {
			return err
		}
		return s.store.save(ctx, tx, now)
	})
}

// followUp starts the commit that was asked for with the file, or says on the
// import why it cannot.
func (s *Service) followUp(ctx context.Context, tx *db.Tx, i *Import) error {
	refused := i.commitRefused()
	if refused == nil {
		refused = s.busy(ctx, tx, i)
	}
	if f, ok := errors.AsType[*fault.Fault](refused); ok {
		i.Fault = f
		return nil
	}
	if refused != nil {
		return refused
	}
	return s.startCommit(ctx, tx, i, i.Created)
}

func (s *Service) load(ctx context.Context, town tenants.ID, id uuid.UUID) (i *Import, err error) {
	err = s.DB.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		i, err = s.store.get(ctx, tx, id)
		return err
	})
	return i, err
}

// Problems calls fn with every problem of the last check, in the order of the
// file, those of Match last.
func (s *Service) Problems(ctx context.Context, c Caller, id uuid.UUID, fn func(Problem) error) error {
	i, err := s.Get(ctx, c, id)
	if err != nil {
		return err
	}
	f, err := s.files(i.Tenant).Open(ctx, i.key(problemsKey))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	lines := json.NewDecoder(f)
	for {
		var p Problem
		if err := lines.Decode(&p); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if err := fn(p); err != nil {
			return err
		}
	}
}

// Points gives the sampled positions of the last check as GeoJSON.
func (s *Service) Points(ctx context.Context, c Caller, id uuid.UUID) ([]byte, error) {
	i, err := s.Get(ctx, c, id)
	if err != nil {
		return nil, err
	}
	f, err := s.files(i.Tenant).Open(ctx, i.key(pointsKey))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(f)
}
