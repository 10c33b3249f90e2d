package trees

import (
	"context"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"acvdata/services/dbtest"
	"acvdata/services/geo/boundary"
	"acvdata/services/geo/qk"
	"acvdata/services/geo/tile"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

func TestSeedIsTheSameEverywhereAndDoneOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	m := New(Deps{DB: d})
	for _, slug := range []string{"ales", "fecamp"} {
		town := dbtest.Town(t, d, slug)
		for range 2 {
			if err := m.Seed(t.Context(), town, rand.New(rand.NewPCG(1, 1))); err != nil {
				t.Fatal(err)
			}
		}
		figures, err := m.service.Figures(t.Context(), town.ID)
		if err != nil {
			t.Fatal(err)
		}
		if figures.Total != int64(treesToSeed(town)) || figures.Species.Groups < 8 || figures.Unknown != 0 {
			t.Errorf("%s: %d trees, %d species, %d unknown", slug, figures.Total, figures.Species.Groups, figures.Unknown)
		}
		stayInside(t, m, town)
	}
}

func stayInside(t *testing.T, m *Module, town *tenants.Tenant) {
	t.Helper()
	outline, err := boundary.Parse(town.Boundary)
	if err != nil {
		t.Fatal(err)
	}
	err = m.service.db.Query(t.Context(), town.ID, func(rows pgx.Rows) error {
		for rows.Next() {
			var p tenants.Point
			if err := rows.Scan(&p.Lon, &p.Lat); err != nil {
				return err
			}
			if !outline.Contains(p) {
				t.Fatalf("%s: a tree outside the town at %v", town.Slug, p)
			}
			if p != p.Rounded() {
				t.Fatalf("%s: a tree surveyed to less than an atom at %v", town.Slug, p)
			}
		}
		return rows.Err()
	}, `SELECT lon, lat FROM trees.site WHERE tenant_id = $1`, town.ID)
	if err != nil {
		t.Fatal(err)
	}
}

// Points and cells tell the same trees, filters included, and no other town's.
func TestTheLayerDrawsTheSelection(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	m := New(Deps{DB: d})
	town, other := dbtest.Town(t, d, "ales"), dbtest.Town(t, d, "bayonne")
	for _, at := range []*tenants.Tenant{town, other} {
		if err := m.Seed(t.Context(), at, rand.New(rand.NewPCG(2, 2))); err != nil {
			t.Fatal(err)
		}
	}
	l := layer{m.service}
	lo, hi := qk.TileRange(0, 0, 0)
	for name, filter := range map[string]map[string][]string{
		"all":        {},
		"felled":     {paramStatus: {"felled"}},
		"remarkable": {paramRemarkable: {"oui"}},
		"district":   {paramDistrict: {"Centre"}},
	} {
		w := ogc.Window{Tenant: town.ID, Lo: lo, Hi: hi, Filter: filter}
		points, inCells := drawn(t, l, w)
		f, err := ParseFilter(filter, m.service.register.Load())
		if err != nil {
			t.Fatal(err)
		}
		page, _, err := m.service.List(t.Context(), town.ID, List{Filter: f, Order: ByNumber})
		if err != nil {
			t.Fatal(err)
		}
		if points != page.Total || inCells != page.Total || points == 0 {
			t.Errorf("%s: %d points, %d in cells, %d in the list", name, points, inCells, page.Total)
		}
	}
}

func drawn(t *testing.T, l layer, w ogc.Window) (points, inCells int64) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	if err := l.Points(ctx, w, func(uint64, int64, ...tile.Value) { points++ }); err != nil {
		t.Fatal(err)
	}
	if err := l.Cells(ctx, w, tile.CellShift(10), func(_, n int64) { inCells += n }); err != nil {
		t.Fatal(err)
	}
	return points, inCells
}

// The plan of a tile's query uses the index on (tenant_id, qk) under row-level
// security, which is what makes it fast.
func TestTheTileQueryUsesTheIndexUnderRowSecurity(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	m := New(Deps{DB: d})
	town := dbtest.Town(t, d, "ales")
	if err := m.Seed(t.Context(), town, rand.New(rand.NewPCG(3, 3))); err != nil {
		t.Fatal(err)
	}
	x, y, err := qk.Cell(town.Center.Lon, town.Center.Lat)
	if err != nil {
		t.Fatal(err)
	}
	lo, hi := qk.TileRange(16, x>>(qk.Zoom-16), y>>(qk.Zoom-16))
	plan := ""
	err = d.Query(t.Context(), town.ID, func(rows pgx.Rows) error {
		var planSb128 strings.Builder
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				return err
			}
			planSb128.WriteString(line + "\n")
		}
		plan += planSb128.String()
		return rows.Err()
	}, `EXPLAIN SELECT t.number, t.qk FROM trees.tree t WHERE t.tenant_id = $1 AND t.qk >= $2 AND t.qk < $3`, town.ID, lo, hi)
	if err != nil {
		t.Fatal(err)
	}
	if !indexed(plan) {
		t.Errorf("the plan does not use (tenant_id, qk):\n%s", plan)
	}
}

var indexCondition = regexp.MustCompile(`tree_qk_ix[\s\S]*Index Cond: .*tenant_id.*qk >=.*qk <`)

func indexed(plan string) bool { return indexCondition.MatchString(plan) }
