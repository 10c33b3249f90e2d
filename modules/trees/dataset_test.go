package trees

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/dbtest"
	"acvdata/tenants"
)

func seeded(t *testing.T, slug string) (*Module, *tenants.Tenant) {
	t.Helper()
	d := dbtest.New(t)
	m, town := New(Deps{DB: d}), dbtest.Town(t, d, slug)
	if err := m.Seed(t.Context(), town, rand.New(rand.NewPCG(4, 4))); err != nil {
		t.Fatal(err)
	}
	return m, town
}

// read gives the rows of a filter by field name, and what Count says.
func read(t *testing.T, m *Module, town *tenants.Tenant, f datasets.Filter) (rows []map[string]any, cursors []string, count int64) {
	t.Helper()
	source := m.Datasets()[0]
	err := m.service.db.ReadTenant(t.Context(), town.ID, func(ctx context.Context, tx *db.Tx) (err error) {
		if count, err = source.Count(ctx, tx, f); err != nil {
			return err
		}
		return source.Rows(ctx, tx, f, func(r datasets.Row) error {
			values := map[string]any{}
			for i, field := range source.Describe().Fields {
				values[field.Name] = r.Values[i]
			}
			rows, cursors = append(rows, values), append(cursors, r.Cursor)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows, cursors, count
}

func TestTheDatasetHasTheSchemasColumns(t *testing.T) {
	t.Parallel()
	fields := dataset{}.Describe().Fields
	if len(fields) != 31 {
		t.Errorf("%d fields, the schema 0.3.1 has 31", len(fields))
	}
}

func TestTheDatasetIsTheStandingTreesWithinTheSchemasBounds(t *testing.T) {
	t.Parallel()
	m, town := seeded(t, "vitre")
	rows, _, count := read(t, m, town, datasets.Filter{})
	figures, err := m.service.Figures(t.Context(), town.ID)
	if err != nil {
		t.Fatal(err)
	}
	if int64(len(rows)) != figures.Standing || count != figures.Standing {
		t.Errorf("%d rows, count %d, %d standing", len(rows), count, figures.Standing)
	}
	seen := map[int64]bool{}
	for _, r := range rows {
		id, ok := r["id"].(int64)
		if !ok || id < 1 || seen[id] {
			t.Fatalf("id %v", r["id"])
		}
		seen[id] = true
		if h, ok := r["hauteur"].(float64); !ok || h < 100 || h > 4_000 {
			t.Fatalf("height %v cm", r["hauteur"])
		}
		if r["code_insee"] != town.INSEE || r["genre"] == "" || r["remarque"] == nil {
			t.Fatalf("row %v", r)
		}
	}
}

func TestFiltersOfTheDataset(t *testing.T) {
	t.Parallel()
	m, town := seeded(t, "vitre")
	all, cursors, _ := read(t, m, town, datasets.Filter{})
	genus, _ := all[0]["genre"].(string)
	old := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	count := func(keep func(map[string]any) bool) (n int) {
		for _, r := range all {
			if keep(r) {
				n++
			}
		}
		return n
	}
	tests := map[string]struct {
		filter datasets.Filter
		want   int
	}{
		"genus":        {datasets.Filter{Equal: map[string]string{"genre": genus}}, count(func(r map[string]any) bool { return r["genre"] == genus })},
		"remarkable":   {datasets.Filter{Equal: map[string]string{"remarquable": "true"}}, count(func(r map[string]any) bool { return r["remarquable"] == true })},
		"planted from": {datasets.Filter{From: old}, count(func(r map[string]any) bool { at, _ := r["date_plantation"].(time.Time); return !at.Before(old) })},
		"one":          {datasets.Filter{ID: cursors[3]}, 1},
		"nothing":      {datasets.Filter{Equal: map[string]string{"genre": "Inventé' OR true --"}}, 0},
		"the list's":   {datasets.Filter{Query: map[string][]string{paramDistrict: {"Centre"}}}, -1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			rows, _, n := read(t, m, town, test.filter)
			if int64(len(rows)) != n || test.want >= 0 && len(rows) != test.want || test.want < 0 && (len(rows) == 0 || len(rows) == len(all)) {
				t.Errorf("%d rows, count %d, want %d", len(rows), n, test.want)
			}
		})
	}
}

func TestPagesOfTheDatasetFollowEachOther(t *testing.T) {
	t.Parallel()
	m, town := seeded(t, "fecamp")
	_, all, _ := read(t, m, town, datasets.Filter{})
	var paged []string
	for after := ""; ; after = paged[len(paged)-1] {
		_, cursors, count := read(t, m, town, datasets.Filter{After: after, Limit: 700})
		if count != int64(len(all)) {
			t.Fatalf("count %d on a page, want %d", count, len(all))
		}
		paged = append(paged, cursors...)
		if len(cursors) < 700 {
			break
		}
	}
	if len(paged) != len(all) {
		t.Fatalf("%d rows over the pages, want %d", len(paged), len(all))
	}
	for i := range all {
		if paged[i] != all[i] {
			t.Fatalf("row %s is %s over the pages", strconv.Itoa(i), paged[i])
		}
	}
}
