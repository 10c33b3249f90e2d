package columns

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/services/cql"
	"acvdata/services/datasets"
)

func described(g datasets.Geometry) datasets.Description {
	return datasets.Description{ID: "test/rows", Geometry: g, Fields: []datasets.Field{
		{Name: "nom", Type: datasets.Text},
		{Name: "rang", Type: datasets.Integer},
		{Name: "hauteur", Type: datasets.Number},
		{Name: "jour", Type: datasets.Date},
		{Name: "vu", Type: datasets.DateTime},
		{Name: "sain", Type: datasets.Boolean},
		{Name: "place", Type: datasets.GeoPoint},
	}}
}

// many are rows of any values, some of them missing.
func many(n int) (rows []datasets.Row) {
	luck := rand.New(rand.NewPCG(3, 5))
	names := []string{"Érable", "erable", "Zelkova", "aulne", "Chêne d’Œuvre", ""}
	maybe := func(v any) any {
		if luck.IntN(5) == 0 {
			return nil
		}
		return v
	}
	for i := range n {
		day := time.Date(2000+luck.IntN(20), 3, 1+luck.IntN(28), 0, 0, 0, 0, time.UTC)
		r := datasets.Row{ID: fmt.Sprintf("t-%d", i*7), Located: luck.IntN(4) > 0, Values: []any{
			maybe(names[luck.IntN(len(names))]), maybe(int64(luck.IntN(9))), maybe(float64(luck.IntN(40)) / 2), maybe(day),
			maybe(day.Add(time.Hour)), maybe(luck.IntN(2) == 0), maybe(datasets.Position{Lon: 4, Lat: 44}),
		}}
		if r.Located {
			r.Lon, r.Lat = 4+luck.Float64()/10, 44+luck.Float64()/10
		}
		rows = append(rows, r)
	}
	return rows
}

func tableOf(g datasets.Geometry, rows []datasets.Row) *Table {
	b := newBuilder(described(g))
	for _, r := range rows {
		b.add(r)
	}
	return b.done()
}

// What goes in comes out, whatever it is.
func TestRowsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	rows := many(500)
	table := tableOf(datasets.Point, rows)
	require.Equal(t, len(rows), table.Len())
	for i, want := range rows {
		want.Cursor = want.ID
		require.Equal(t, want, table.At(uint32(i)))
		row, ok := table.Find(want.ID)
		require.True(t, ok)
		require.EqualValues(t, i, row)
	}
	for _, id := range []string{"", "t-", "t-1", "-7", "7"} {
		_, ok := table.Find(id)
		require.False(t, ok, id)
	}
}

func TestShapesOfLinesAndPolygonsAreFiltered(t *testing.T) {
	t.Parallel()
	square := json.RawMessage(`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}`)
	table := tableOf(datasets.Polygon, []datasets.Row{{ID: "a", Shape: square}, {ID: "b"}, {ID: "c", Shape: json.RawMessage(`{"type":"Polygon"}`)}})
	require.Equal(t, square, table.At(0).Shape)
	require.Equal(t, []uint32{0}, table.Select(filter(t, table, "S_CONTAINS(geometry, POINT(0.5 0.5))")))
	require.Empty(t, table.Select(filter(t, table, "S_CONTAINS(geometry, POINT(1.5 0.5))")))
}

func filter(t *testing.T, table *Table, said string) cql.Filter {
	t.Helper()
	e, err := cql.ParseText(said)
	require.NoError(t, err)
	f, err := cql.Compile(e, table.Fields())
	require.NoError(t, err)
	return f
}

func TestFiltersAgreeWithAPlainReading(t *testing.T) {
	t.Parallel()
	rows := many(400)
	table := tableOf(datasets.Point, rows)
	day := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)
	for said, passes := range map[string]func(r datasets.Row) bool{
		"rang > 4": func(r datasets.Row) bool { n, ok := r.Values[1].(int64); return ok && n > 4 },
		"hauteur * 2 = rang": func(r datasets.Row) bool {
			h, ok := r.Values[2].(float64)
			n, known := r.Values[1].(int64)
			return ok && known && h*2 == float64(n)
		},
		"jour >= DATE('2010-01-01')": func(r datasets.Row) bool { d, ok := r.Values[3].(time.Time); return ok && !d.Before(day) },
		"vu < '2010-01-01'":          func(r datasets.Row) bool { d, ok := r.Values[4].(time.Time); return ok && d.Before(day) },
		"sain":                       func(r datasets.Row) bool { b, _ := r.Values[5].(bool); return b },
		"nom IS NULL":                func(r datasets.Row) bool { return r.Values[0] == nil },
		"S_INTERSECTS(geometry, BBOX(4,44,4.05,44.05))": func(r datasets.Row) bool { return r.Located && r.Lon <= 4.05 && r.Lat <= 44.05 },
		"S_EQUALS(place, POINT(4 44))":                  func(r datasets.Row) bool { return r.Values[6] != nil },
		"ACCENTI(CASEI(nom)) = 'erable'":                func(r datasets.Row) bool { s, _ := r.Values[0].(string); return s == "erable" || s == "Érable" },
	} {
		var want []uint32
		for i, r := range rows {
			if passes(r) {
				want = append(want, uint32(i))
			}
		}
		require.NotEmpty(t, want, said)
		require.Equal(t, want, table.Select(filter(t, table, said)), said)
	}
}

func TestSortingAgreesWithAPlainSort(t *testing.T) {
	t.Parallel()
	rows := many(600)
	table := tableOf(datasets.Point, rows)
	compare := Comparer()
	for _, keys := range [][]Key{{{"nom", false}}, {{"nom", true}}, {{"sain", true}, {"hauteur", false}}, {{"jour", false}, {"rang", true}, {"nom", false}}, {{"vu", true}}} {
		got := table.Select(nil)
		want := slices.Clone(got)
		table.Sort(got, keys)
		slices.SortStableFunc(want, func(a, b uint32) int {
			for _, k := range keys {
				at := table.fields[k.Name].Value
				if c := compare(rows[a].Values[at], rows[b].Values[at], k.Down); c != 0 {
					return c
				}
			}
			return 0
		})
		require.Equal(t, want, got, "%v", keys)
	}
}

// Nothing odd that a source may give makes a table stumble.
func TestOddValuesAreMissing(t *testing.T) {
	t.Parallel()
	table := tableOf(datasets.NoGeometry, []datasets.Row{{ID: "a", Values: []any{"x", 1, math.NaN(), time.Time{}}}, {ID: "b"}})
	require.Equal(t, []any{"x", 1, nil, nil, nil, nil, nil}, table.At(0).Values)
	require.Equal(t, []uint32{0, 1}, table.Select(filter(t, table, "hauteur IS NULL AND jour IS NULL")))
	require.NotContains(t, table.Fields(), Geometry)
}

func TestALargeDatasetIsRefused(t *testing.T) {
	t.Parallel()
	k := New(4096)
	_, err := k.read(context.Background(), nil, source{many(2000)}, described(datasets.Point))
	require.ErrorIs(t, err, ErrLarge)
	small, err := New(1<<20).read(context.Background(), nil, source{many(2000)}, described(datasets.Point))
	require.NoError(t, err)
	require.Equal(t, 2000, small.Len())
	require.Less(t, small.bytes, 200_000)
}
