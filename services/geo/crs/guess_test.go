package crs_test

import (
	"encoding/csv"
	"math"
	"os"
	"strings"
	"testing"

	"acvdata/services/geo/crs"
	"acvdata/tenants"
)

var (
	ales        = tenants.Bounds{West: 4.045, South: 44.095, East: 4.125, North: 44.160}
	saintOmer   = tenants.Bounds{West: 2.235, South: 50.735, East: 2.295, North: 50.790}
	pointsAles  = []crs.XY{{X: 4.0817, Y: 44.1245}, {X: 4.07, Y: 44.13}, {X: 4.09, Y: 44.12}}
	aroundParis = []crs.XY{{X: 2.35, Y: 48.85}, {X: 2.36, Y: 48.86}}
)

func in(t *testing.T, code crs.Code, points []crs.XY) []crs.XY {
	t.Helper()
	out := make([]crs.XY, len(points))
	for i, p := range points {
		x, y, err := crs.Transform(crs.WGS84, code, p.X, p.Y)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = crs.XY{X: x, Y: y}
	}
	return out
}

func swapped(points []crs.XY) []crs.XY {
	out := make([]crs.XY, len(points))
	for i, p := range points {
		out[i] = crs.XY{X: p.Y, Y: p.X}
	}
	return out
}

func TestGuessFindsEverySystemInBothOrders(t *testing.T) {
	t.Parallel()
	for _, s := range crs.Systems() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			points := in(t, s.Code, pointsAles)
			for _, swap := range []bool{false, true} {
				if swap {
					points = swapped(points)
				}
				found := crs.Guess(points, ales)
				if len(found) == 0 {
					t.Fatalf("swapped %v: nothing found", swap)
				}
				best := found[0]
				if best.Code != s.Code || best.Swapped != swap || best.Reason != crs.InTown || best.Town != 1 {
					t.Errorf("swapped %v: got %+v", swap, best)
				}
			}
		})
	}
}

func TestGuess(t *testing.T) {
	t.Parallel()
	bad := []crs.XY{{X: math.NaN(), Y: 1}, {X: 1, Y: math.Inf(1)}}
	for _, c := range []struct {
		name    string
		samples []crs.XY
		town    tenants.Bounds
		code    crs.Code // 0 when nothing is to be found
		reason  crs.Reason
		share   float64 // in town
	}{
		{"points of another town in France", aroundParis, ales, crs.WGS84, crs.InFrance, 0},
		{"points in the surroundings", []crs.XY{{X: 4.36, Y: 43.9}}, ales, crs.WGS84, crs.NearTown, 0},
		{"half the points at zero", append([]crs.XY{{}, {}, {}}, pointsAles...), ales, crs.WGS84, crs.InTown, 0.5},
		{"points without a number are left out", append(bad, pointsAles...), ales, crs.WGS84, crs.InTown, 1},
		{"Lambert II étendu", []crs.XY{{X: 739799, Y: 1904127}}, ales, crs.LambertIIEtendu, crs.InTown, 1},
		{"Lambert II étendu up north", []crs.XY{{X: 594653, Y: 2639382}}, saintOmer, crs.LambertIIEtendu, crs.InTown, 1},
		{"La Réunion", []crs.XY{{X: 55.45, Y: -20.9}}, ales, crs.WGS84, crs.InFrance, 0},
		{"nowhere in France", []crs.XY{{X: 100, Y: 10}}, ales, 0, "", 0},
		{"only zeros", []crs.XY{{}, {}}, ales, 0, "", 0},
		{"no finite sample", bad, ales, 0, "", 0},
		{"no sample", nil, ales, 0, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			found := crs.Guess(c.samples, c.town)
			if c.code == 0 {
				if len(found) != 0 {
					t.Errorf("got %+v", found)
				}
				return
			}
			if len(found) == 0 {
				t.Fatal("nothing found")
			}
			best := found[0]
			if best.Code != c.code || best.Reason != c.reason || best.Town != c.share {
				t.Errorf("got %+v", best)
			}
			if best.Supported != (c.code != crs.LambertIIEtendu) {
				t.Errorf("supported: %v", best.Supported)
			}
		})
	}
}

// Every reason and nothing else has its text.
func TestEveryReasonHasAText(t *testing.T) {
	t.Parallel()
	catalogue, err := crs.Catalogue.ReadFile("locales/fr.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []crs.Reason{crs.InTown, crs.NearTown, crs.InFrance} {
		if !strings.Contains(string(catalogue), "\n"+r.Key()+":") {
			t.Errorf("no text for %s", r.Key())
		}
	}
}

// TestGuessFindsTheZoneOfARealInventory: the town's export has X and Y in CC49
// with nothing in it saying so.
func TestGuessFindsTheZoneOfARealInventory(t *testing.T) {
	t.Parallel()
	file, err := os.Open("../../../../shared/data/trees/saint-quentin_raw_cc49_1142.csv")
	if err != nil {
		t.Skipf("the inventory is not on this machine: %v", err)
	}
	t.Cleanup(func() { _ = file.Close() })
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	samples := make([]crs.XY, 0, len(rows))
	for _, row := range rows[1:] {
		samples = append(samples, crs.XY{X: number(t, row[0]), Y: number(t, row[1])})
	}
	found := crs.Guess(samples, tenants.Bounds{West: 3.23, South: 49.80, East: 3.35, North: 49.90})
	if len(found) == 0 || found[0].Code != crs.ConicZone(49) || found[0].Swapped || found[0].Town < 0.99 {
		t.Errorf("got %+v", found)
	}
}
