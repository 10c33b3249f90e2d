package trees_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"acvdata/modules/trees"
	"acvdata/modules/trees/taxa"
	"acvdata/services/fault"
)

var limes = taxa.NewRegister([]taxa.Taxon{
	{ID: 0, Slug: "inconnue", Rank: taxa.Unknown, French: "Essence inconnue"},
	{ID: 94, Slug: "tilia", Rank: taxa.Genus, Scientific: "Tilia", Genus: "Tilia", GenusID: 94, Family: "Malvaceae", French: "Tilleul"},
	{
		ID: 1214, Slug: "tilia-cordata", Rank: taxa.Species, Scientific: "Tilia cordata", Genus: "Tilia", GenusID: 94, Epithet: "cordata",
		SpeciesID: 1214, Family: "Malvaceae", French: "Tilleul à petites feuilles",
	},
})

// TestASelectionIsItsAddress: what an address says comes back as the address.
func TestASelectionIsItsAddress(t *testing.T) {
	t.Parallel()
	pick := func(t *rapid.T, name string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name) }
	rapid.Check(t, func(t *rapid.T) {
		address := url.Values{}
		for name, value := range map[string]string{
			"q":           pick(t, "q", "", "rue des Lilas", "412"),
			"essence":     pick(t, "essence", "", "tilia", "tilia-cordata", "inconnue"),
			"statut":      pick(t, "statut", "", "standing", "grubbed"),
			"stade":       pick(t, "stade", "", "young", "inconnu"),
			"quartier":    pick(t, "quartier", "", "Centre-ville & gare"),
			"remarquable": pick(t, "remarquable", "", "oui"),
			"diametre":    pick(t, "diametre", "", "0", "6", "inconnu"),
			"bbox":        pick(t, "bbox", "", "4.05,44.1,4.1,44.15"),
		} {
			if value != "" {
				address.Set(name, value)
			}
		}
		f, err := trees.ParseFilter(address, limes)
		require.NoError(t, err)
		require.Equal(t, address, f.Values())
		require.Equal(t, len(address), f.Active())
		require.Equal(t, !address.Has("q") && !address.Has("bbox"), f.Counted())
	})
}

func TestASelectionThatDoesNotExistIsRefused(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"essence=dragonnier", "statut=zen", "stade=zen", "diametre=7", "diametre=-1", "diametre=gros",
		"bbox=1,2,3", "bbox=5,44,4,45", "bbox=4,45,5,44", "bbox=NaN,44,5,45", "bbox=a,b,c,d", "bbox=-500,0,1,1",
		"q=" + string(make([]byte, 300)),
	} {
		values, err := url.ParseQuery(address)
		require.NoError(t, err)
		_, err = trees.ParseFilter(values, limes)
		require.True(t, fault.Is(err, fault.Invalid), "%.40s: %v", address, err)
	}
	f, err := trees.ParseFilter(url.Values{"inconnu": {"x"}, "remarquable": {"non"}}, limes)
	require.NoError(t, err, "what is no filter is not ours")
	require.Zero(t, f.Active())
}

// TestCursorsSurviveTampering: a list starts again rather than fail.
func TestCursorsSurviveTampering(t *testing.T) {
	t.Parallel()
	for _, order := range trees.Orders() {
		key := map[trees.Order]string{trees.ByNumber: "", trees.BySpecies: "erable plane"}[order]
		if key == "" && order != trees.ByNumber {
			key = "12.5"
		}
		want := trees.Cursor{Key: key, Number: 42}
		got, ok := order.ParseCursor(want.String())
		require.True(t, ok, order)
		require.Equal(t, want, got)
		for _, text := range []string{"", "!!", "NDI", "LTEgMTI", "eCAx", trees.Cursor{Key: "NaN", Number: 1}.String()} {
			if c, ok := order.ParseCursor(text); ok {
				require.Positive(t, c.Number, "%s: %q", order, text)
			}
		}
	}
	require.Equal(t, trees.ByNumber, trees.ParseOrder("n’importe quoi"))
}
