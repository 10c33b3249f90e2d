package ogc

import (
	"testing"

	"acvdata/services/dbtest"
	"acvdata/services/fault"
	"acvdata/tenants"
)

func TestSpotsCountEveryPointOnceAndAreFew(t *testing.T) {
	t.Parallel()
	d, f := dbtest.New(t), newForest(5_000)
	s, err := NewTileset(d, []Layer{f}, Memory{Points: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	town := dbtest.Town(t, d, "ales")
	box := tenants.Bounds{West: 4, South: 44, East: 4.3, North: 44.3}
	reads := int64(0)
	for _, most := range []int{5_000, 300, 20, 1} {
		spots, err := s.Spots(t.Context(), town.ID, "pre", box, most)
		if err != nil {
			t.Fatal(err)
		}
		total := int64(0)
		for i, spot := range spots {
			total += spot.Count
			if i > 0 && spot.Count > spots[i-1].Count {
				t.Errorf("at most %d: a small one is drawn under a large one", most)
			}
			if !(tenants.Bounds{West: 3.9, South: 43.9, East: 4.4, North: 44.4}).Contains(tenants.Point{Lon: spot.Lon, Lat: spot.Lat}, 0) {
				t.Errorf("at most %d: a spot lies at %v, %v", most, spot.Lon, spot.Lat)
			}
		}
		if total != 5_000 || len(spots) > most {
			t.Errorf("at most %d: %d spots with %d points of 5 000", most, len(spots), total)
		}
		if most == 5_000 && len(spots) < 2_000 {
			t.Errorf("%d spots: the finest squares are not used", len(spots))
		}
		if reads == 0 {
			reads = f.reads.Load()
		}
	}
	if f.reads.Load() != reads {
		t.Errorf("%d readings after %d: what was read is not kept", f.reads.Load(), reads)
	}
	half, err := s.Spots(t.Context(), town.ID, "pre", tenants.Bounds{West: 4.08, South: 44.12, East: 4.095, North: 44.15}, 300)
	if err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, spot := range half {
		total += spot.Count
	}
	if total < 2_000 || total > 3_000 {
		t.Errorf("half the forest has %d trees", total)
	}
	if _, err := s.Spots(t.Context(), town.ID, "autre", box, 10); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown layer: %v", err)
	}
}
