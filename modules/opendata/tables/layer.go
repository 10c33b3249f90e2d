package tables

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/geo/tile"
	"acvdata/services/imports"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

// layer draws the rows of a table that have a position.
type layer struct {
	table   *Table
	service *Service
}

// NameAttribute is the attribute of a point that names it.
const NameAttribute = "nom"

// TownLayers implements ogc.TownLayers.
func (s *Service) TownLayers(ctx context.Context, tenant tenants.ID, slug string) (list []ogc.Layer, err error) {
	err = s.db.ReadTenant(ctx, tenant, func(ctx context.Context, tx *db.Tx) error {
		all, err := shownTables(ctx, tx, slug)
		for i := range all {
			if all[i].Located > 0 {
				list = append(list, layer{&all[i], s})
			}
		}
		return err
	})
	return list, err
}

// SourceOf implements ogc.TownLayers.
func (*Service) SourceOf(slug string) string { return SourceID(slug) }

// Describe implements ogc.Layer.
func (l layer) Describe() ogc.Description {
	return ogc.Description{
		ID: l.table.Slug, Module: ModuleCode, Title: "opendata.map", Attributes: []string{NameAttribute},
		Filters: []string{"q"}, Permission: "opendata.read",
	}
}

// named is the column that names a row: its first text.
func (t *Table) named() string {
	i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Kind == imports.KindText && c.Slot != "" })
	if i < 0 {
		return "r.number::text"
	}
	return "coalesce(r." + t.Columns[i].Slot + ", r.number::text)"
}

func (l layer) window(w ogc.Window) *where {
	c := of(w.Tenant, l.table)
	c.add("r.qk >= ? AND r.qk < ?", w.Lo, w.Hi)
	return c
}

// found gives the rows that hold the words looked for; nil when none are.
func (l layer) found(ctx context.Context, w ogc.Window) (kept *rowSet, err error) {
	f := datasets.Filter{Query: w.Filter}
	if len(wordsOf(f)) == 0 {
		return nil, nil //nolint:nilnil // every row
	}
	err = l.service.db.ReadTenant(ctx, w.Tenant, func(ctx context.Context, tx *db.Tx) error {
		kept, err = source(l).selection(ctx, tx, f)
		return err
	})
	return kept, err
}

// Points implements ogc.Layer.
func (l layer) Points(ctx context.Context, w ogc.Window, add ogc.AddPoint) error {
	kept, err := l.found(ctx, w)
	if err != nil {
		return err
	}
	c := l.window(w)
	query := "SELECT r.number, r.qk, left(" + l.table.named() + ", 80) FROM opendata.slot_row r WHERE " + c.String()
	return l.service.db.Query(ctx, w.Tenant, func(rows pgx.Rows) error {
		var number, code int64
		var name string
		_, err := pgx.ForEachRow(rows, []any{&number, &code, &name}, func() error {
			if kept == nil || kept.has(number) {
				add(uint64(max(number, 0)), code, tile.String(name))
			}
			return nil
		})
		return err
	}, query, c.args...)
}

// Cells implements ogc.Layer.
func (l layer) Cells(ctx context.Context, w ogc.Window, shift uint, add ogc.AddCell) error {
	kept, err := l.found(ctx, w)
	if err != nil {
		return err
	}
	c := l.window(w)
	cell := "r.qk >> " + c.arg(int32(shift)) + "::integer"
	query := "SELECT 0, " + cell + ", count(*) FROM opendata.slot_row r WHERE " + c.String() + " GROUP BY 2"
	if kept != nil {
		query = "SELECT r.number, " + cell + ", 1 FROM opendata.slot_row r WHERE " + c.String()
	}
	counts := map[int64]int64{}
	err = l.service.db.Query(ctx, w.Tenant, func(rows pgx.Rows) error {
		var number, cell, n int64
		_, err := pgx.ForEachRow(rows, []any{&number, &cell, &n}, func() error {
			if kept == nil || kept.has(number) {
				counts[cell] += n
			}
			return nil
		})
		return err
	}, query, c.args...)
	for cell, n := range counts {
		add(cell, n)
	}
	return err
}
