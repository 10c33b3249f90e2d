package atlas

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/datasets"
	"acvdata/services/db"
)

// What the public figures are made of: counts of atlas.shown, kept by triggers,
// and the view itself. $1 is the town.
const (
	selectFreshness = `SELECT version, changed_at FROM atlas.register WHERE tenant_id = $1`

	selectTally = `SELECT taxon, in_town, month, n FROM atlas.tally WHERE tenant_id = $1`

	selectLast = `
SELECT t.taxon, s.date_to
FROM (SELECT DISTINCT taxon FROM atlas.tally WHERE tenant_id = $1) t
CROSS JOIN LATERAL (
  SELECT date_to FROM atlas.shown s
  WHERE s.tenant_id = $1 AND s.taxon = t.taxon
  ORDER BY s.date_to DESC
  LIMIT 1
) s`

	selectCellTaxa = `SELECT taxon, cell, n FROM atlas.tally_cell WHERE tenant_id = $1`

	selectVisits = `SELECT cell, count(*) FROM atlas.visit WHERE tenant_id = $1 AND cell <> 0 GROUP BY cell`

	selectTownVisits = `
SELECT extract(month FROM day)::integer, count(*), count(DISTINCT day)
FROM atlas.visit
WHERE tenant_id = $1 AND cell = 0
GROUP BY 1`

	selectCells = `
SELECT cell, sum(n)::bigint
FROM atlas.tally_cell
WHERE tenant_id = $1 AND taxon = ANY ($2)
GROUP BY cell
ORDER BY 2 DESC, 1`

	selectWide = `
SELECT level, place, count(*)
FROM atlas.shown
WHERE tenant_id = $1 AND taxon = ANY ($2) AND level > 0 AND present
GROUP BY level, place
ORDER BY level, place`

	selectYears = `
SELECT extract(year FROM date_to)::integer, count(*)
FROM atlas.shown
WHERE tenant_id = $1 AND taxon = ANY ($2) AND present
GROUP BY 1
ORDER BY 1`

	selectFirstAbsent = `
SELECT min(date_from) FILTER (WHERE present), count(*) FILTER (WHERE NOT present)
FROM atlas.shown
WHERE tenant_id = $1 AND taxon = ANY ($2)`
)

func itoa(n int) string { return strconv.Itoa(n) }

// readFreshness reads the version of what everybody may see.
func readFreshness(ctx context.Context, tx *db.Tx) (f datasets.Freshness, err error) {
	rows, err := tx.Query(ctx, selectFreshness, tx.Tenant())
	if err != nil {
		return f, err
	}
	_, err = pgx.ForEachRow(rows, []any{&f.Version, &f.At}, func() error { return nil })
	return f, err
}

func readSurvey(ctx context.Context, tx *db.Tx) (*Survey, error) {
	v := &Survey{Cells: map[Cell]CellFigures{}}
	byTaxon, err := readTally(ctx, tx)
	if err != nil {
		return nil, err
	}
	ids := make([]int, 0, len(byTaxon))
	for id := range byTaxon {
		ids = append(ids, id)
	}
	taxa, err := readTaxa(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	for id, r := range byTaxon {
		if r.Taxon = taxa[id]; r.Taxon.ID != 0 {
			v.Records = append(v.Records, *r)
		}
	}
	v.finish()
	if err := readCellFigures(ctx, tx, v); err != nil {
		return nil, err
	}
	return v, readEffort(ctx, tx, v)
}

func readTally(ctx context.Context, tx *db.Tx) (map[int]*Record, error) {
	rows, err := tx.Query(ctx, selectTally, tx.Tenant())
	if err != nil {
		return nil, err
	}
	byTaxon := map[int]*Record{}
	var id, month int
	var inTown bool
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&id, &inTown, &month, &n}, func() error {
		r := byTaxon[id]
		if r == nil {
			r = &Record{}
			byTaxon[id] = r
		}
		if !inTown {
			r.Around += n
			return nil
		}
		r.InTown += n
		r.Months[month] += n
		return nil
	})
	if err != nil {
		return nil, err
	}
	if rows, err = tx.Query(ctx, selectLast, tx.Tenant()); err != nil {
		return nil, err
	}
	var last time.Time
	_, err = pgx.ForEachRow(rows, []any{&id, &last}, func() error {
		if r := byTaxon[id]; r != nil {
			r.Last = last
		}
		return nil
	})
	return byTaxon, err
}

// readCellFigures counts species and records of cells, then their visits.
func readCellFigures(ctx context.Context, tx *db.Tx, v *Survey) error {
	rows, err := tx.Query(ctx, selectCellTaxa, tx.Tenant())
	if err != nil {
		return err
	}
	seen := map[Cell]map[string]bool{}
	var id int
	var cell Cell
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&id, &cell, &n}, func() error {
		f := v.Cells[cell]
		f.Records += n
		if seen[cell] == nil {
			seen[cell] = map[string]bool{}
		}
		if key := v.keys[id]; key != "" && !seen[cell][key] {
			seen[cell][key] = true
			f.Species++
		}
		v.Cells[cell] = f
		return nil
	})
	if err != nil {
		return err
	}
	if rows, err = tx.Query(ctx, selectVisits, tx.Tenant()); err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, []any{&cell, &n}, func() error {
		f := v.Cells[cell]
		f.Visits = n
		v.Cells[cell] = f
		return nil
	})
	return err
}

func readEffort(ctx context.Context, tx *db.Tx, v *Survey) error {
	rows, err := tx.Query(ctx, selectTownVisits, tx.Tenant())
	if err != nil {
		return err
	}
	var month int
	var visits, days int64
	_, err = pgx.ForEachRow(rows, []any{&month, &visits, &days}, func() error {
		v.Effort.Months[month] = visits
		v.Effort.Visits += visits
		v.Effort.Days += days
		return nil
	})
	return err
}

// readSheet completes a species' sheet; ids are the taxon and what is below it.
func readSheet(ctx context.Context, tx *db.Tx, s *Sheet, ids []int) (err error) {
	if s.Cells, err = readCells(ctx, tx, ids); err != nil {
		return err
	}
	if s.Wide, err = collect[WideCount](ctx, tx, selectWide, ids); err != nil {
		return err
	}
	if s.Years, err = collect[YearCount](ctx, tx, selectYears, ids); err != nil {
		return err
	}
	var first *time.Time
	if err = tx.QueryRow(ctx, selectFirstAbsent, tx.Tenant(), ids).Scan(&first, &s.Absent); err == nil && first != nil {
		s.First = *first
	}
	return err
}

func readCells(ctx context.Context, tx *db.Tx, ids []int) ([]CellCount, error) {
	return collect[CellCount](ctx, tx, selectCells, ids)
}

func collect[T any](ctx context.Context, tx *db.Tx, query string, ids []int) ([]T, error) {
	rows, err := tx.Query(ctx, query, tx.Tenant(), ids)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[T])
}
