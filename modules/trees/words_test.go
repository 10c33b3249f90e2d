package trees_test

import (
	"encoding/csv"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/trees"
)

func TestStatesAreReadAsTownsWriteThem(t *testing.T) {
	t.Parallel()
	tests := map[string]trees.Status{
		"EN PLACE": trees.Standing, "ABATTU": trees.Felled, "SUPPRIMÉ": trees.Removed, "SUPPRIME": trees.Removed,
		"REMPLACÉ": trees.Replaced, "Essouché": trees.Grubbed, "Essouche": trees.Grubbed, "Non essouché": trees.Stump, "Souche": trees.Stump,
	}
	for text, want := range tests {
		got, ok := trees.ParseStatus(text)
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
		require.Equal(t, want != trees.Standing, got.Gone(), text)
	}
	for _, text := range []string{"", "à abattre", "mort"} {
		_, ok := trees.ParseStatus(text)
		require.False(t, ok, text)
	}
}

func TestStagesAreReadAsTownsWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]trees.Stage{
		"Jeune": trees.Young, "J": trees.Young, "JA": trees.SemiMature, "Jeune (arbre)Adulte": trees.SemiMature,
		"adulte": trees.Adult, "AM": trees.Old, "vieux": trees.Old, "Mature": trees.Old, "sénescent": trees.Senescent,
	} {
		got, ok := trees.ParseStage(text)
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
	}
	_, ok := trees.ParseStage("en fleur")
	require.False(t, ok)
}

func TestClassesHaveTheirBounds(t *testing.T) {
	t.Parallel()
	for cm, want := range map[float64]int{0.1: 0, 7.4: 0, 7.5: 1, 15: 2, 29.9: 2, 30: 3, 45: 4, 60: 5, 74.9: 5, 75: 6, 300: 6} {
		require.Equal(t, want, trees.DiameterClass(cm), "%g cm", cm)
	}
	for years, want := range map[int]int{-1: 0, 0: 0, 9: 0, 10: 1, 19: 1, 20: 2, 39: 2, 40: 3, 69: 3, 70: 4, 900: 4} {
		require.Equal(t, want, trees.AgeClass(years), "%d years", years)
	}
	require.InDelta(t, 100, trees.Circumference(trees.Diameter(100)), 1e-9)
}

// TestTrunkColumnsBetrayThemselves on two real files: one files circumferences
// under "tronc_diam", the other gives both.
func TestTrunkColumnsBetrayThemselves(t *testing.T) {
	t.Parallel()
	column := func(file, heading string) (values []float64) {
		rows, err := csv.NewReader(strings.NewReader(shared(t, file))).ReadAll()
		require.NoError(t, err)
		at := -1
		for i, name := range rows[0] {
			if name == heading {
				at = i
			}
		}
		require.GreaterOrEqual(t, at, 0)
		for _, row := range rows[1:] {
			v, _ := strconv.ParseFloat(row[at], 64)
			values = append(values, v)
		}
		return values
	}
	guess, ok := trees.SuggestTrunk(column(saintQuentin, "tronc_diam"), column(saintQuentin, "haut_tot"))
	require.True(t, ok)
	require.Equal(t, trees.TrunkCircumference, guess)

	heights := column(saintGermain, "hauteur")
	diameters := column(saintGermain, "circonference (en cm)")
	for i := range heights {
		heights[i] /= 100
		diameters[i] = trees.Diameter(diameters[i])
	}
	guess, ok = trees.SuggestTrunk(diameters, heights)
	require.True(t, ok)
	require.Equal(t, trees.TrunkDiameter, guess)

	_, ok = trees.SuggestTrunk([]float64{100, 120}, []float64{10, 12})
	require.False(t, ok, "two trees tell nothing")
}
