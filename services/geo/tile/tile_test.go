package tile_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"pgregory.net/rapid"

	"acvdata/services/geo/qk"
	"acvdata/services/geo/tile"
)

// The z14 tile of Alès's centre.
const (
	ax, ay = 8377, 5949
)

func code(t rapid.TB, lon, lat float64) int64 {
	t.Helper()
	c, err := qk.Encode(lon, lat)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// layer decodes a tile with an independent reader and returns its only layer.
func layer(t rapid.TB, body []byte) *mvt.Layer {
	t.Helper()
	layers, err := mvt.Unmarshal(body)
	if err != nil {
		t.Fatalf("the tile does not decode: %v", err)
	}
	if len(layers) != 1 {
		t.Fatalf("got %d layers", len(layers))
	}
	if l := layers[0]; l.Version != 2 || l.Extent != 4096 {
		t.Fatalf("got version %d, extent %d", l.Version, l.Extent)
	}
	return layers[0]
}

// place is where a position falls in a tile, by the projection's definition.
func place(lon, lat float64, z, x, y uint32) orb.Point {
	n := math.Exp2(float64(z)) * 4096
	rad := lat * math.Pi / 180
	return orb.Point{
		(lon+180)/360*n - float64(x)*4096,
		(1-math.Log(math.Tan(rad)+1/math.Cos(rad))/math.Pi)/2*n - float64(y)*4096,
	}
}

func TestPointsCarryPositionIdAndAttributes(t *testing.T) {
	t.Parallel()
	enc := tile.NewPoints(14, ax, ay, "genus", "height", "age", "lost", "delta")
	enc.Add(7, code(t, 4.0817, 44.1245), tile.String("Platanus"), tile.Float(12.5), tile.Int(40), tile.Bool(true), tile.Int(-3))
	enc.Add(0, code(t, 4.0820, 44.1240), tile.String("Platanus"), tile.Value{}, tile.Float(math.NaN()))
	enc.Add(1<<60, code(t, 4.0821, 44.1241), tile.String("Châtaignier"))
	l := layer(t, enc.Encode())
	if l.Name != "points" || len(l.Features) != 3 || enc.Len() != 3 {
		t.Fatalf("got layer %q of %d features, Len %d", l.Name, len(l.Features), enc.Len())
	}
	got := fmt.Sprint(l.Features[0].Properties, l.Features[1].Properties, l.Features[2].Properties)
	if want := "map[age:40 delta:-3 genus:Platanus height:12.5 lost:true] map[genus:Platanus] map[genus:Châtaignier]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if a, b, c := l.Features[0].ID, l.Features[1].ID, l.Features[2].ID; a != float64(7) || b != nil || c != float64(1<<60) {
		t.Errorf("got ids %v, %v, %v", a, b, c)
	}
	if raw := enc.Encode(); strings.Count(string(raw), "Platanus") != 1 {
		t.Error("a value that two points share is written twice")
	}
}

func TestPointsAreWithinOneUnitOfTheirPlace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.Uint32Range(0, 22).Draw(t, "z")
		lon := rapid.Float64Range(-180, 180).Draw(t, "lon")
		lat := rapid.Float64Range(-85, 85).Draw(t, "lat")
		c := code(t, lon, lat)
		cx, cy := qk.Split(c)
		x, y := cx>>(qk.Zoom-z), cy>>(qk.Zoom-z)
		enc := tile.NewPoints(z, x, y)
		enc.Add(1, c)
		got, ok := layer(t, enc.Encode()).Features[0].Geometry.(orb.Point)
		if !ok {
			t.Fatal("not a point")
		}
		want := place(lon, lat, z, x, y)
		// Beyond z17 the grid of codes is coarser than the tile's units.
		unit := math.Max(1, math.Exp2(float64(z)-17))
		if math.Abs(got[0]-want[0]) > unit || math.Abs(got[1]-want[1]) > unit {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestNeighboursAreDrawnInTheMarginAndFarPointsAreNot(t *testing.T) {
	t.Parallel()
	lo, _ := qk.TileRange(14, ax-1, ay)
	far, _ := qk.TileRange(14, ax+5, ay)
	enc := tile.NewPoints(14, ax, ay)
	enc.Add(1, lo)
	enc.Add(2, far)
	l := layer(t, enc.Encode())
	if len(l.Features) != 1 || l.Features[0].Geometry != (orb.Point{-4096, 0}) {
		t.Errorf("got %+v", l.Features)
	}
}

func TestATileWithoutPointsIsEmpty(t *testing.T) {
	t.Parallel()
	if body := tile.NewPoints(14, ax, ay, "genus").Encode(); len(body) != 0 {
		t.Errorf("got %d bytes", len(body))
	}
	cells := tile.NewCells(10, 523, 371)
	cells.Add(1, 0)
	if body := cells.Encode(); len(body) != 0 {
		t.Errorf("got %d bytes of counts", len(body))
	}
}

func TestSurplusValuesAreLeftOut(t *testing.T) {
	t.Parallel()
	enc := tile.NewPoints(14, ax, ay, "a")
	enc.Add(1, code(t, 4.0817, 44.1245), tile.Int(1), tile.Int(2))
	if p := layer(t, enc.Encode()).Features[0].Properties; len(p) != 1 || p["a"] != float64(1) {
		t.Errorf("got %v", p)
	}
}

func TestCellsDrawCountsAtTheMiddleOfTheirCells(t *testing.T) {
	t.Parallel()
	for _, z := range []uint32{0, 5, 12, 13} {
		c := code(t, 4.0817, 44.1245)
		cx, cy := qk.Split(c)
		x, y := cx>>(qk.Zoom-z), cy>>(qk.Zoom-z)
		enc := tile.NewCells(z, x, y)
		enc.Add(c>>tile.CellShift(z), 1234)
		l := layer(t, enc.Encode())
		if l.Name != "cells" || len(l.Features) != 1 || l.Features[0].Properties["count"] != float64(1234) {
			t.Fatalf("z%d: got %q, %+v", z, l.Name, l.Features)
		}
		got, ok := l.Features[0].Geometry.(orb.Point)
		if !ok {
			t.Fatal("not a point")
		}
		want := place(4.0817, 44.1245, z, x, y)
		for axis := range 2 {
			if middle := math.Floor(want[axis]/64)*64 + 32; got[axis] != middle {
				t.Errorf("z%d: got %v, want the middle of the cell of %v", z, got, want)
			}
		}
	}
}

func TestATileOfCountsHas64CellsASide(t *testing.T) {
	t.Parallel()
	lo, hi := qk.TileRange(12, 2094, 1487)
	shift := tile.CellShift(12)
	if cells := hi>>shift - lo>>shift; cells != 64*64 {
		t.Errorf("got %d cells", cells)
	}
}

func TestGzipKeepsTheTile(t *testing.T) {
	t.Parallel()
	body := bytes.Repeat([]byte("tile "), 1000)
	packed, err := tile.Gzip(body)
	if err != nil {
		t.Fatal(err)
	}
	if len(packed) >= len(body)/2 {
		t.Errorf("%d bytes became %d", len(body), len(packed))
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, body) {
		t.Errorf("got %d bytes back, %v", len(back), err)
	}
	if empty, err := tile.Gzip(nil); err != nil || empty != nil {
		t.Errorf("an empty tile became %d bytes, %v", len(empty), err)
	}
}

func FuzzPointsDecode(f *testing.F) {
	f.Add(uint64(1), int64(0), "Tilia", 1.5, int64(-1), true)
	f.Add(uint64(1<<63), int64(1)<<57, "", math.Inf(1), int64(math.MinInt64), false)
	f.Fuzz(func(t *testing.T, id uint64, c int64, text string, number float64, whole int64, yes bool) {
		enc := tile.NewPoints(0, 0, 0, "text", "number", "whole", "yes")
		for range 2 {
			enc.Add(id, c&(1<<58-1), tile.String(text), tile.Float(number), tile.Int(whole), tile.Bool(yes))
		}
		l := layer(t, enc.Encode())
		if len(l.Features) != 2 {
			t.Fatalf("got %d features", len(l.Features))
		}
		for _, feature := range l.Features {
			p := feature.Properties
			if p["text"] != text || p["yes"] != yes || p["whole"] != float64(whole) {
				t.Errorf("got %v", p)
			}
			if v, ok := p["number"].(float64); ok == (math.IsNaN(number) || math.IsInf(number, 0)) || ok && v != number {
				t.Errorf("got %v for %v", p["number"], number)
			}
		}
	})
}
