package figures

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"acvdata/modules/opendata/tables"
	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/i18n"
	"acvdata/services/indicators"
	"acvdata/services/words"
	"acvdata/tenants"
)

// Parts are what the service is made from.
type Parts struct {
	DB     *db.DB
	Tables *tables.Service
	Live   *indicators.Service // figures of all modules
}

// Service has the rules of indicators and themes. It is safe for concurrent use.
type Service struct {
	Parts
	now func() time.Time
}

// New makes the service.
func New(p Parts) *Service { return &Service{Parts: p, now: time.Now} }

// List gives the town's indicators by title; published narrows them to those
// everybody may see.
func (s *Service) List(ctx context.Context, town *tenants.Tenant, published bool) (list []Indicator, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		list, err = selectAll(ctx, tx, "")
		return err
	})
	if published {
		list = slices.DeleteFunc(list, func(i Indicator) bool { return !i.Published })
	}
	return list, err
}

// Find gives an indicator; a not_found fault when there is none.
func (s *Service) Find(ctx context.Context, town *tenants.Tenant, slug string) (found *Indicator, err error) {
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		found, err = find(ctx, tx, slug)
		return err
	})
	return found, err
}

func find(ctx context.Context, tx *db.Tx, slug string) (*Indicator, error) {
	list, err := selectAll(ctx, tx, slug)
	if err == nil && (len(list) == 0 || slug == "") {
		err = fault.New(fault.NotFound, "opendata.fault.no_indicator")
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// reserved is an address the workspace needs for itself.
const reserved = "nouveau"

// mostSame is how many indicators of one title a town may have.
const mostSame = 50

// Create adds an indicator and gives its address.
func (s *Service) Create(ctx context.Context, town *tenants.Tenant, i Indicator) (slug string, err error) {
	if err := i.check(); err != nil {
		return "", err
	}
	if err := s.tried(ctx, town, &i); err != nil {
		return "", err
	}
	if i.ID, err = uuid.NewV7(); err != nil {
		return "", err
	}
	err = s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		base := words.Slug(i.Title, "-")
		for n := 1; n <= mostSame; n++ {
			if i.Slug = base; n > 1 {
				i.Slug = base + "-" + strconv.Itoa(n)
			}
			if i.Slug == reserved {
				continue
			}
			tag, err := tx.Exec(ctx, insertIndicator, append([]any{tx.Tenant(), i.ID, i.Slug}, i.values()...)...)
			if err != nil {
				return err
			}
			if tag.RowsAffected() > 0 {
				return audit.Record(ctx, tx, "opendata.indicator_added", "indicator/"+i.Slug, map[string]any{"title": i.Title})
			}
		}
		return fault.New(fault.Conflict, "opendata.fault.same_title")
	})
	return i.Slug, err
}

// Save changes an indicator; a conflict fault when somebody changed it since
// (Revision).
func (s *Service) Save(ctx context.Context, town *tenants.Tenant, slug string, i Indicator) error {
	if err := i.check(); err != nil {
		return err
	}
	if err := s.tried(ctx, town, &i); err != nil {
		return err
	}
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		known, err := find(ctx, tx, slug)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, updateIndicator, append([]any{tx.Tenant(), known.ID, i.Revision}, i.values()...)...)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return fault.New(fault.Conflict, "opendata.fault.changed_since")
		}
		return audit.Record(ctx, tx, "opendata.indicator_changed", "indicator/"+slug, map[string]any{"title": i.Title})
	})
}

// tried computes an indicator once before it is kept, so that columns that
// cannot give a figure are refused at once.
func (s *Service) tried(ctx context.Context, town *tenants.Tenant, i *Indicator) error {
	_, err := s.History(ctx, town, i)
	if f := fault.From(err); err != nil && (f.Code == fault.Invalid || f.Code == fault.NotFound) {
		field := map[Kind]string{Column: "value_column", Live: "live"}[i.Kind]
		return fault.New(fault.Invalid, "opendata.fault.indicator", fault.On(field, "opendata.fault.series", nil))
	}
	return err
}

// Delete forgets an indicator and its history.
func (s *Service) Delete(ctx context.Context, town *tenants.Tenant, slug string) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		tag, err := tx.Exec(ctx, deleteIndicator, tx.Tenant(), slug)
		if err == nil && tag.RowsAffected() > 0 {
			err = audit.Record(ctx, tx, "opendata.indicator_dropped", "indicator/"+slug, nil)
		}
		return err
	})
}

// History gives an indicator's dated values, oldest first; a live one ends with
// its present value.
func (s *Service) History(ctx context.Context, town *tenants.Tenant, i *Indicator) (h History, err error) {
	if i.Kind == Column {
		t, err := s.Tables.Find(ctx, town, i.Reference)
		if err != nil {
			return nil, err
		}
		if t == nil || t.Edition == 0 {
			return nil, fault.New(fault.NotFound, "opendata.fault.choose_table")
		}
		return s.Tables.Series(ctx, town, t, i.ValueColumn, i.DateColumn, i.Aggregate)
	}
	err = s.DB.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		h, err = measures(ctx, tx, i.ID)
		return err
	})
	if err != nil || i.Kind != Live {
		return h, err
	}
	return s.withPresent(ctx, town, i, h)
}

// withPresent puts a live figure's present value at the end of its history.
func (s *Service) withPresent(ctx context.Context, town *tenants.Tenant, i *Indicator, h History) (History, error) {
	now, err := s.Live.Read(ctx, town, i.Reference)
	if err != nil || !now.Known {
		return h, err
	}
	today := day(s.now())
	if last, any := h.Last(); any && last.Day.Equal(today) {
		h = h[:len(h)-1]
	}
	return append(h, tables.Dated{Day: today, Value: now.Number}), nil
}

// day is the calendar day in France, as dates are stored.
func day(t time.Time) time.Time {
	y, m, d := t.In(i18n.Paris).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// AddMeasure types a value of a day in; a second one of the same day replaces
// the first.
func (s *Service) AddMeasure(ctx context.Context, town *tenants.Tenant, slug string, m tables.Dated, note string) error {
	f := fault.New(fault.Invalid, "opendata.fault.measure")
	if m.Day.IsZero() || m.Day.Year() < 1800 || m.Day.After(s.now().AddDate(0, 0, 1)) {
		fault.On("day", "opendata.fault.measure_day", nil)(f)
	}
	if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
		fault.On("value", "opendata.fault.number", nil)(f)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return s.onTyped(ctx, town, slug, func(ctx context.Context, tx *db.Tx, i *Indicator) error {
		if _, err := tx.Exec(ctx, upsertMeasure, tx.Tenant(), i.ID, m.Day, m.Value, note); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "opendata.measure", "indicator/"+slug, map[string]any{"day": m.Day.Format(time.DateOnly), "value": m.Value})
	})
}

// DropMeasure takes a typed value back.
func (s *Service) DropMeasure(ctx context.Context, town *tenants.Tenant, slug string, on time.Time) error {
	return s.onTyped(ctx, town, slug, func(ctx context.Context, tx *db.Tx, i *Indicator) error {
		_, err := tx.Exec(ctx, deleteMeasure, tx.Tenant(), i.ID, on)
		return err
	})
}

func (s *Service) onTyped(ctx context.Context, town *tenants.Tenant, slug string, fn func(context.Context, *db.Tx, *Indicator) error) error {
	return s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		i, err := find(ctx, tx, slug)
		if err != nil {
			return err
		}
		if i.Kind != Typed {
			return fault.New(fault.Conflict, "opendata.fault.not_typed")
		}
		return fn(ctx, tx, i)
	})
}

// Snapshot keeps today's value of every live indicator of the town. Doing it
// again the same day keeps the newer value. One that cannot be read is left out
// and logged.
func (s *Service) Snapshot(ctx context.Context, town *tenants.Tenant) error {
	list, err := s.List(ctx, town, false)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].Kind != Live {
			continue
		}
		now, err := s.Live.Read(ctx, town, list[i].Reference)
		if ctx.Err() != nil { // stopped: the job is not done and comes again
			return ctx.Err()
		}
		if err != nil || !now.Known {
			slog.WarnContext(ctx, "no snapshot", "tenant", town.Slug, "indicator", list[i].Slug, "known", now.Known)
			continue
		}
		err = s.DB.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, upsertMeasure, tx.Tenant(), list[i].ID, day(s.now()), now.Number, "")
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
