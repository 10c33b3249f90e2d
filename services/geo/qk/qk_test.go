package qk_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"acvdata/services/geo/qk"
	"acvdata/tenants"
)

// edge keeps drawn positions off the borders of tiles, where the rounding of
// the bounds (not of the codes) decides the side. In degrees, about 0.1 mm.
const edge = 1e-9

func drawLon(t *rapid.T, label string) float64 { return rapid.Float64Range(-180, 180).Draw(t, label) }

func drawLat(t *rapid.T, label string) float64 {
	return rapid.Float64Range(-qk.MaxLatitude, qk.MaxLatitude).Draw(t, label)
}

func encode(t rapid.TB, lon, lat float64) int64 {
	t.Helper()
	code, err := qk.Encode(lon, lat)
	if err != nil {
		t.Fatalf("Encode(%v, %v): %v", lon, lat, err)
	}
	return code
}

func TestEncodeFollowsTheWrittenDefinition(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		lon, lat float64
		x, y     uint32
	}{
		{"the middle of the world", 0, 0, 1 << 28, 1 << 28},
		{"the north-west corner", -180, qk.MaxLatitude, 0, 0},
		{"the south-east corner", 180, -qk.MaxLatitude, 1<<29 - 1, 1<<29 - 1},
		{"the north pole is in the first row", 0, 90, 1 << 28, 0},
		{"the south pole is in the last row", 0, -90, 1 << 28, 1<<29 - 1},
		{"Alès", 4.0817, 44.1245, 274522528, 194958468},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code := encode(t, c.lon, c.lat)
			want := int64(0)
			for bit := range 29 {
				want |= int64(c.x>>bit&1)<<(2*bit) | int64(c.y>>bit&1)<<(2*bit+1)
			}
			if code != want {
				x, y := qk.Split(code)
				t.Errorf("got cell %d, %d, want %d, %d", x, y, c.x, c.y)
			}
		})
	}
}

func TestEncodeRefusesWhatIsNoPosition(t *testing.T) {
	t.Parallel()
	for name, p := range map[string][2]float64{
		"NaN longitude":      {math.NaN(), 1},
		"NaN latitude":       {1, math.NaN()},
		"infinite longitude": {math.Inf(1), 1},
		"infinite latitude":  {1, math.Inf(-1)},
		"metres":             {700000, 6600000},
		"over the pole":      {1, 90.0001},
		"round the world":    {-180.0001, 1},
	} {
		if _, err := qk.Encode(p[0], p[1]); !errors.Is(err, qk.ErrNotAPosition) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestDecodeReturnsTheCentreOfTheCell(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lon, lat := drawLon(t, "lon"), drawLat(t, "lat")
		code := encode(t, lon, lat)
		if code < 0 || code >= 1<<58 {
			t.Fatalf("code %d is over 58 bits", code)
		}
		cLon, cLat := qk.Decode(code)
		if math.Abs(cLon-lon) > 360.0/(1<<29) || math.Abs(cLat-lat) > 360.0/(1<<29) {
			t.Fatalf("centre %v, %v is over a cell away from %v, %v", cLon, cLat, lon, lat)
		}
		if back := encode(t, cLon, cLat); back != code {
			t.Fatalf("the centre of %d is in %d", code, back)
		}
	})
}

func TestATileHoldsExactlyThePointsInItsBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.Uint32Range(0, 22).Draw(t, "z")
		lon, lat := drawLon(t, "lon"), drawLat(t, "lat")
		cx, cy, err := qk.Cell(lon, lat)
		if err != nil {
			t.Fatal(err)
		}
		x, y := cx>>(qk.Zoom-z), cy>>(qk.Zoom-z)
		lo, hi := qk.TileRange(z, x, y)
		in := qk.Bounds(z, x, y)
		px := rapid.Float64Range(in.West+edge, in.East-edge).Draw(t, "inside lon")
		py := rapid.Float64Range(in.South+edge, in.North-edge).Draw(t, "inside lat")
		if code := encode(t, px, py); code < lo || code >= hi {
			t.Fatalf("%v, %v is in the bounds of %d/%d/%d and not in its range", px, py, z, x, y)
		}
		other := encode(t, drawLon(t, "other lon"), drawLat(t, "other lat"))
		oLon, oLat := qk.Decode(other)
		inRange := other >= lo && other < hi
		if inBounds := in.Contains(tenants.Point{Lon: oLon, Lat: oLat}, 0); inRange != inBounds {
			t.Fatalf("%v, %v: in range %v, in bounds %v", oLon, oLat, inRange, inBounds)
		}
	})
}

func TestTilesOfALevelShareTheCodesOut(t *testing.T) {
	t.Parallel()
	seen := map[int64]bool{}
	var total int64
	for x := range uint32(8) {
		for y := range uint32(8) {
			lo, hi := qk.TileRange(3, x, y)
			if seen[lo] {
				t.Errorf("two tiles start at %d", lo)
			}
			seen[lo] = true
			total += hi - lo
		}
	}
	if total != 1<<58 {
		t.Errorf("64 tiles hold %d codes, want all 2^58", total)
	}
}

func TestWhatIsNoTileHoldsNothing(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]uint32{{0, 1, 0}, {0, 0, 1}, {14, 1 << 14, 3}, {30, 0, 0}, {4000000000, 0, 0}} {
		if lo, hi := qk.TileRange(c[0], c[1], c[2]); lo != 0 || hi != 0 {
			t.Errorf("%v holds [%d, %d)", c, lo, hi)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	lon := 4.08
	for b.Loop() {
		if _, err := qk.Encode(lon, 44.12); err != nil {
			b.Fatal(err)
		}
		lon += 1e-9
	}
}
