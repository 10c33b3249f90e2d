package trees_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/services/indicators"
)

func TestIndicatorsSayWhatTheFiguresSay(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town, empty := r.seeded("ales"), r.Town("fecamp")
	f, service := r.figures(town), indicators.New(r.trees)

	want := map[string]float64{
		"trees.standing": float64(f.Standing), "trees.species": float64(f.Species.Groups),
		"trees.young": 100 * float64(f.Ages[0]) / float64(f.Standing-f.Ageless), "trees.leading_genus": 100 * f.Santamour[1].Top.Part,
	}
	list, err := service.Of(r.Context, town)
	require.NoError(t, err)
	require.Len(t, list, len(want))
	for _, i := range list {
		got, err := service.Read(r.Context, town, i.Key)
		require.NoError(t, err)
		require.True(t, got.Known)
		require.InDelta(t, want[i.Key], got.Number, 1e-9, i.Key)
		for _, text := range []string{i.Title, i.Method, i.Source, i.Unit} {
			require.NotContains(t, text, "⟦")
			require.NotEmpty(t, text)
		}
		nothing, err := service.Read(r.Context, empty, i.Key)
		require.NoError(t, err)
		require.False(t, nothing.Known, "%s of a town without trees", i.Key)
	}
}
