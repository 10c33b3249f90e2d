package heat_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/heat"
	"acvdata/services/authz"
)

// An illustrative town looks like a real one: warmer at night in its centre than
// in the country, hot days in summer only, and one seeding is enough.
func TestAnIllustrativeTownIsBelievable(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	for range 2 {
		require.NoError(t, r.heat.Seed(r.Context, town, rand.New(rand.NewPCG(1, 2026))))
	}
	g, err := r.service.Glance(r.Context, town, true)
	require.NoError(t, err)
	require.Len(t, g.Stations, 8)
	require.NotNil(t, g.Reference())
	middle, n, _ := g.Now(now)
	require.Equal(t, 6, n, "every station in town but one has just spoken")
	require.Greater(t, middle, 10.0)
	coolest := g.Coolest()
	require.Len(t, coolest, 7, "the silent one knows nothing of the last night")

	drawing, drawn, err := r.heat.Illustration(r.Context, town)
	require.NoError(t, err)
	require.True(t, drawn, "the home's map tells the last night")
	require.Equal(t, 7, strings.Count(string(drawing.Layer.Data), `"low"`))
	require.Less(t, drawing.Bounds.West, drawing.Bounds.East)

	islands, err := r.service.Islands(r.Context, town.ID, day(2026, 6, 1), day(2026, 7, 20), true)
	require.NoError(t, err)
	byHour, known, peak := heat.TownIsland(islands)
	require.True(t, known[peak])
	require.True(t, peak >= 22 || peak <= 6, "the island is strongest at night, not at %d h", peak)
	require.InDelta(t, 1.9, byHour[peak], 0.6)
	require.InDelta(t, 0, byHour[14], 0.6)

	days, err := r.service.TownDays(r.Context, town, day(2025, 6, 1), day(2025, 8, 31))
	require.NoError(t, err)
	require.Len(t, days, 92, "a whole summer")
	years := heat.Summary(days, heat.DefaultThreshold)
	require.Len(t, years, 1)
	require.Greater(t, years[0].HotDays, 5, "a heat wave")
	require.Less(t, years[0].HotDays, 60)
	require.Greater(t, years[0].Nights, 0)

	require.NoError(t, r.service.Watch(r.Context, town))
	r.As(r.agent(town)).Get("/vitre/espace/chaleur").Want(200).Has("Parvis de la gare", "ne dit plus rien")

	resident := r.As(authz.Actor{})
	resident.Get("/vitre/chaleur").Want(200).Has("Il fait", "jours chauds", "Jardin public", "calendrier")
	resident.Get("/vitre/chaleur/zones").Want(200).Has("Ensemble compact")
	resident.Get("/vitre/chaleur/stations/centre-01?periode=annee").Want(200).Has("Place du centre", "<table")
}
