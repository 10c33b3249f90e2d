package trees_test

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/trees"
	"acvdata/services/geo/tile"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

// drawnFor counts the points of a town's map for a selection.
func (r *rig) drawnFor(town *tenants.Tenant, query url.Values) (n int64) {
	r.t.Helper()
	w := ogc.Window{Tenant: town.ID, Lo: 0, Hi: 1 << 58, Filter: query}
	err := r.trees.Layers()[0].Points(r.Context, w, func(uint64, int64, ...tile.Value) { n++ })
	require.NoError(r.t, err)
	return n
}

func (r *rig) found(town *tenants.Tenant, text string) (page trees.Page, drawn int64) {
	r.t.Helper()
	register, err := r.service.Register(r.Context, town.ID)
	require.NoError(r.t, err)
	query := url.Values{"q": {text}}
	f, err := trees.ParseFilter(query, register)
	require.NoError(r.t, err)
	page, _, err = r.service.List(r.Context, town.ID, trees.List{Filter: f, Size: trees.MaxPageSize})
	require.NoError(r.t, err)
	return page, r.drawnFor(town, query)
}

// TestATextFindsWhatAPersonMeans: the list, its count and the map agree.
func TestATextFindsWhatAPersonMeans(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town, other := r.Town("ales"), r.Town("vitre")
	r.load(town, "a.csv", "matricule;longitude;latitude;espece;adresse\n"+
		"A-1;4.081;44.121;Tilia cordata;Allée des Chênes\n"+
		"A-2;4.082;44.122;Quercus ilex;Place de l’Hôtel-de-Ville\n"+
		"A-3;4.083;44.123;Tilia tomentosa;Rue du Pont\n"+
		"A-4;4.084;44.124;Acer campestre;Rue du Pont\n"+
		"A-5;4.085;44.125;Acer campestre;\n")
	r.load(other, "b.csv", "matricule;longitude;latitude;espece;adresse\nA-1;-1.21;48.12;Tilia cordata;Rue du Pont\n")
	for text, want := range map[string][]string{
		"tilleul":  {"A-1", "A-3"},
		"TILIA":    {"A-1", "A-3"},
		"chene":    {"A-1", "A-2"}, // a street and a species
		"hotel-de": {"A-2"},
		"rue":      {"A-3", "A-4"},
		"A-5":      {"A-5"},
		"ac":       {"A-2"}, // in "Place"; too short for a species
		"érable c": {"A-4", "A-5"},
		"%":        nil,
		"nulle":    nil,
	} {
		page, drawn := r.found(town, text)
		var got []string
		for _, i := range page.Items {
			got = append(got, i.Matricule)
		}
		require.ElementsMatch(t, want, got, text)
		require.EqualValues(t, len(want), page.Total, text)
		require.EqualValues(t, len(want), drawn, text)
	}
	page, _ := r.found(town, "A-2")
	number := strconv.FormatInt(page.Items[0].Number, 10)
	page, _ = r.found(town, number)
	require.Len(t, page.Items, 1, "by number")
}

// TestManySitesAtOneAddress: beyond a few thousand sites the search goes another
// way, with the same result.
func TestManySitesAtOneAddress(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.Town("ales")
	var file strings.Builder
	file.WriteString("matricule;longitude;latitude;espece;adresse\n")
	for i := range 5200 {
		address := []string{"Boulevard Gambetta", "Impasse"}[min(i/5150, 1)]
		fmt.Fprintf(&file, "B%d;%.5f;%.5f;Tilia cordata;%s\n", i, 4.06+float64(i%100)/2000, 44.11+float64(i/100)/2000, address)
	}
	r.load(town, "b.csv", file.String())
	page, drawn := r.found(town, "gambetta")
	require.EqualValues(t, 5150, page.Total)
	require.EqualValues(t, 5150, drawn)
	page, drawn = r.found(town, "impasse")
	require.EqualValues(t, 50, page.Total)
	require.EqualValues(t, 50, drawn)
}

// TestAddressesAreARecount: whatever happens to sites, what is kept beside them
// is what counting them gives.
func TestAddressesAreARecount(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	town := r.planted("vitre")
	const recount = `SELECT concat_ws('|', address, lower(unaccent(address)), count(*)) FROM trees.site
WHERE tenant_id = $1 AND address <> '' GROUP BY address ORDER BY 1`
	const kept = `SELECT concat_ws('|', address, folded, n) FROM trees.address WHERE tenant_id = $1 ORDER BY 1`
	for _, change := range []string{
		`SELECT $1::uuid`,
		`UPDATE trees.site SET soil = 'terre' WHERE tenant_id = $1`,
		`UPDATE trees.site SET address = 'Rue Élargie' WHERE tenant_id = $1 AND qk % 2 = 0`,
		`UPDATE trees.site SET address = '' WHERE tenant_id = $1 AND qk % 3 = 0`,
		`UPDATE trees.site SET address = 'Rue Élargie' WHERE tenant_id = $1`,
		`UPDATE trees.site SET address = '' WHERE tenant_id = $1`,
	} {
		r.exec(town, change)
		require.Equal(t, r.rows(town.ID, recount, town.ID), r.rows(town.ID, kept, town.ID), change)
	}
}
