package trees

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/services/apptest/boxes"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/tenants"
)

func TestPagesOfABoxHoldEachTreeOnce(t *testing.T) {
	t.Parallel()
	m, town := seeded(t, "vitre")
	check := boxes.Check{DB: m.service.db, Town: town, Source: m.Datasets()[0]}
	t.Run("at rest", check.Run)
	check.Meanwhile = func() []string { return fellAndRaise(t, m, town) }
	t.Run("while trees are felled and raised", check.Run)
}

// fellAndRaise takes some trees out of the inventory and puts others in.
func fellAndRaise(t *testing.T, m *Module, town *tenants.Tenant) (touched []string) {
	t.Helper()
	var some []int64
	for range 20 {
		some = append(some, 1+rand.Int64N(3_000))
	}
	err := m.service.db.InTenant(t.Context(), town.ID, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, `
UPDATE trees.tree SET status = CASE WHEN status = 'standing' THEN 'felled' ELSE 'standing' END
WHERE tenant_id = $1 AND number = ANY($2)
RETURNING number`, tx.Tenant(), some)
		if err != nil {
			return err
		}
		numbers, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		for _, n := range numbers {
			touched = append(touched, strconv.FormatInt(n, 10))
		}
		return err
	})
	require.NoError(t, err)
	return touched
}

// What narrows a box narrows its pages too.
func TestABoxAndOtherFiltersNarrowTogether(t *testing.T) {
	t.Parallel()
	m, town := seeded(t, "vitre")
	c := town.Center
	box := &tenants.Bounds{West: c.Lon - 0.01, East: c.Lon + 0.01, South: c.Lat - 0.01, North: c.Lat + 0.01}
	all, _, _ := read(t, m, town, datasets.Filter{BBox: box})
	genus, _ := all[0]["genre"].(string)
	want := 0
	for _, r := range all {
		if r["genre"] == genus {
			want++
		}
	}
	f, got := datasets.Filter{BBox: box, Equal: map[string]string{"genre": genus}, Limit: 3}, 0
	for {
		page, cursors, _ := read(t, m, town, f)
		if got += len(page); len(page) < f.Limit {
			break
		}
		f.After = cursors[len(cursors)-1]
	}
	require.Greater(t, want, 6)
	require.Equal(t, want, got)
	one, _, _ := read(t, m, town, datasets.Filter{BBox: box, ID: strconv.FormatInt(all[2]["id"].(int64), 10)})
	require.Equal(t, all[2:3], one)
}

func TestACursorOfAnotherWorldIsRefused(t *testing.T) {
	t.Parallel()
	m, town := seeded(t, "vitre")
	box := &tenants.Bounds{West: -180, South: -90, East: 180, North: 90}
	for _, f := range []datasets.Filter{
		{After: "x"}, {After: "1~2"}, {BBox: box, After: "12"}, {BBox: box, After: "~1"}, {BBox: box, After: "é~1"}, {BBox: box, After: "1~x"},
	} {
		err := m.service.db.ReadTenant(t.Context(), town.ID, func(ctx context.Context, tx *db.Tx) error {
			return m.Datasets()[0].Rows(ctx, tx, f, func(datasets.Row) error { return nil })
		})
		require.ErrorContains(t, err, "datasets.fault.cursor", "%+v", f)
	}
}
