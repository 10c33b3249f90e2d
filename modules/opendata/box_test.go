package opendata_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/apptest"
	"acvdata/services/apptest/boxes"
	"acvdata/services/datasets"
	"acvdata/services/db"
)

// scattered writes a table of places around Niort; many stand at the same one, some
// nowhere.
func scattered(rows int) string {
	luck := rand.New(rand.NewPCG(6, 6))
	var out strings.Builder
	out.WriteString("Nom;Genre;Hauteur;longitude;latitude\n")
	for n := range rows {
		lon, lat := fmt.Sprintf("-0,%06d", 400000+luck.IntN(100000)), fmt.Sprintf("46,%06d", 300000+luck.IntN(60000))
		switch n % 7 {
		case 1:
			lon, lat = "-0,460000", "46,320000"
		case 2:
			lon, lat = "", ""
		}
		fmt.Fprintf(&out, "Sujet %d;%s;%d;%s;%s\n", n, []string{"Tilleul", "Érable", "Platane"}[n%3], 2+n%28, lon, lat)
	}
	return out.String()
}

func TestPagesOfABoxHoldEachRowOnce(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Sujets", scattered(700))
	var source datasets.Source
	must(t, r.DB.ReadTenant(r.Context, r.town.ID, func(ctx context.Context, tx *db.Tx) error {
		all, err := r.tables.TownSources(ctx, tx, "")
		source = all[0]
		return err
	}))
	boxes.Check{DB: r.DB, Town: r.town, Source: source}.Run(t)
}

// walk follows the links of a question, and does something between pages.
func (r *shelf) walk(t *testing.T, between func(), pairs ...string) (ids []string, matched map[int]bool) {
	t.Helper()
	q, matched := url.Values{"f": {"json"}}, map[int]bool{}
	for pair := range slices.Chunk(pairs, 2) {
		q.Set(pair[0], pair[1])
	}
	for address := "/niort/ogc/collections/sujets/items?" + q.Encode(); address != ""; {
		var got struct {
			NumberMatched *int
			Features      []struct{ ID string }
			Links         []struct{ Rel, Href string }
		}
		r.resident.Get(address).Want(200).Decode(&got)
		for _, f := range got.Features {
			ids = append(ids, f.ID)
		}
		if got.NumberMatched != nil {
			matched[*got.NumberMatched] = true
		}
		address = ""
		for _, l := range got.Links {
			if l.Rel == "next" {
				address = strings.TrimPrefix(l.Href, apptest.BaseURL)
			}
		}
		if between != nil {
			between()
		}
	}
	return ids, matched
}

// A box, the same box as a filter, with more conditions, in an order: each way gives
// the same rows once.
func TestEveryWayToAskForABoxGivesTheSameRows(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Sujets", scattered(700))
	r.publish(r.town, "sujets")
	const box, cql = "-0.47,46.31,-0.44,46.34", "S_INTERSECTS(geometry, BBOX(-0.47,46.31,-0.44,46.34))"
	whole, matched := r.walk(t, nil, "bbox", box, "limit", "10000")
	require.Equal(t, []int{len(whole)}, slices.Collect(maps.Keys(matched)))
	slices.Sort(whole)
	require.Greater(t, len(whole), 150)
	for name, asked := range map[string][]string{
		"pages":                 {"bbox", box},
		"a filter":              {"filter", cql},
		"a filter and a box":    {"filter", cql, "bbox", "-0.47,46.31,20,50"},
		"a filter of two boxes": {"filter", cql + " AND S_INTERSECTS(geometry, BBOX(-1,46.3,-0.44,47))"},
		"a wider box narrowed":  {"filter", "hauteur > 0 AND " + cql, "bbox", "-1,46,0,47"},
		"sorted":                {"bbox", box, "sortby", "-hauteur"},
		"a filter sorted":       {"filter", cql, "sortby", "nom"},
	} {
		ids, matched := r.walk(t, nil, append(asked, "limit", "37")...)
		slices.Sort(ids)
		require.Equal(t, whole, ids, name)
		require.Equal(t, []int{len(whole)}, slices.Collect(maps.Keys(matched)), name)
	}
	narrowed, _ := r.walk(t, nil, "bbox", box, "genre", "Tilleul", "limit", "20")
	filtered, _ := r.walk(t, nil, "filter", cql+" AND genre = 'Tilleul'", "limit", "20")
	slices.Sort(narrowed)
	slices.Sort(filtered)
	require.NotEmpty(t, narrowed)
	require.Less(t, len(narrowed), len(whole))
	require.Equal(t, narrowed, filtered)
	for name, filter := range map[string]string{
		"two boxes apart": cql + " AND S_INTERSECTS(geometry, BBOX(1,1,2,2))",
		"neither":         cql + " AND NOT " + cql,
		"beyond the pole": "S_INTERSECTS(geometry, BBOX(0,91,1,92))",
	} {
		ids, _ := r.walk(t, nil, "filter", filter)
		require.Empty(t, ids, name)
	}
}

// The town brings in its file again, with more rows, while somebody reads on.
func TestABoxIsReadOnWhileItsTableGrows(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Sujets", scattered(300))
	r.publish(r.town, "sujets")
	whole, _ := r.walk(t, nil, "bbox", "-0.5,46.3,-0.4,46.36")
	pages := 0
	ids, _ := r.walk(t, func() {
		if pages++; pages == 2 {
			r.load(r.town, "Sujets", scattered(320))
		}
	}, "bbox", "-0.5,46.3,-0.4,46.36", "limit", "60")
	seen := map[string]int{}
	for _, id := range ids {
		seen[id]++
	}
	for _, id := range whole {
		require.Equal(t, 1, seen[id], id)
	}
}

// More rows than are counted: pages tell no total, and lead on to each row.
func TestALargeBoxIsNotCounted(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Sujets", scattered(2_000))
	r.publish(r.town, "sujets")
	ids, matched := r.walk(t, nil, "bbox", "-1,46,0,47", "limit", "500")
	require.Empty(t, matched)
	require.Len(t, ids, 2_000-286)
	slices.Sort(ids)
	require.Len(t, slices.Compact(ids), 2_000-286)
	_, matched = r.walk(t, nil, "limit", "500")
	require.Equal(t, []int{2_000}, slices.Collect(maps.Keys(matched)), "the whole is counted once a version")
}
