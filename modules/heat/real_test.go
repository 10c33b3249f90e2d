package heat_test

import (
	"encoding/csv"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/modules/heat"
	"acvdata/services/i18n"
)

// The counts that Biel's network published for summer 2023 follow from its
// daily figures with its own rule: more than 30 and 20 °C once the shelter's
// bias of 1.0 K by day and 0.5 K by night is taken off. 40 loggers of 40.
func TestBielsPublishedCountsAreMet(t *testing.T) {
	t.Parallel()
	daily, published := shared(t, "biel_summer23_temp_stats.csv"), shared(t, "biel_summer23_sdtn.csv")
	r := newRig(t)
	town := r.Town("vitre")
	r.Work()
	before := r.dump(town.ID)
	stations := r.load(town, heat.TargetStations, "sdtn.csv", published)
	require.Equal(t, int64(40), stations.Counts.Created)
	withStations := r.dump(town.ID)
	days := r.load(town, heat.TargetDaily, "temp_stats.csv", daily)
	require.Equal(t, int64(4960), days.Counts.Rows)
	require.Equal(t, int64(4960-693), days.Counts.Created)
	require.Equal(t, int64(693), days.Counts.Unchanged)
	require.Equal(t, 693, r.problems(town, days.ID)["heat.problem.empty_day"])

	town = r.set(town, heat.Threshold{HotDay: 30, TropicalNight: 20, Compare: "above", BiasDay: 1, BiasNight: 0.5, Coverage: 80})
	counts, err := r.service.Counts(r.Context, town, day(2023, 1, 1), day(2023, 12, 31), false)
	require.NoError(t, err)
	got := map[string][2]int64{}
	for _, c := range counts {
		got[c.Code] = [2]int64{c.HotDays, c.Nights}
	}
	rows, err := csv.NewReader(strings.NewReader(published)).ReadAll()
	require.NoError(t, err)
	met := 0
	for _, row := range rows[1:] {
		hot, _ := strconv.ParseInt(row[2], 10, 64)
		nights, _ := strconv.ParseInt(row[3], 10, 64)
		if got[row[1]] == [2]int64{hot, nights} {
			met++
		} else {
			t.Errorf("logger %s: counted %v, published %d and %d", row[1], got[row[1]], hot, nights)
		}
	}
	require.Equal(t, 40, met)

	again := r.load(town, heat.TargetDaily, "encore.csv", daily)
	require.Equal(t, int64(4960), again.Counts.Unchanged, "the same file again changes nothing")
	r.undo(town, days.ID)
	require.Equal(t, withStations, r.dump(town.ID), "undone to the last bit")
	r.undo(town, stations.ID)
	require.Equal(t, before, r.dump(town.ID))
}

// Areas by class, in hectares, of GeoClimate's map of Redon (planar, Lambert-93).
var redon = map[string]float64{
	"2": 5.72, "3": 7.65, "4": 1.10, "5": 3.94, "6": 33.70, "8": 139.26, "9": 201.35,
	"A": 279.78, "B": 221.04, "D": 530.74, "E": 48.30, "G": 55.85,
}

func TestRedonsZonesHaveTheirPublishedAreas(t *testing.T) {
	t.Parallel()
	file := shared(t, "redon_bdtopo_rsu_lcz.geojson")
	r := newRig(t)
	town := r.Town("vitre")
	r.Work()
	before := r.dump(town.ID)
	i := r.load(town, heat.TargetZones, "rsu_lcz.geojson", file)
	require.Equal(t, int64(1553), i.Counts.Created)
	zones, err := r.service.Zones(r.Context, town.ID)
	require.NoError(t, err)
	require.Len(t, zones.Shares, len(redon))
	for _, share := range zones.Shares {
		want := redon[share.Class.Code()]
		within := math.Max(want*0.001, 0.005) // the figures have two decimals
		require.InDelta(t, want, share.AreaM2/10_000, within, "class %s", share.Class.Code())
	}
	require.InEpsilon(t, 1528.43, zones.AreaM2/10_000, 0.001)

	page := r.As(r.agent(town)).Get("/vitre/chaleur/zones").Want(200)
	page.Has("Ensemble de maisons espacées", i18n.Decimal(1528.4, 1), "Végétation basse")
	shapes := r.As(r.agent(town)).Get("/vitre/chaleur/zones.geojson").Want(200)
	var collection struct{ Features []any }
	shapes.Decode(&collection)
	require.Len(t, collection.Features, len(redon))

	second := r.load(town, heat.TargetZones, "encore.geojson", file)
	require.Equal(t, int64(1553), second.Counts.Created, "a new map takes the place of the one before")
	ctx, caller := r.caller(town)
	_, err = r.imports.Undo(ctx, caller, i.ID)
	require.NoError(t, err)
	refused, err := r.imports.Wait(ctx, caller, i.ID, nil)
	require.NoError(t, err)
	require.NotNil(t, refused.Fault, "the older map is under the newer one")
	r.undo(town, second.ID)
	r.undo(town, i.ID)
	require.Equal(t, before, r.dump(town.ID))
}

func day(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
