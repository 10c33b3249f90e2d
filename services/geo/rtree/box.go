package rtree

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"acvdata/services/geo/qk"
)

// Box is west, south, east, north in degrees. It may be a hair larger than what it
// is around, never smaller.
type Box [4]float32

// Nowhere touches no box.
var Nowhere = Box{inf, inf, -inf, -inf}

var inf = float32(math.Inf(1))

// Around is the box of a bound.
func Around(b orb.Bound) Box {
	return Box{below(b.Min[0]), below(b.Min[1]), -below(-b.Max[0]), -below(-b.Max[1])}
}

// below is the greatest number of 32 bits that is not above x.
func below(x float64) float32 {
	f := float32(x)
	if float64(f) > x {
		return math.Nextafter32(f, -inf)
	}
	return f
}

// Union is the box around both.
func (b Box) Union(c Box) Box {
	return Box{min(b[0], c[0]), min(b[1], c[1]), max(b[2], c[2]), max(b[3], c[3])}
}

// Along gives the places of n boxes in the order of the curve that tiles are
// numbered by; those beyond the world come first.
func Along(n int, at func(i int) Box) []uint32 {
	type placed struct {
		code  int64
		place uint32
	}
	all := make([]placed, n)
	for i := range all {
		b := at(i)
		code, _ := qk.Encode((float64(b[0])+float64(b[2]))/2, (float64(b[1])+float64(b[3]))/2) // 0 beyond the world
		all[i] = placed{code, uint32(i)}
	}
	slices.SortFunc(all, func(a, b placed) int {
		switch {
		case a.code < b.code:
			return -1
		case a.code > b.code:
			return 1
		}
		return int(a.place) - int(b.place)
	})
	order := make([]uint32, n)
	for i, p := range all {
		order[i] = p.place
	}
	return order
}
