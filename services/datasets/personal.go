package datasets

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/privacy"
	"acvdata/tenants"
)

// Decision is what a person decided of a column that looks like personal data.
type Decision string

// The decisions.
const (
	Undecided Decision = ""
	Public    Decision = "public"   // these are no personal data, or may be published
	Withheld  Decision = "withheld" // the column is left out of everything that is published
)

// PersonalColumn is a column that looks like personal data.
type PersonalColumn struct {
	Field    string
	Kinds    []privacy.Kind
	Cells    int64    // that look like it
	Filled   int64    // that hold something
	Examples []string // masked

	Decision Decision
	By       string // who decided, as they were called then
	At       time.Time

	decidedFor []privacy.Kind
}

// Blocks reports whether somebody must decide before the column is published.
func (p PersonalColumn) Blocks() bool {
	return p.Decision == Undecided && slices.ContainsFunc(p.Kinds, privacy.Kind.Blocks)
}

// FaultPersonal is the key of the fault of a publication that waits for a
// person's decision.
const FaultPersonal = "datasets.fault.personal_data"

// Personal lists the columns of a dataset that looked like personal data the last
// time it was looked at.
func (s *Service) Personal(ctx context.Context, town *tenants.Tenant, d *Dataset) (list []PersonalColumn, err error) {
	if d.ID == uuid.Nil {
		return nil, nil
	}
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = s.store.personal(ctx, tx, d.ID)
		return err
	})
	return list, err
}

// Waiting counts, by source, the columns of the town's datasets that look like
// personal data and that nobody decided of.
func (s *Service) Waiting(ctx context.Context, town *tenants.Tenant) (counts map[string]int, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		counts, err = s.store.waitingColumns(ctx, tx)
		return err
	})
	return counts, err
}

// Inspect looks at the rows that a published dataset has now and keeps what looks
// like personal data: such columns are shown to nobody until somebody decides. It
// joins the context's transaction, so that an import that has just written them is
// looked at before anybody reads it. Other datasets are looked at when they are
// published.
func (s *Service) Inspect(ctx context.Context, town *tenants.Tenant, slug string) error {
	o, err := s.Source(ctx, town, slug)
	if err != nil {
		return err
	}
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		r, err := s.store.claim(ctx, tx, o.Describe().ID, s.words(town).Licence)
		if err != nil || r.state != Published {
			return err
		}
		found, err := scan(ctx, tx, o)
		if err != nil {
			return err
		}
		return s.store.keepPersonal(ctx, tx, r.id, found)
	})
}

// whole is a source that shows fewer columns than it has.
type whole interface{ Whole() Source }

// scan looks at every row of a source, its withheld columns too.
func scan(ctx context.Context, tx *db.Tx, o Source) ([]PersonalColumn, error) {
	if w, reduced := o.(whole); reduced {
		o = w.Whole()
	}
	d := o.Describe()
	var at []int
	var headings []string
	for n, f := range d.Fields {
		if (f.Type == Text || f.Type == Integer) && !f.Cleared {
			at, headings = append(at, n), append(headings, f.Name+" "+i18n.T(ctx, f.Label))
		}
	}
	if len(at) == 0 {
		return nil, nil
	}
	scanner := privacy.New(headings)
	cells := make([]string, len(at))
	err := o.Rows(ctx, tx, Filter{}, func(r Row) error {
		for i, n := range at {
			cells[i] = string(appendValue(nil, d.Fields[n].Type, r.value(n)))
		}
		scanner.Row(cells)
		return nil
	})
	var list []PersonalColumn
	for _, f := range scanner.Findings() {
		name := d.Fields[at[f.Column]].Name
		if last := len(list) - 1; last >= 0 && list[last].Field == name {
			list[last].Kinds = append(list[last].Kinds, f.Kind)
			continue
		}
		list = append(list, PersonalColumn{Field: name, Kinds: []privacy.Kind{f.Kind}, Cells: f.Cells, Filled: f.Filled, Examples: f.Examples})
	}
	return list, err
}

// cleared scans a source in the publication's own snapshot. Columns that nobody
// decided of are kept in a transaction of their own, and are a conflict fault that
// names them: whatever is published stays as it is.
func (s *Service) cleared(ctx context.Context, tx *db.Tx, id uuid.UUID, o Source) error {
	found, err := scan(ctx, tx, o)
	if err != nil {
		return err
	}
	var waiting []string
	err = s.DB.InTenant(db.Detach(ctx), tx.Tenant(), func(ctx context.Context, tx *db.Tx) error {
		if err := s.store.keepPersonal(ctx, tx, id, found); err != nil {
			return err
		}
		kept, err := s.store.personal(ctx, tx, id)
		for _, p := range kept {
			if p.Blocks() {
				waiting = append(waiting, p.Field)
			}
		}
		if err != nil || len(waiting) == 0 {
			return err
		}
		return s.refresh(ctx, tx, o.Describe().Slug) // a published dataset hides them from now on
	})
	if err != nil || len(waiting) == 0 {
		return err
	}
	return fault.New(fault.Conflict, FaultPersonal, fault.With(fault.Args{
		"Columns": strings.Join(waiting, ", "), "Count": int64(len(waiting)),
	}))
}

// Refresher is told that what is shown of a source changed without its rows.
type Refresher interface {
	Refresh(ctx context.Context, tx *db.Tx, slug string) error
}

func (s *Service) refresh(ctx context.Context, tx *db.Tx, slug string) error {
	if refresher, can := s.Tables.(Refresher); can {
		return refresher.Refresh(ctx, tx, slug)
	}
	return nil
}

// Decide keeps what a person decided of a column: it holds until the column looks
// like another kind of personal data.
func (s *Service) Decide(ctx context.Context, town *tenants.Tenant, slug, field string, decision Decision) error {
	o, err := s.Source(ctx, town, slug)
	if err != nil {
		return err
	}
	if decision != Public && decision != Withheld {
		return fault.New(fault.Invalid, "datasets.fault.decision", fault.On("decision", "datasets.fault.decision", nil))
	}
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		r, err := s.store.claim(ctx, tx, o.Describe().ID, s.words(town).Licence)
		if err != nil {
			return err
		}
		actor := authz.From(ctx)
		known, err := s.store.decide(ctx, tx, r.id, field, decision, actor.AccountID, actor.Name)
		if err == nil && !known {
			err = fault.New(fault.NotFound, "datasets.fault.no_personal_column", fault.With(fault.Args{"Column": field}))
		}
		if err != nil {
			return err
		}
		if err := s.refresh(ctx, tx, slug); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "datasets.personal_data", Subject(r.id), map[string]any{
			"dataset": slug, "column": field, "decision": string(decision),
		})
	})
}

// Hidden gives, by source, the fields of the transaction's town that nobody is
// shown: those withheld, and of a published dataset those that nobody decided of
// yet.
func Hidden(ctx context.Context, tx *db.Tx) (map[string][]string, error) {
	return store{}.hidden(ctx, tx)
}
