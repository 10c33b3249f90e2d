package boundary_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/project"
	"pgregory.net/rapid"

	"acvdata/services/geo/boundary"
	"acvdata/services/geo/crs"
	"acvdata/tenants"
)

// A square of 0.1 degree with a hole in its middle.
const square = `{"type":"Polygon","coordinates":[
	[[4,44],[4.1,44],[4.1,44.1],[4,44.1],[4,44]],
	[[4.04,44.04],[4.04,44.06],[4.06,44.06],[4.06,44.04],[4.04,44.04]]]}`

const twoSquares = `{"type":"Feature","properties":{},"geometry":{"type":"MultiPolygon","coordinates":[
	[[[4,44,250],[4.1,44,250],[4.1,44.1,250],[4,44.1,250],[4,44,250]]],
	[[[5,44],[5.1,44],[5.1,44.1],[5,44.1],[5,44]]]]}}`

func parse(t testing.TB, raw string) *boundary.Boundary {
	t.Helper()
	b, err := boundary.Parse(json.RawMessage(raw))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestContains(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, shape string
		lon, lat    float64
		want        bool
	}{
		{"inside", square, 4.02, 44.02, true},
		{"on the outline", square, 4, 44.05, true},
		{"in the hole", square, 4.05, 44.05, false},
		{"outside", square, 4.2, 44.05, false},
		{"in the second part", twoSquares, 5.05, 44.05, true},
		{"between the parts", twoSquares, 4.5, 44.05, false},
		{"not a number", square, math.NaN(), 44.05, false},
	} {
		if got := parse(t, c.shape).Contains(tenants.Point{Lon: c.lon, Lat: c.lat}); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

func TestDistanceIsToTheNearestEdge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		lon, lat float64
		metres   float64
	}{
		{"on the outline", 4, 44.05, 0},
		{"outside, to the south", 4.05, 43.99, 1113.2},
		{"outside, to the east", 4.11, 44.05, 800.1}, // 0.01 degree × cos 44.05
		{"in the hole", 4.05, 44.05, 800.1},
		{"beyond a corner", 4.11, 44.11, 1370.5},
	} {
		got := parse(t, square).Distance(tenants.Point{Lon: c.lon, Lat: c.lat})
		if math.Abs(got-c.metres) > 1+c.metres/100 {
			t.Errorf("%s: got %.1f m, want %.1f", c.name, got, c.metres)
		}
	}
}

func TestBoundsAndArea(t *testing.T) {
	t.Parallel()
	b := parse(t, twoSquares)
	if got := b.Bounds(); got != (tenants.Bounds{West: 4, South: 44, East: 5.1, North: 44.1}) {
		t.Errorf("got %+v", got)
	}
	// A square of 0.1 degree at 44.05 north: 11.13 km by 8.00 km, twice.
	if got := b.Area() / 1e6; math.Abs(got-2*89.07) > 0.5 {
		t.Errorf("got %.2f km²", got)
	}
	whole, holed := parse(t, `{"type":"Polygon","coordinates":[[[4,44],[4.1,44],[4.1,44.1],[4,44.1],[4,44]]]}`), parse(t, square)
	if ratio := holed.Area() / whole.Area(); math.Abs(ratio-0.96) > 0.001 {
		t.Errorf("a hole of 4 %% leaves %.4f of the area", ratio)
	}
}

func TestWhatIsInsideIsInTheBounds(t *testing.T) {
	t.Parallel()
	b := parse(t, square)
	rapid.Check(t, func(t *rapid.T) {
		p := tenants.Point{
			Lon: rapid.Float64Range(3.9, 4.2).Draw(t, "lon"),
			Lat: rapid.Float64Range(43.9, 44.2).Draw(t, "lat"),
		}
		if b.Contains(p) && !b.Bounds().Contains(p, 0) {
			t.Fatalf("%+v is inside and out of bounds", p)
		}
		if d := b.Distance(p); math.IsNaN(d) || d < 0 {
			t.Fatalf("%+v is %v m away", p, d)
		}
	})
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"nothing":                      ``,
		"not JSON":                     `{"type":`,
		"null":                         `null`,
		"a point":                      `{"type":"Point","coordinates":[4,44]}`,
		"no polygon":                   `{"type":"MultiPolygon","coordinates":[]}`,
		"a polygon without ring":       `{"type":"Polygon","coordinates":[]}`,
		"an empty ring":                `{"type":"Polygon","coordinates":[[]]}`,
		"a ring that is not closed":    `{"type":"Polygon","coordinates":[[[4,44],[4.1,44],[4.1,44.1],[4,44.1]]]}`,
		"metres":                       `{"type":"Polygon","coordinates":[[[700000,6600000],[700001,6600000],[700001,6600001],[700000,6600000]]]}`,
		"a feature without geometry":   `{"type":"Feature","geometry":null}`,
		"a feature of another kind":    `{"type":"Feature","geometry":{"type":"LineString","coordinates":[[4,44],[5,44]]}}`,
		"coordinates that are strings": `{"type":"Polygon","coordinates":"4,44"}`,
	} {
		if b, err := boundary.Parse(json.RawMessage(raw)); !errors.Is(err, boundary.ErrInvalid) {
			t.Errorf("%s: got %v, %v", name, b, err)
		}
	}
}

// TestAreaOfRealTownsAgreesWithLambert93 measures the outlines of real communes
// on the plane of a projection made for France, in another way.
func TestAreaOfRealTownsAgreesWithLambert93(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../../../shared/data/boundaries/six-towns-and-neighbours.geojson")
	if err != nil {
		t.Skipf("the outlines are not on this machine: %v", err)
	}
	var file struct {
		Features []struct {
			Properties struct{ Code string }
			Geometry   json.RawMessage
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for _, f := range file.Features {
		got, want := parse(t, string(f.Geometry)).Area(), planeArea(t, f.Geometry)
		if math.Abs(got-want) > 0.01*want {
			t.Errorf("%s: got %.2f km², want %.2f", f.Properties.Code, got/1e6, want/1e6)
		}
	}
	if len(file.Features) < 40 {
		t.Errorf("only %d outlines", len(file.Features))
	}
}

// planeArea is the area by the shoelace formula in Lambert-93.
func planeArea(t *testing.T, raw json.RawMessage) float64 {
	t.Helper()
	geometry, err := geojson.UnmarshalGeometry(raw)
	if err != nil {
		t.Fatal(err)
	}
	toMetres, err := crs.Between(crs.WGS84, crs.Lambert93)
	if err != nil {
		t.Fatal(err)
	}
	return planar.Area(project.Geometry(geometry.Geometry(), func(p orb.Point) orb.Point {
		x, y, err := toMetres(p[0], p[1])
		if err != nil {
			t.Fatal(err)
		}
		return orb.Point{x, y}
	}))
}

func FuzzParse(f *testing.F) {
	f.Add(square)
	f.Add(twoSquares)
	f.Add(`{"type":"GeometryCollection","geometries":[]}`)
	f.Fuzz(func(t *testing.T, raw string) {
		b, err := boundary.Parse(json.RawMessage(raw))
		if err != nil {
			return
		}
		p := tenants.Point{Lon: 4.05, Lat: 44.05}
		if d := b.Distance(p); !(d >= 0) || math.IsInf(d, 1) {
			t.Errorf("%v m away", d)
		}
		if b.Contains(p) && !b.Bounds().Contains(p, 0) {
			t.Error("inside and out of bounds")
		}
	})
}
