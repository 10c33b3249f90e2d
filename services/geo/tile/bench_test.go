package tile_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"acvdata/services/geo/qk"
	"acvdata/services/geo/tile"
)

// row is what a database row of a tree gives: the attributes of the figures
// kept in the project's performance notes.
type row struct {
	id     uint64
	code   int64
	genus  string
	status string
	height float64
}

var keys = []string{"genus", "status", "height_cm"}

// rows are points of one z14 tile, on streets rather than anywhere.
func rows(n int) []row {
	r := rand.New(rand.NewPCG(1, 2))
	genera := []string{"Platanus", "Tilia", "Acer", "Pinus", "Quercus", "Celtis", "Cupressus", "Fraxinus", "Prunus", "Betula"}
	lo, hi := qk.TileRange(14, ax, ay)
	out := make([]row, n)
	for i := range out {
		out[i] = row{
			id: uint64(1000000 + i), code: lo + r.Int64N(hi-lo), genus: genera[r.IntN(len(genera))],
			status: []string{"standing", "felled"}[r.IntN(2)], height: float64(200 + 10*r.IntN(150)),
		}
	}
	return out
}

// BenchmarkEncodeTile compares this package with orb/mvt on the same rows, both
// from the rows a query gives to the tile's bytes, uncompressed.
func BenchmarkEncodeTile(b *testing.B) {
	for _, n := range []int{160, 1700, 9000} {
		data := rows(n)
		b.Run(fmt.Sprintf("points=%d/ours", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ours(data)
			}
			perPoint(b, n)
		})
		b.Run(fmt.Sprintf("points=%d/orb", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := theirs(data); err != nil {
					b.Fatal(err)
				}
			}
			perPoint(b, n)
		})
	}
}

func perPoint(b *testing.B, n int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/point")
}

func ours(data []row) []byte {
	enc := tile.NewPoints(14, ax, ay, keys...)
	for i := range data {
		r := &data[i]
		enc.Add(r.id, r.code, tile.String(r.genus), tile.String(r.status), tile.Float(r.height))
	}
	return enc.Encode()
}

func theirs(data []row) ([]byte, error) {
	collection := geojson.NewFeatureCollection()
	for i := range data {
		r := &data[i]
		lon, lat := qk.Decode(r.code)
		f := geojson.NewFeature(orb.Point{lon, lat})
		f.ID = r.id
		f.Properties = geojson.Properties{keys[0]: r.genus, keys[1]: r.status, keys[2]: r.height}
		collection.Append(f)
	}
	l := mvt.NewLayer("points", collection)
	l.Version = 2
	l.ProjectToTile(maptile.New(ax, ay, 14))
	return mvt.Marshal(mvt.Layers{l})
}

func BenchmarkGzip(b *testing.B) {
	body := ours(rows(1700))
	b.SetBytes(int64(len(body)))
	var packed []byte
	for b.Loop() {
		var err error
		if packed, err = tile.Gzip(body); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(packed))/float64(len(body)), "ratio")
}

// TestBothEncodersDrawTheSame keeps the comparison honest.
func TestBothEncodersDrawTheSame(t *testing.T) {
	t.Parallel()
	data := rows(300)
	want, err := theirs(data)
	if err != nil {
		t.Fatal(err)
	}
	a, b := layer(t, ours(data)), layer(t, want)
	if len(a.Features) != len(b.Features) {
		t.Fatalf("%d and %d features", len(a.Features), len(b.Features))
	}
	for i, f := range a.Features {
		g := b.Features[i]
		if f.ID != g.ID || fmt.Sprint(f.Properties) != fmt.Sprint(g.Properties) {
			t.Fatalf("feature %d: %v %v and %v %v", i, f.ID, f.Properties, g.ID, g.Properties)
		}
		p, isPoint := f.Geometry.(orb.Point)
		q, alsoPoint := g.Geometry.(orb.Point)
		if !isPoint || !alsoPoint || max(p[0]-q[0], q[0]-p[0], p[1]-q[1], q[1]-p[1]) > 1 {
			t.Fatalf("feature %d: at %v and at %v", i, f.Geometry, g.Geometry)
		}
	}
}
