package qk_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"acvdata/services/geo/qk"
	"acvdata/tenants"
)

func drawBox(t *rapid.T) tenants.Bounds {
	west, south := drawLon(t, "west"), drawLat(t, "south")
	wide := rapid.OneOf(rapid.Float64Range(0, 0.2), rapid.Float64Range(0, 360)).Draw(t, "wide")
	high := rapid.OneOf(rapid.Float64Range(0, 0.2), rapid.Float64Range(0, 170)).Draw(t, "high")
	return tenants.Bounds{
		West: west, East: min(west+wide, 180),
		South: south, North: min(south+high, qk.MaxLatitude),
	}
}

func TestRangesHoldEveryPointOfTheBox(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		box := drawBox(t)
		ranges, err := qk.Ranges(box)
		if err != nil {
			t.Fatal(err)
		}
		if len(ranges) == 0 || len(ranges) > qk.MaxRanges {
			t.Fatalf("%d ranges", len(ranges))
		}
		for i := 1; i < len(ranges); i++ {
			if ranges[i].Lo <= ranges[i-1].Hi {
				t.Fatalf("ranges %v touch or are out of order", ranges)
			}
		}
		code := encode(t,
			rapid.Float64Range(box.West, box.East).Draw(t, "lon"),
			rapid.Float64Range(box.South, box.North).Draw(t, "lat"))
		for _, r := range ranges {
			if r.Contains(code) {
				return
			}
		}
		t.Fatalf("a point of %+v is in none of %v", box, ranges)
	})
}

func TestRangesOfATileAreThatTile(t *testing.T) {
	t.Parallel()
	box := qk.Bounds(14, 8377, 5949)
	box.West, box.East = box.West+edge, box.East-edge
	box.South, box.North = box.South+edge, box.North-edge
	ranges, err := qk.Ranges(box)
	if err != nil {
		t.Fatal(err)
	}
	lo, hi := qk.TileRange(14, 8377, 5949)
	if len(ranges) != 1 || ranges[0] != (qk.Range{Lo: lo, Hi: hi}) {
		t.Errorf("got %v, want [%d, %d)", ranges, lo, hi)
	}
}

// TestRangesOfTownSizedBoxesStayTight keeps the rows read below 1.6 times the
// rows wanted, on average over boxes placed anywhere.
func TestRangesOfTownSizedBoxesStayTight(t *testing.T) {
	t.Parallel()
	var sum float64
	const boxes = 400
	for i := range boxes {
		angle := float64(i)
		west, south := 4*math.Sin(angle), 46+2*math.Cos(1.7*angle)
		size := 0.004 + 0.05*math.Abs(math.Sin(3.1*angle))
		box := tenants.Bounds{West: west, East: west + size, South: south, North: south + size*0.7}
		ranges, err := qk.Ranges(box)
		if err != nil {
			t.Fatal(err)
		}
		x1, y1, _ := qk.Cell(box.West, box.North)
		x2, y2, _ := qk.Cell(box.East, box.South)
		var held float64
		for _, r := range ranges {
			held += float64(r.Hi - r.Lo)
		}
		sum += held / (float64(x2-x1+1) * float64(y2-y1+1))
	}
	if mean := sum / boxes; mean > 1.6 {
		t.Errorf("ranges hold %.2f times the box on average", mean)
	} else {
		t.Logf("ranges hold %.2f times the box on average", mean)
	}
}

func TestRangesRefuseBoxesThatAreNone(t *testing.T) {
	t.Parallel()
	for name, box := range map[string]tenants.Bounds{
		"NaN":         {West: math.NaN(), East: 1, South: 1, North: 2},
		"upside down": {West: 1, East: 2, South: 3, North: 2},
		"west > east": {West: 3, East: 2, South: 1, North: 2},
	} {
		if r, err := qk.Ranges(box); err == nil {
			t.Errorf("%s: got %v", name, r)
		}
	}
	if r, err := qk.Ranges(tenants.Bounds{West: math.Inf(-1), East: math.Inf(1), South: -1000, North: 1000}); err != nil || len(r) != 1 {
		t.Errorf("a box larger than the world: got %v, %v", r, err)
	}
}

func BenchmarkRanges(b *testing.B) {
	box := tenants.Bounds{West: 4.05, East: 4.12, South: 44.09, North: 44.15}
	for b.Loop() {
		if _, err := qk.Ranges(box); err != nil {
			b.Fatal(err)
		}
	}
}
