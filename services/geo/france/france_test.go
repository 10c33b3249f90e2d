package france

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThePlacesAreWellFormedAndInTheDrawing(t *testing.T) {
	t.Parallel()
	for name, places := range map[string]string{"mainland": mainland, "corsica": corsica} {
		require.Equal(t, strings.Count(places, ",")+1, len(ring(places)), name)
		for _, p := range ring(places) {
			require.True(t, p.x >= margin-0.1 && p.x <= Width-margin+0.1, "%s: %v", name, p)
			require.True(t, p.y >= margin-0.1 && p.y <= Height-margin+0.1, "%s: %v", name, p)
		}
	}
}

func TestWhatIsInside(t *testing.T) {
	t.Parallel()
	rings := [][]point{ring(mainland), ring(corsica)}
	cases := map[string]struct {
		lon, lat float64
		want     bool
	}{
		"Bourges":      {2.40, 47.08, true},
		"Alès":         {4.09, 44.13, true},
		"Brest":        {-4.49, 48.39, true},
		"Rennes":       {-1.68, 48.11, true},
		"Corte":        {9.15, 42.31, true},
		"Bruxelles":    {4.35, 50.85, false},
		"Genève":       {6.15, 46.20, false},
		"Gascogne bay": {-3.00, 45.00, false},
		"Ligurian sea": {8.60, 43.30, false},
	}
	for name, c := range cases {
		require.Equal(t, c.want, inside(project(c.lon, c.lat), rings), name)
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	northX, northY, ok := Place(2.26, 50.77)
	require.True(t, ok)
	southX, southY, _ := Place(4.09, 44.13)
	require.Less(t, northY, southY, "north is up")
	require.Less(t, northX, southX, "east is right")
	_, _, ok = Place(55.45, -20.88)
	require.False(t, ok, "La Réunion is not on this drawing")
}

func TestTheDrawingStaysLight(t *testing.T) {
	t.Parallel()
	require.Less(t, len(Outline())+len(Dots()), 20_000, "the home page carries it at every visit")
	require.Greater(t, strings.Count(Dots(), "M"), 500)
}
