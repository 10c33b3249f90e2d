package ogc

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/paulmach/orb"

	"acvdata/services/dbtest"
	"acvdata/services/geo/qk"
	"acvdata/services/geo/tile"
)

// forest is a layer of many points, given in no order.
type forest struct {
	codes []int64
	reads atomic.Int64
}

func newForest(n int) *forest {
	chance := rand.New(rand.NewPCG(1, 2))
	f := &forest{codes: make([]int64, n)}
	for i := range f.codes {
		f.codes[i], _ = qk.Encode(4.08+0.03*chance.Float64(), 44.12+0.03*chance.Float64())
	}
	return f
}

func (*forest) Describe() Description {
	return Description{ID: "pre", Module: "test", Attributes: []string{"kind", "size"}, Public: true}
}

// values of a point: the second is sometimes missing.
func (f *forest) values(i int) []tile.Value {
	v := []tile.Value{tile.String("kind " + strconv.Itoa(i%3)), tile.Int(int64(i % 5))}
	if i%7 == 0 {
		v[1] = tile.Value{}
	}
	return v
}

func (f *forest) Points(_ context.Context, w Window, add AddPoint) error {
	f.reads.Add(1)
	for i, code := range f.codes {
		if code >= w.Lo && code < w.Hi {
			add(uint64(i+1), code, f.values(i)...)
		}
	}
	return nil
}

func (f *forest) Cells(_ context.Context, w Window, shift uint, add AddCell) error {
	f.reads.Add(1)
	counts := map[int64]int64{}
	for _, code := range f.codes {
		if code >= w.Lo && code < w.Hi {
			counts[code>>shift]++
		}
	}
	for cell, n := range counts {
		add(cell, n)
	}
	return nil
}

// seen is what a reader finds in a tile, in a fixed order.
type seen struct {
	id         float64
	at         orb.Point
	kind, size any
}

func look(t *testing.T, body []byte) (list []seen, total float64) {
	t.Helper()
	if len(body) == 0 {
		return nil, 0
	}
	for _, f := range decode(t, body)[0].Features {
		point, ok := f.Geometry.(orb.Point)
		if !ok {
			t.Fatalf("%T is no point", f.Geometry)
		}
		id, _ := f.ID.(float64)
		list = append(list, seen{id, point, f.Properties["kind"], f.Properties["size"]})
		if n, ok := f.Properties[tile.CountKey].(float64); ok {
			total += n
		}
	}
	slices.SortFunc(list, func(a, b seen) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.at[0], b.at[0]), cmp.Compare(a.at[1], b.at[1]))
	})
	return list, total
}

// alone draws a tile straight from the layer.
func (f *forest) alone(t *testing.T, r TileRequest) []byte {
	t.Helper()
	lo, hi := qk.TileRange(r.Z, r.X, r.Y)
	w := Window{Lo: lo, Hi: hi}
	drawn := tile.NewPoints(r.Z, r.X, r.Y, f.Describe().Attributes...)
	encode, err := drawn.Encode, error(nil)
	if r.Z <= tile.CountZoom {
		counts := tile.NewCells(r.Z, r.X, r.Y)
		encode, err = counts.Encode, f.Cells(t.Context(), w, tile.CellShift(r.Z), counts.Add)
	} else {
		err = f.Points(t.Context(), w, drawn.Add)
	}
	if err != nil {
		t.Fatal(err)
	}
	body, err := tile.Gzip(encode())
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestTilesCutFromABlockAreThoseDrawnAlone(t *testing.T) {
	t.Parallel()
	d, f := dbtest.New(t), newForest(3000)
	town := dbtest.Town(t, d, "ales")
	s, err := NewTileset(d, []Layer{f}, Memory{Points: 1 << 20}) // no tile kept: each is cut
	if err != nil {
		t.Fatal(err)
	}
	for _, z := range []uint32{0, 5, 9, 11, 12, 13, 14, 15, 16, 18, MaxZoom} {
		for i := range 12 {
			x, y := qk.Split(f.codes[i*200])
			r := TileRequest{Tenant: town.ID, Layer: "pre", Z: z, X: x >> (qk.Zoom - z), Y: y >> (qk.Zoom - z)}
			got, counted := look(t, ask(t, s, r).Body)
			want, expected := look(t, f.alone(t, r))
			if len(got) == 0 || !slices.Equal(got, want) || counted != expected {
				t.Fatalf("zoom %d: %d features counting %v, drawn alone %d counting %v", z, len(got), counted, len(want), expected)
			}
		}
	}
}

func TestNeighboursAreCutFromOneBlock(t *testing.T) {
	t.Parallel()
	d, f := dbtest.New(t), newForest(500)
	town := dbtest.Town(t, d, "ales")
	s, err := NewTileset(d, []Layer{f}, Memory{Points: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name  string
		zoom  uint32
		side  uint32 // tiles on a side, from an even corner
		reads int64
	}{
		{"four tiles of zoom 16", 16, 2, 1},
		{"the tile around them", 15, 1, 1},
		{"sixteen closer tiles in that one", 17, 4, 1},
		{"counts of the surroundings", 13, 2, 2},
		{"and further out within them", 11, 1, 2},
		{"the whole world", 0, 1, 3},
		{"and whatever is in it", 8, 1, 3},
	} {
		x, y := qk.Split(f.codes[0])
		x, y = x>>(qk.Zoom-step.zoom)/step.side*step.side, y>>(qk.Zoom-step.zoom)/step.side*step.side
		for dx := range step.side {
			for dy := range step.side {
				ask(t, s, TileRequest{Tenant: town.ID, Layer: "pre", Z: step.zoom, X: x + dx, Y: y + dy})
			}
		}
		if got := f.reads.Load(); got != step.reads {
			t.Errorf("%s: %d readings, want %d", step.name, got, step.reads)
		}
	}
}
