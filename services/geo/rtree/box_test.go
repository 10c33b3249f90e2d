package rtree_test

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"acvdata/services/geo/rtree"
)

func TestABoxIsNeverSmallerThanWhatItIsAround(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lon, lat := rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")
		b := rtree.Around(orb.Bound{Min: orb.Point{lon, lat}, Max: orb.Point{lon, lat}})
		if float64(b[0]) > lon || float64(b[1]) > lat || float64(b[2]) < lon || float64(b[3]) < lat {
			t.Errorf("%v is not around %v %v", b, lon, lat)
		}
		if float64(b[2]-b[0]) > math.Abs(lon)/1e6+1e-30 {
			t.Errorf("%v is wide", b)
		}
	})
}

func TestAlongIsAnOrderOfAll(t *testing.T) {
	t.Parallel()
	boxes := []rtree.Box{{4, 44, 4, 44}, rtree.Nowhere, {2, 48, 2, 48}, {4.0001, 44, 4.0001, 44}, {4, 44, 4, 44}}
	order := rtree.Along(len(boxes), func(i int) rtree.Box { return boxes[i] })
	if got := slices.Sorted(slices.Values(order)); !slices.Equal(got, []uint32{0, 1, 2, 3, 4}) {
		t.Errorf("%v", order)
	}
	if order[0] != 1 || slices.Index(order, 4) != slices.Index(order, 0)+1 || slices.Index(order, 3) != slices.Index(order, 4)+1 {
		t.Errorf("neighbours are apart: %v", order)
	}
	if u := rtree.Nowhere.Union(boxes[0]); u != boxes[0] {
		t.Errorf("%v", u)
	}
}
