package heat_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/modules/heat"
)

// hourly writes a file of one temperature an hour.
func hourly(station string, from time.Time, values ...string) string {
	var b strings.Builder
	b.WriteString("station;horodatage;temperature\n")
	for i, v := range values {
		if v != "" {
			b.WriteString(station + ";" + from.Add(time.Duration(i)*time.Hour).Format("2006-01-02T15:04:05Z") + ";" + v + "\n")
		}
	}
	return b.String()
}

// The island is the difference with the reference at the same hours, both known,
// by hour of French clocks, once heights are made equal. The night of 25 October
// 2025 has its hour from 2 to 3 twice: both count.
func TestTheIslandIsTheDifferenceWithTheReferenceHourByHour(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town, other := r.Town("vitre"), r.Town("saint-omer")
	r.Work()
	for _, site := range []heat.Site{
		{Code: "centre-01", Name: "Centre", Setting: heat.Built, AltitudeM: new(150.0)},
		{Code: "champs-01", Name: "Champs", Setting: heat.Countryside, AltitudeM: new(50.0), Reference: true},
	} {
		require.NoError(t, r.service.Save(r.Context, town.ID, &site))
	}
	from := time.Date(2025, time.October, 25, 23, 0, 0, 0, time.UTC) // 1 h in summer time
	r.load(town, heat.TargetReadings, "centre.csv", hourly("centre-01", from, "14", "13", "12", "", "11"))
	r.load(town, heat.TargetReadings, "champs.csv", hourly("champs-01", from, "11,5", "11", "9", "8", ""))
	r.load(other, heat.TargetReadings, "ailleurs.csv", hourly("champs-01", from, "30", "30", "30", "30", "30"))

	islands, err := r.service.Islands(r.Context, town.ID, from, from.Add(24*time.Hour), false)
	require.NoError(t, err)
	found := map[int]heat.Island{}
	for _, i := range islands {
		if i.Code == "centre-01" {
			found[i.Hour] = i
		}
	}
	const height = 0.0065 * 100 // K for 100 m, ICAO's standard atmosphere
	require.Len(t, found, 2, "hours that one of them does not know are left out: %+v", islands)
	require.InDelta(t, 2.5+height, found[1].Excess, 1e-9)
	require.EqualValues(t, 1, found[1].N)
	require.InDelta(t, (2.0+3.0)/2+height, found[2].Excess, 1e-9, "2 h in summer time and in winter time")
	require.EqualValues(t, 2, found[2].N)

	byHour, known, peak := heat.TownIsland(islands)
	require.Equal(t, 1, peak, "%v %v", byHour, known)
	none, err := r.service.Islands(r.Context, other.ID, from, from.Add(24*time.Hour), false)
	require.NoError(t, err)
	require.Empty(t, none, "no reference, no island")
}
