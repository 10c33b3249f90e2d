package imports

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Analyse says what the file is and proposes a mapping onto the target. A file
// that cannot be read at all is discarded, with the reason.
func (s *Service) Analyse(ctx context.Context, c Caller, id uuid.UUID, code string) (*Import, error) {
	target, err := s.allowed(c, code)
	if err != nil {
		return nil, err
	}
	i, err := s.Get(ctx, c, id)
	if err != nil {
		return nil, err
	}
	if err := i.to(Analysed); err != nil {
		return nil, err
	}
	i.Target = code
	i.Detection.Exact = nil // columns are looked at anew
	detection, mapping, err := s.understand(ctx, c.Town, i, target)
	if err != nil {
		if i.State == Uploaded && isFault(err) {
			s.discard(ctx, i)
		}
		return nil, err
	}
	return s.change(ctx, c, id, func(ctx context.Context, tx *db.Tx, i *Import) error {
		if err := i.to(Analysed); err != nil {
			return err
		}
		known, err := recall(ctx, tx, code, detection.Shape)
		if err != nil {
			return err
		}
		if known != nil && known.check(about(target, detection, known), len(detection.Columns)) == nil {
			mapping.adopt(known)
			detection.Known = true
		}
		i.Target, i.State, i.Detection, i.Mapping, i.Fault = code, Analysed, *detection, *mapping, nil
		i.Schema, err = s.store.usedSchema(ctx, tx, code, s.dataset(i))
		return err
	})
}

func isFault(err error) bool { return fault.Is(err, fault.Invalid) || fault.Is(err, fault.TooLarge) }

func (s *Service) understand(ctx context.Context, town *tenants.Tenant, i *Import, target Target) (*Detection, *Mapping, error) {
	f, err := s.open(ctx, i)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = f.Close() }()
	detection := describe(f.File)
	mapping := suggest(about(target, &detection, nil), f.File)
	if detection.Systems, err = guessSystem(ctx, f.File, &mapping, town); err != nil {
		return nil, nil, err
	}
	detection.Advice, err = advise(ctx, target, f.File, &mapping)
	return &detection, &mapping, err
}

// Changes are what a person decides on the mapping page.
type Changes struct {
	Mapping      Mapping
	SkipRejected bool
	CommitAsked  bool // commit by itself after a check without rejected rows
}

// SetMapping takes the person's mapping; a fault names every field that cannot
// work. It is remembered for the next file of the same shape.
func (s *Service) SetMapping(ctx context.Context, c Caller, id uuid.UUID, changes Changes) (*Import, error) {
	return s.change(ctx, c, id, func(ctx context.Context, tx *db.Tx, i *Import) error {
		return s.setMapping(ctx, tx, i, changes)
	})
}

func (s *Service) setMapping(ctx context.Context, tx *db.Tx, i *Import, changes Changes) error {
	if i.State == Uploaded {
		return i.to(Checking)
	}
	if err := i.to(Analysed); err != nil {
		return err
	}
	m := changes.Mapping
	d := about(s.target(i.Target), &i.Detection, &m)
	options := map[string]string{}
	for _, o := range d.Options {
		options[o.Name] = o.Default
	}
	maps.Copy(options, m.Options)
	m.Options = options
	if err := m.check(d, len(i.Detection.Columns)); err != nil {
		return err
	}
	before := s.dataset(i)
	i.Mapping, i.State, i.Fault = m, Analysed, nil
	i.SkipRejected, i.CommitAsked = changes.SkipRejected, changes.CommitAsked
	i.Counts, i.Respected = Counts{}, nil
	if err := s.keepFollowing(ctx, tx, i, before); err != nil {
		return err
	}
	return remember(ctx, tx, i)
}

// ChooseSheet reads another sheet of a workbook: its columns are detected anew.
func (s *Service) ChooseSheet(ctx context.Context, c Caller, id uuid.UUID, sheet string) (*Import, error) {
	i, err := s.change(ctx, c, id, func(_ context.Context, _ *db.Tx, i *Import) error {
		if err := i.to(Analysed); err != nil {
			return err
		}
		if !slices.Contains(i.Detection.Sheets, sheet) {
			return fault.New(fault.Invalid, "imports.fault.no_such_sheet", fault.On("sheet", "imports.fault.no_such_sheet", nil))
		}
		i.Detection.Sheet = sheet
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.Analyse(ctx, c, id, i.Target)
}
