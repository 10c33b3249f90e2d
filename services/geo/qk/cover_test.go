package qk_test

import (
	"testing"

	"pgregory.net/rapid"

	"acvdata/services/geo/qk"
)

// However many ranges are allowed, they hold every point of the box, in order, and
// more of them hold no more codes.
func TestMoreRangesCoverABoxMoreTightly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		box, before := drawBox(t), int64(1<<60)
		code := encode(t, rapid.Float64Range(box.West, box.East).Draw(t, "lon"), rapid.Float64Range(box.South, box.North).Draw(t, "lat"))
		for _, most := range []int{2, 8, 32, 500} {
			ranges, err := qk.Cover(box, most)
			if err != nil || len(ranges) == 0 || len(ranges) > most {
				t.Fatalf("%d ranges of %d, %v", len(ranges), most, err)
			}
			held, codes := false, int64(0)
			for i, r := range ranges {
				held, codes = held || r.Contains(code), codes+r.Hi-r.Lo
				if i > 0 && r.Lo <= ranges[i-1].Hi {
					t.Fatalf("ranges %v touch or are out of order", ranges)
				}
			}
			if !held || codes > before {
				t.Fatalf("%d ranges hold the point: %v, and %d codes, %d before", most, held, codes, before)
			}
			before = codes
		}
	})
}
