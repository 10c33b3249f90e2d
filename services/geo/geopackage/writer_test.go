package geopackage_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"acvdata/services/geo/geopackage"
)

// layer has a column of each type and as many more as asked for.
func layer(more int) geopackage.Layer {
	l := geopackage.Layer{Name: "arbres", Title: "Les arbres", Kind: geopackage.Point, Written: time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC), Columns: []geopackage.Column{
		{Name: "nom", Title: "Nom", Type: geopackage.Text},
		{Name: "n", Type: geopackage.Integer},
		{Name: "hauteur", Type: geopackage.Real},
		{Name: "remarquable", Type: geopackage.Boolean},
		{Name: "le", Type: geopackage.Day},
	}}
	for i := range more {
		l.Columns = append(l.Columns, geopackage.Column{Name: fmt.Sprint("c", i), Type: geopackage.Integer})
	}
	return l
}

// whole numbers at the edges of what SQLite keeps in a number of bytes.
var edges = []int64{
	0, 1, -1, 2, 127, 128, -128, -129, 32767, 32768, -32768, -32769, 1<<23 - 1, 1 << 23, -1 << 23, -1<<23 - 1, math.MaxInt32,
	math.MaxInt32 + 1, math.MinInt32, math.MinInt32 - 1, 1<<47 - 1, 1 << 47, -1 << 47, -1<<47 - 1, math.MaxInt64, math.MinInt64,
}

// valuesOf are a row's: texts around what a page holds, numbers at the edges.
func valuesOf(row, more int) []any {
	text := fmt.Sprint("é", row)
	if row%997 == 996 { // some go over one page, or several, or just fit
		text = strings.Repeat("x", []int{3900, 4000, 4040, 4061, 4100, 8200, 20_000}[row/997%7]+row%90)
	}
	values := []any{text, edges[row%len(edges)], float64(row) / 3, row%2 == 0, "2024-02-29"}
	for i := range more {
		values = append(values, int64(i*row))
	}
	if row%11 == 10 {
		values[0], values[2], values[3] = nil, math.NaN(), nil
	}
	return values
}

func placeOf(row int) orb.Geometry {
	if row%13 == 12 {
		return nil
	}
	return orb.Point{4 + float64(row*7919%10_007)/1e5, 44 + float64(row*104_729%10_009)/1e5}
}

func written(t testing.TB, rows, more int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := geopackage.New(&out, layer(more))
	if err != nil {
		t.Fatal(err)
	}
	for row := range rows {
		if err := w.Write(placeOf(row), valuesOf(row, more)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// opened is the file as SQLite opens it.
func opened(t testing.TB, content []byte) *sql.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "essai.gpkg")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func one[T any](t testing.TB, db *sql.DB, query string, args ...any) (v T) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// TestSQLiteFindsEveryPageSound asks SQLite itself, around the sizes where a node,
// a page or a level of pages is full, and reads every value back.
func TestSQLiteFindsEveryPageSound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ rows, more int }{{0, 0}, {1, 0}, {51, 0}, {52, 0}, {60, 200}, {2601, 0}, {2900, 3}, {30_000, 0}} {
		t.Run(fmt.Sprintf("%d rows, %d more columns", c.rows, c.more), func(t *testing.T) {
			t.Parallel()
			db := opened(t, written(t, c.rows, c.more))
			if said := one[string](t, db, "PRAGMA integrity_check"); said != "ok" {
				t.Errorf("SQLite: %s", said)
			}
			if said := one[string](t, db, "SELECT rtreecheck('rtree_arbres_geom')"); said != "ok" {
				t.Errorf("the index: %s", said)
			}
			located := 0
			for row := range c.rows {
				if placeOf(row) != nil {
					located++
				}
			}
			if n := one[int](t, db, "SELECT count(*) FROM rtree_arbres_geom"); n != located {
				t.Errorf("%d rows in the index of %d", n, located)
			}
			checkValues(t, db, c.rows, c.more)
		})
	}
}

func checkValues(t *testing.T, db *sql.DB, rows, more int) {
	t.Helper()
	found, err := db.QueryContext(t.Context(), "SELECT * FROM arbres ORDER BY fid")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	row := 0
	for ; found.Next(); row++ {
		got := make([]any, 7+more)
		into := make([]any, len(got))
		for i := range got {
			into[i] = &got[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		want := valuesOf(row, more)
		for i, v := range want {
			switch v := v.(type) {
			case float64:
				if math.IsNaN(v) {
					want[i] = nil
				}
			case bool: // as SQLite keeps it
				want[i] = map[bool]int64{false: 0, true: 1}[v]
			}
		}
		want[4] = time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC) // as the driver reads a DATE
		if fmt.Sprint(got[2:]) != fmt.Sprint(want) || got[0] != int64(row+1) || (got[1] == nil) != (placeOf(row) == nil) {
			t.Fatalf("row %d: %.300v, want %.300v", row, fmt.Sprint(got), fmt.Sprint(want))
		}
	}
	if err := found.Err(); err != nil || row != rows {
		t.Fatalf("%d rows of %d: %v", row, rows, err)
	}
}

// TestTheIndexFindsABox asks the R-tree for a box and compares with a plain reading.
func TestTheIndexFindsABox(t *testing.T) {
	t.Parallel()
	const rows = 20_000
	db := opened(t, written(t, rows, 0))
	want := 0
	for row := range rows {
		if p, is := placeOf(row).(orb.Point); is && p[0] > 4.02 && p[0] < 4.03 && p[1] > 44.05 && p[1] < 44.06 {
			want++
		}
	}
	n := one[int](t, db, "SELECT count(*) FROM rtree_arbres_geom WHERE maxx > 4.02 AND minx < 4.03 AND maxy > 44.05 AND miny < 44.06")
	if want < 100 || n < want || n > want+5 { // boxes are a hair larger than their points
		t.Errorf("%d rows in the box of %d", n, want)
	}
}

func TestTheSameRowsMakeTheSameBytes(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(written(t, 3000, 1), written(t, 3000, 1)) {
		t.Error("two files of the same rows differ")
	}
}
