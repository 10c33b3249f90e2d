package ogc_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"acvdata/services/apptest"
)

// A filter that names a place is answered of a layer that memory does not hold: the
// same rows as of one that it holds, each once, though pages may be short.
func TestAFilterOfALayerTooLargeForMemory(t *testing.T) {
	t.Parallel()
	f := newFieldKeeping(t, 2_500, false, 10_000)
	f.Work()
	f.publish(t)
	const place = "S_INTERSECTS(geometry, POLYGON((4.08 44, 4.1 44, 4.1 45, 4.08 45, 4.08 44)))"
	for name, asked := range map[string][]string{
		"a filter":               {"filter", place + " AND rare = true"},
		"a box beside":           {"filter", place + " AND rare = true", "bbox", "4,44,5,45"},
		"a filter few rows pass": {"filter", place + " AND numero IN (1, 999, 1000, 1001, 2000)"},
		"times and none":         {"filter", place + " AND semee >= DATE('2024-05-03') AND vue IS NOT NULL AND nom LIKE 'coq%'"},
	} {
		t.Run(name, func(t *testing.T) {
			var seen []string
			for address := query(append(asked, "limit", "70")...); address != ""; {
				var got items
				f.resident.Get(address).Want(200).Decode(&got)
				if got.NumberMatched != 0 && len(seen) > 0 || got.NumberReturned != len(got.Features) || len(got.Features) > 70 {
					t.Fatalf("%d matched, %d of %d", got.NumberMatched, len(got.Features), got.NumberReturned)
				}
				seen, address = append(seen, strings.Fields(got.ids())...), ""
				for _, l := range got.Links {
					if l.Rel == "next" {
						address = strings.TrimPrefix(l.Href, apptest.BaseURL)
					}
				}
			}
			if want := f.passing(name); !slices.Equal(seen, want) {
				t.Errorf("%d rows, want %d: %v", len(seen), len(want), seen)
			}
		})
	}
	var none items
	f.resident.Get(query("filter", place+" AND rare = true", "bbox", "8,44,9,45")).Want(200).Decode(&none)
	if len(none.Features) > 0 {
		t.Errorf("%s in two places at once", none.ids())
	}
	f.resident.Get(query("filter", "rare = true")).Want(400).Has("trop grand")
	f.resident.Get(query("filter", place+" AND rare = true", "sortby", "-numero")).Want(400).Has("trop grand")
}

// passing are the flowers of TestAFilterOfALayerTooLargeForMemory, by their rule.
func (f *field) passing(name string) (ids []string) {
	for n := int64(1); n <= f.meadow.count.Load(); n++ {
		lon, _ := place(n)
		keeps := n%5 == 0
		switch name {
		case "a filter few rows pass":
			keeps = slices.Contains([]int64{1, 999, 1000, 1001, 2000}, n)
		case "times and none":
			keeps = n >= 3
		}
		if keeps && lon <= 4.1 {
			ids = append(ids, strconv.FormatInt(n, 10))
		}
	}
	return ids
}
