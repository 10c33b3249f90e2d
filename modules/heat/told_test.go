package heat_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/modules/heat"
)

const toldDays = "station;date;max;min;moyenne\ncentre-01;2026-06-10;33;19;26\ncentre-01;2026-06-11;34;20;27\ncentre-01;2026-06-12;35;21;28\n"

// A network gave the days; its readings come later. They stand before the days they
// cover, and leave them as they were when they go.
func TestReadingsThatGoLeaveTheDaysOfAFile(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.Work()
	told := r.load(town, heat.TargetDaily, "jours.csv", toldDays)
	before, figures := r.dump(town.ID), r.figures(town.ID)
	days := func() []string {
		return r.rows(town.ID, `SELECT concat_ws(' ', day, origin, highest) FROM heat.day d
			JOIN heat.series s ON s.tenant_id = d.tenant_id AND s.number = d.series AND s.quantity = 'temperature'
			WHERE day BETWEEN '2026-06-10' AND '2026-06-12' ORDER BY day`)
	}

	one := r.load(town, heat.TargetReadings, "heure.csv", series(time.Date(2026, time.June, 11, 12, 0, 0, 0, time.UTC), 12, wave))
	require.Equal(t, []string{"2026-06-10 file 33", "2026-06-11 file 34", "2026-06-12 file 35"}, days(), "an hour tells no day")
	whole := r.load(town, heat.TargetReadings, "jour.csv", series(time.Date(2026, time.June, 10, 22, 0, 0, 0, time.UTC), 288, wave))
	require.Equal(t, []string{"2026-06-10 file 33", "2026-06-11 readings 24.8", "2026-06-12 file 35"}, days())
	require.NoError(t, r.service.Keep(r.Context, town.ID))
	r.undo(town, whole.ID)
	require.Equal(t, []string{"2026-06-10 file 33", "2026-06-11 file 34", "2026-06-12 file 35"}, days())
	r.undo(town, one.ID)
	require.Equal(t, figures, r.figures(town.ID))
	require.Equal(t, before, r.dump(town.ID))
	r.undo(town, told.ID)
	require.Empty(t, r.figures(town.ID))
}

// Whichever comes first, an hour of readings or the file, the days are the file's.
func TestAFewReadingsKeepNoFileOut(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	before, after := r.Town("vitre"), r.Town("saint-omer")
	r.Work()
	hour := series(time.Date(2026, time.June, 11, 12, 0, 0, 0, time.UTC), 12, wave)
	r.load(before, heat.TargetReadings, "heure.csv", hour)
	alone := r.daysOf(before.ID)
	file := r.load(before, heat.TargetDaily, "jours.csv", toldDays)
	require.Equal(t, int64(1), file.Counts.Updated)
	r.load(after, heat.TargetDaily, "jours.csv", toldDays)
	r.load(after, heat.TargetReadings, "heure.csv", hour)
	require.Equal(t, r.daysOf(after.ID), r.daysOf(before.ID))
	r.undo(before, file.ID)
	require.Equal(t, alone, r.daysOf(before.ID))
}

// The file goes first: what is left are the figures of the readings alone.
func TestAFileThatGoesLeavesTheDaysOfReadings(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	plain, told := r.Town("vitre"), r.Town("saint-omer")
	r.Work()
	for name, keep := range map[string]bool{"hot": false, "packed": true} {
		measured := series(time.Date(2026, time.June, 10, 22, 0, 0, 0, time.UTC), 300, wave) // a day and an hour
		alone := r.load(plain, heat.TargetReadings, name+".csv", measured)
		file := r.load(told, heat.TargetDaily, "jours.csv", toldDays)
		beside := r.load(told, heat.TargetReadings, name+".csv", measured)
		if keep {
			require.NoError(t, r.service.Keep(r.Context, told.ID))
		}
		r.undo(told, file.ID)
		require.Equal(t, r.daysOf(plain.ID), r.daysOf(told.ID), name)
		r.undo(told, beside.ID)
		require.Empty(t, r.daysOf(told.ID), name)
		r.undo(plain, alone.ID)
	}
}
