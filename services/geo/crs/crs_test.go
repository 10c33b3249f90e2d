package crs_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"acvdata/services/geo/crs"
)

// Values of PROJ 9.1.1 (cs2cs) for a point of each of the six towns, metres.
var published = []struct {
	name     string
	lon, lat float64
	code     crs.Code
	x, y     float64
}{
	{"Alès in Lambert-93", 4.0817, 44.1245, crs.Lambert93, 786566.8345, 6336759.0760},
	{"Bayonne in Lambert-93", -1.4748, 43.4929, crs.Lambert93, 338093.5358, 6276236.5967},
	{"Fécamp in Lambert-93", 0.3742, 49.7578, crs.Lambert93, 510703.9411, 6965241.9356},
	{"Niort in Lambert-93", -0.4648, 46.3237, crs.Lambert93, 433511.7797, 6586268.7262},
	{"Saint-Omer in Lambert-93", 2.2609, 50.7483, crs.Lambert93, 647741.1690, 7072652.0576},
	{"Vitré in Lambert-93", -1.2103, 48.1242, crs.Lambert93, 386881.8966, 6788775.3600},
	{"Alès in CC42", 4.0817, 44.1245, crs.ConicZone(42), 1786627.6465, 1436600.4151},
	{"Bayonne in CC43", -1.4748, 43.4929, crs.ConicZone(43), 1338239.3586, 2264392.9501},
	{"Alès in CC44", 4.0817, 44.1245, crs.ConicZone(44), 1786567.7377, 3214400.1306},
	{"Niort in CC45", -0.4648, 46.3237, crs.ConicZone(45), 1433207.3294, 4352827.8637},
	{"Niort in CC46", -0.4648, 46.3237, crs.ConicZone(46), 1433277.3042, 5241780.1271},
	{"Niort in CC47", -0.4648, 46.3237, crs.ConicZone(47), 1433265.8051, 6130723.7933},
	{"Vitré in CC48", -1.2103, 48.1242, crs.ConicZone(48), 1386741.5780, 7222364.5500},
	{"Fécamp in CC49", 0.3742, 49.7578, crs.ConicZone(49), 1510834.6044, 8287547.3345},
	{"Saint-Omer in CC50", 2.2609, 50.7483, crs.ConicZone(50), 1647837.5608, 9283491.0733},
	{"Bayonne in Web Mercator", -1.4748, 43.4929, crs.WebMercator, -164173.9850, 5387299.7362},
	// Definition of Lambert-93: its origin has the false coordinates.
	{"the origin of Lambert-93", 3, 46.5, crs.Lambert93, 700000, 6600000},
	// EPSG guidance note 7-2, method 1024.
	{"EPSG's example of Web Mercator", -(100 + 20.0/60), 24 + 22.0/60 + 54.433/3600, crs.WebMercator, -11169055.58, 2800000.00},
}

func TestTransformAgreesWithPublishedValues(t *testing.T) {
	t.Parallel()
	for _, c := range published {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			x, y, err := crs.Transform(crs.WGS84, c.code, c.lon, c.lat)
			if err != nil {
				t.Fatal(err)
			}
			if d := math.Hypot(x-c.x, y-c.y); d > 0.01 {
				t.Errorf("got %.4f, %.4f: %.4f m away", x, y, d)
			}
			lon, lat, err := crs.Transform(c.code, crs.WGS84, c.x, c.y)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(lon-c.lon) > 1e-7 || math.Abs(lat-c.lat) > 1e-7 {
				t.Errorf("back: got %.9f, %.9f", lon, lat)
			}
		})
	}
}

// TestLambert93AgreesWithADepartmentsOwnFile reads 732 nodes that a department
// published in Lambert-93 and, beside, in WGS 84.
func TestLambert93AgreesWithADepartmentsOwnFile(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../../../shared/data/opendata/cotes-darmor-fibre-noeuds.csv")
	if err != nil {
		t.Skipf("the oracle is not on this machine: %v", err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimLeft(string(raw), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 733 {
		t.Fatalf("got %d lines, want the headings and 732 rows", len(rows))
	}
	worst := 0.0
	for _, row := range rows[1:] {
		var point struct{ Coordinates [2]float64 }
		if err := json.Unmarshal([]byte(row[35]), &point); err != nil {
			t.Fatal(err)
		}
		lon, lat, err := crs.Transform(crs.Lambert93, crs.WGS84, number(t, row[7]), number(t, row[8]))
		if err != nil {
			t.Fatal(err)
		}
		east := (lon - point.Coordinates[0]) * 111320 * math.Cos(lat*math.Pi/180)
		north := (lat - point.Coordinates[1]) * 111320
		worst = max(worst, math.Hypot(east, north))
	}
	if worst > 0.01 {
		t.Errorf("off by up to %.4f m, want at most 0.01", worst)
	}
	t.Logf("732 points within %.2f mm", worst*1000)
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestThereAndBackIsTheSamePlace(t *testing.T) {
	t.Parallel()
	all := crs.Systems()
	rapid.Check(t, func(t *rapid.T) {
		lon := rapid.Float64Range(-6, 11).Draw(t, "lon")
		lat := rapid.Float64Range(40, 52).Draw(t, "lat")
		a := rapid.SampledFrom(all).Draw(t, "a").Code
		b := rapid.SampledFrom(all).Draw(t, "b").Code
		place := []float64{lon, lat}
		for _, step := range [][2]crs.Code{{crs.WGS84, a}, {a, b}, {b, a}, {a, crs.WGS84}} {
			x, y, err := crs.Transform(step[0], step[1], place[0], place[1])
			if err != nil {
				t.Fatalf("%v: %v", step, err)
			}
			place = []float64{x, y}
		}
		east := (place[0] - lon) * 111320 * math.Cos(lat*math.Pi/180)
		if d := math.Hypot(east, (place[1]-lat)*111320); d > 0.001 {
			t.Fatalf("through %d and %d: %.6f m away", a, b, d)
		}
	})
}

func TestTransformRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		from, to crs.Code
		x, y     float64
		want     error
	}{
		{"an unknown system", 1234, crs.WGS84, 1, 1, crs.ErrUnsupported},
		{"to an unknown system", crs.WGS84, 1234, 1, 1, crs.ErrUnsupported},
		{"Lambert II étendu, which needs a grid", crs.LambertIIEtendu, crs.WGS84, 600000, 2200000, crs.ErrUnsupported},
		{"NaN", crs.WGS84, crs.Lambert93, math.NaN(), 1, crs.ErrOutside},
		{"infinite", crs.Lambert93, crs.WGS84, math.Inf(1), 1, crs.ErrOutside},
		{"metres given as degrees", crs.WGS84, crs.Lambert93, 700000, 6600000, crs.ErrOutside},
		{"metres given as degrees, same system", crs.WGS84, crs.WGS84, 700000, 6600000, crs.ErrOutside},
		{"the south pole on a cone", crs.WGS84, crs.Lambert93, 3, -90, crs.ErrOutside},
	} {
		if x, y, err := crs.Transform(c.from, c.to, c.x, c.y); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, %v, %v", c.name, x, y, err)
		}
	}
}

func FuzzTransform(f *testing.F) {
	f.Add(700000.0, 6600000.0)
	f.Add(-1e300, 1e300)
	f.Add(700000.0, 12655612.050)
	f.Fuzz(func(t *testing.T, x, y float64) {
		for _, s := range crs.Systems() {
			lon, lat, err := crs.Transform(s.Code, crs.WGS84, x, y)
			if err == nil && !(math.Abs(lon) <= 180 && math.Abs(lat) <= 90) {
				t.Errorf("%s: %v, %v gives %v, %v", s.Name, x, y, lon, lat)
			}
		}
	})
}

func BenchmarkLambert93ToDegrees(b *testing.B) {
	convert, err := crs.Between(crs.Lambert93, crs.WGS84)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := convert(236310.538, 6854540.115); err != nil {
			b.Fatal(err)
		}
	}
}
