package imports

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"acvdata/services/fault"
	"acvdata/services/geo/crs"
	"acvdata/services/jobs"
)

// Submission is a file sent in one go, by a program or the command line: what a
// person decides page after page is in it, or left to what is detected.
type Submission struct {
	Name         string
	Content      io.Reader
	Target       string // may be empty when the caller has one target only
	Commit       bool   // load it after the check, if nothing is rejected
	SkipRejected bool   // load it without the rejected rows
	Overrides    Overrides
}

// Overrides are corrections to the mapping that is detected, by headings.
type Overrides struct {
	Columns  map[string]string `json:"columns"` // target column → heading, "" for none
	Position *PositionOverride `json:"position"`
	Dates    map[string]string `json:"dates"` // heading → dmy or mdy
	Options  map[string]string `json:"options"`
	Kinds    map[string]Kind   `json:"kinds"` // of a free target: heading → kind, "" to leave it out
	Sheet    string            `json:"sheet"` // of a workbook; the first one when empty
	// Schema is the address of a Table Schema, "" for none; nil keeps the one of the
	// last file.
	Schema *string `json:"schema"`
}

// PositionOverride says where positions are.
type PositionOverride struct {
	Mode    PositionMode `json:"mode"`
	X       string       `json:"x"`
	Y       string       `json:"y"`
	CRS     int          `json:"crs"`
	Swapped bool         `json:"swapped"`
}

// Submit uploads a file, then does what Resume does.
func (s *Service) Submit(ctx context.Context, c Caller, sub Submission) (*Import, error) {
	if _, err := s.allowed(c, s.only(c, sub.Target)); err != nil {
		return nil, err
	}
	i, err := s.Upload(ctx, c, sub.Name, sub.Content)
	if err != nil {
		return nil, err
	}
	return s.Resume(ctx, c, i, sub)
}

// Resume analyses an uploaded file, maps it and has it checked. One that cannot
// be read, or has no target, is discarded. One whose columns cannot be mapped
// stays, analysed, to be mapped by a person: it comes back beside the fault.
func (s *Service) Resume(ctx context.Context, c Caller, i *Import, sub Submission) (*Import, error) {
	code := s.only(c, sub.Target)
	if _, err := s.allowed(c, code); err != nil {
		s.discard(ctx, i)
		return nil, err
	}
	i, err := s.Analyse(ctx, c, i.ID, code)
	if err != nil {
		return nil, err
	}
	return s.Proceed(ctx, c, i, sub)
}

// only completes a target left out when the caller has a single one.
func (s *Service) only(c Caller, code string) string {
	if code == "" {
		if all := s.Targets(c); len(all) == 1 {
			return all[0].Code
		}
	}
	return code
}

// Proceed maps an analysed file as the submission says and has it checked.
func (s *Service) Proceed(ctx context.Context, c Caller, i *Import, sub Submission) (*Import, error) {
	if sheet := sub.Overrides.Sheet; sheet != "" && sheet != i.Detection.Sheet {
		chosen, err := s.ChooseSheet(ctx, c, i.ID, sheet)
		if err != nil {
			return i, err
		}
		i = chosen
	}
	if address := sub.Overrides.Schema; address != nil {
		if err := s.chooseSchema(ctx, c, i, *address); err != nil {
			return i, err
		}
	}
	mapping, err := sub.Overrides.apply(i)
	if err != nil {
		return i, err
	}
	mapped, err := s.SetMapping(ctx, c, i.ID, Changes{Mapping: mapping, SkipRejected: sub.SkipRejected, CommitAsked: sub.Commit})
	if err != nil {
		return i, err
	}
	checking, err := s.Check(ctx, c, i.ID)
	if err != nil {
		return mapped, err
	}
	return checking, nil
}

// apply gives the import's mapping with the corrections.
func (o Overrides) apply(i *Import) (Mapping, error) {
	m := i.Mapping
	m.Columns, m.Options, m.Dates = maps.Clone(m.Columns), maps.Clone(m.Options), maps.Clone(m.Dates)
	find := headingFinder{columns: i.Detection.Columns}
	for name, heading := range o.Columns {
		if heading == "" {
			delete(m.Columns, name)
			continue
		}
		m.Columns[name] = find.index("columns."+name, heading)
	}
	if p := o.Position; p != nil {
		m.Position = PositionMapping{Mode: p.Mode, CRS: crs.Code(p.CRS), Swapped: p.Swapped}
		if p.CRS == 0 {
			m.Position.CRS = max(i.Mapping.Position.CRS, crs.WGS84)
		}
		if p.Mode != NoPosition {
			m.Position.X = find.index("position.x", p.X)
		}
		if p.Mode == TwoColumns {
			m.Position.Y = find.index("position.y", p.Y)
		}
	}
	for heading, order := range o.Dates {
		if m.Dates == nil {
			m.Dates = map[int]string{}
		}
		m.Dates[find.index("dates", heading)] = order
	}
	maps.Copy(m.Options, o.Options)
	m.Kinds = maps.Clone(m.Kinds)
	for heading, kind := range o.Kinds {
		at := find.index("kinds", heading)
		if kind == "" {
			delete(m.Columns, freeName(at))
			continue
		}
		if m.Kinds == nil {
			m.Kinds = map[int]Kind{}
		}
		m.Columns[freeName(at)], m.Kinds[at] = at, kind
	}
	if len(find.faults) > 0 {
		return m, fault.New(fault.Invalid, "imports.fault.mapping", find.faults...)
	}
	return m, nil
}

// headingFinder finds columns by heading and notes those that are not there.
type headingFinder struct {
	columns []FileColumn
	faults  []fault.Option
}

func (f *headingFinder) index(field, heading string) int {
	at := slices.IndexFunc(f.columns, func(c FileColumn) bool { return strings.EqualFold(c.Heading, strings.TrimSpace(heading)) })
	if at < 0 {
		f.faults = append(f.faults, fault.On(field, "imports.fault.no_such_heading", fault.Args{"Heading": heading}))
	}
	return at
}

// Wait follows an import until no job works on it, and returns how it stands.
// report is called at each change of progress; it may be nil.
func (s *Service) Wait(ctx context.Context, c Caller, id uuid.UUID, report func(*jobs.Progress)) (*Import, error) {
	changed, stop := s.Jobs.Watch(c.Town.ID, subject(id)) //nolint:contextcheck // the listener outlives whoever came first
	defer stop()
	clock := time.NewTicker(time.Second) // a notification may be missed
	defer clock.Stop()
	for {
		i, err := s.Get(ctx, c, id)
		if err != nil || !i.State.Working() {
			return i, err
		}
		if p, err := s.Jobs.Progress(ctx, c.Town.ID, i.Subject()); err == nil && report != nil {
			report(p)
		}
		select {
		case <-changed:
		case <-clock.C:
		case <-ctx.Done():
			return i, context.Cause(ctx)
		}
	}
}
