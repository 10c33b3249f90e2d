package heat_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/heat"
	"acvdata/services/apptest/boxes"
)

// Zones are polygons: those that a box touches are in it, holes apart.
func TestPagesOfABoxHoldEachZoneAndStationOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.Work()
	require.NoError(t, r.heat.Seed(r.Context, town, rand.New(rand.NewPCG(1, 2026))))
	luck, features := rand.New(rand.NewPCG(4, 4)), []string{}
	for range 150 {
		x, y := town.Bounds.West+0.05*luck.Float64(), town.Bounds.South+0.05*luck.Float64()
		a, b := 0.0005+0.004*luck.Float64(), 0.0005+0.004*luck.Float64()
		features = append(features, fmt.Sprintf(`{"type":"Feature","properties":{"lcz":%d},"geometry":{"type":"Polygon","coordinates":[
[[%[2]f,%[3]f],[%[4]f,%[3]f],[%[4]f,%[5]f],[%[2]f,%[3]f]]]}}`, 1+luck.IntN(10), x, y, x+a, y+b))
	}
	i := r.load(town, heat.TargetZones, "zones.geojson", `{"type":"FeatureCollection","features":[`+strings.Join(features, ",")+`]}`)
	require.Equal(t, int64(150), i.Counts.Created, "%v", r.problems(town, i.ID))
	for _, source := range r.heat.Datasets() {
		if d := source.Describe(); d.Slug == heat.LayerID || d.Slug == "zones-climatiques-locales" {
			t.Run(d.Slug, boxes.Check{DB: r.DB, Town: town, Source: source}.Run)
		}
	}
}
