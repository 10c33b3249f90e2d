package tables

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/geo/qk"
	"acvdata/services/imports"
	"acvdata/tenants"
)

// Sample is a table made by a program rather than from a file: demonstration
// data.
type Sample struct {
	Title   string
	Columns []Column // label, kind, unit, meaning
	Rows    []SampleRow
	About   datasets.Metadata
	Charts  []Chart
}

// SampleRow is a row: values in the types of the slots (string, float64,
// time.Time, bool; nil for none), and its place, if any.
type SampleRow struct {
	Values []any
	At     *tenants.Point
}

// Load makes a table of a sample, unless the town has one of that title.
func (s *Service) Load(ctx context.Context, town *tenants.Tenant, sample Sample) error {
	slug, err := s.address(sample.Title)
	if err != nil {
		return err
	}
	return s.db.InTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if known, err := findTable(ctx, tx, slug); err != nil || known != nil {
			return err
		}
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		theme := datasets.ThemeTown
		if len(sample.About.Themes) > 0 {
			theme = sample.About.Themes[0]
		}
		t, edition, err := s.newEdition(ctx, tx, Edition{Title: sample.Title, Theme: theme, ImportID: id, Columns: sample.columns})
		if err != nil {
			return err
		}
		if err := fill(ctx, tx, t, edition, sample.Rows); err != nil {
			return err
		}
		charts, err := json.Marshal(append([]Chart{}, sample.Charts...))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, updateCharts, tx.Tenant(), t.ID, charts); err != nil {
			return err
		}
		if err := s.show(ctx, tx, t, edition); err != nil {
			return err
		}
		return s.describe(ctx, town, t.Slug, sample.About)
	})
}

// columns gives the sample's columns their names and slots.
func (s Sample) columns([]Column) []Column {
	kept := make([]imports.Column, len(s.Columns))
	for i, c := range s.Columns {
		kept[i] = imports.Column{Name: c.Label, Kind: c.Kind}
	}
	placed := place(kept, func(c imports.Column) string { return c.Name }, nil)
	for i := range placed {
		placed[i].Unit, placed[i].About = s.Columns[i].Unit, s.Columns[i].About
	}
	return placed
}

// fill writes a sample's rows.
func fill(ctx context.Context, tx *db.Tx, t *Table, edition int, rows []SampleRow) error {
	slots := []string{"tenant_id", "table_id", "edition", "number", "lon", "lat", "qk"}
	places := []string{"$1", "$2", "$3", "$4", "$5", "$6", "$7"}
	w := where{args: make([]any, 7)}
	for _, c := range t.Columns {
		slots, places = append(slots, c.Slot), append(places, w.arg(nil))
	}
	statement := "INSERT INTO opendata.slot_row (" + strings.Join(slots, ", ") + ") VALUES (" + strings.Join(places, ", ") + ")"
	var batch pgx.Batch
	for n, r := range rows {
		args := []any{tx.Tenant(), t.ID, edition, n + 1, nil, nil, nil}
		if r.At != nil {
			code, err := qk.Encode(r.At.Lon, r.At.Lat)
			if err != nil {
				return err
			}
			args[4], args[5], args[6] = r.At.Lon, r.At.Lat, code
		}
		batch.Queue(statement, append(args, r.Values...)...)
	}
	return tx.SendBatch(ctx, &batch).Close()
}
