package heat_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/modules/heat"
	"acvdata/services/authz"
)

// series writes a file of one reading of station centre-01 every five minutes.
func series(from time.Time, n int, value func(i int) float64) string {
	var b strings.Builder
	b.WriteString("station;horodatage;temperature;humidite\n")
	for i := range n {
		at := from.Add(time.Duration(i) * 5 * time.Minute)
		fmt.Fprintf(&b, "centre-01;%s;%s;%d\n", at.Format("2006-01-02T15:04:05Z"), strings.Replace(fmt.Sprintf("%.2f", value(i)), ".", ",", 1), 40+i%20)
	}
	return b.String()
}

func wave(i int) float64 { return 20 + float64(i%97)/20 }

// Packing, late data and undoing all end in the same figures as a plain load.
func TestFiguresAreThoseOfARecountWhateverTheWay(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	plain, winding := r.Town("vitre"), r.Town("saint-omer")
	r.Work()
	from := time.Date(2026, time.April, 10, 3, 20, 0, 0, time.UTC)
	first, second := series(from, 900, wave), series(from.Add(75*time.Hour), 900, wave)
	r.load(plain, heat.TargetReadings, "a.csv", first)
	r.load(plain, heat.TargetReadings, "b.csv", second)
	want := r.figures(plain.ID)
	require.NotEmpty(t, want)

	r.load(winding, heat.TargetReadings, "b.csv", second)
	require.NoError(t, r.service.Keep(r.Context, winding.ID))
	require.Empty(t, r.rows(winding.ID, `SELECT at::text FROM heat.reading`), "old days are packed")
	onlySecond := r.figures(winding.ID)
	packed := r.load(winding, heat.TargetReadings, "a.csv", first)
	require.Equal(t, want, r.figures(winding.ID), "late readings re-open packed days")
	require.NoError(t, r.service.Keep(r.Context, winding.ID))
	require.NoError(t, r.service.Keep(r.Context, winding.ID))
	require.Equal(t, want, r.figures(winding.ID), "packing changes no figure")

	again := r.load(winding, heat.TargetReadings, "encore.csv", first)
	require.Equal(t, int64(900), again.Counts.Unchanged, "packed readings are known readings")
	r.undo(winding, packed.ID)
	require.Equal(t, onlySecond, r.figures(winding.ID), "undone out of packed days")

	curve, err := r.service.Curve(r.Context, winding.ID, 1, heat.Temperature, from.Add(100*time.Hour), from.Add(101*time.Hour))
	require.NoError(t, err)
	require.Len(t, curve.Points, 12)
	require.InDelta(t, wave(300), curve.Points[0].Mean, 0.006)
}

func TestDoubtfulReadingsAreKeptAndLeftOutOfFigures(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.Work()
	from := time.Date(2026, time.July, 18, 22, 0, 0, 0, time.UTC) // midnight in France
	file := series(from, 288, func(i int) float64 {
		switch {
		case i == 50:
			return 85 // impossible
		case i == 120:
			return 33 // jumps up, and back
		case i >= 200 && i < 260:
			return 23 // five hours on one value
		}
		return 22 + float64(i%7)/10
	})
	i := r.load(town, heat.TargetReadings, "douteux.csv", file)
	require.Equal(t, 1, r.problems(town, i.ID)["heat.problem.doubtful"])
	flags := r.rows(town.ID, `SELECT flags || ' ' || count(*) FROM heat.reading WHERE series = 1 GROUP BY flags ORDER BY flags`)
	// Leaving an impossible value, or a jump, is a jump too. The first 36 equal
	// values may be chance; the 24 that follow are not.
	require.Equal(t, []string{"0 260", "2 3", "3 1", "4 24"}, flags)
	raw := r.rows(town.ID, `SELECT value::text FROM heat.reading WHERE series = 1 AND at = $1`, from.Add(250*time.Minute))
	require.Equal(t, []string{"85"}, raw, "the reading stays what the device said")
	highest := r.rows(town.ID, `SELECT highest || ' ' || n || ' ' || good FROM heat.day WHERE series = 1 AND day = '2026-07-19'`)
	require.Equal(t, []string{"23 288 260"}, highest)
	r.As(authz.Actor{}).Get("/vitre/chaleur/stations/centre-01?du=2026-07-19&au=2026-07-19").Want(200).Has("mesures douteuses")
}

func TestWhatAFileOfReadingsMayNotBe(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	town := r.Town("vitre")
	r.Work()
	const head = "station;horodatage;temperature;humidite\n"
	r.load(town, heat.TargetReadings, "bon.csv", head+"c-1;2026-07-01T10:00:00Z;21,5;40\n")
	i := r.load(town, heat.TargetReadings, "mauvais.csv", head+
		"c-1;2026-07-01T10:00:00Z;25,5;40\n"+ // another value of a known moment
		"c-1;2027-07-01T10:00:00Z;21,5;40\n"+ // the future
		"c-1;1969-12-31T23:59:00Z;21,5;40\n"+
		"<script>;2026-07-01T11:00:00Z;21,5;40\n"+
		"c-1;hier;21,5;40\n"+
		"c-1;2026-07-01T12:00:00Z;;\n"+
		"c-1;2026-07-01T13:00:00Z;21;40\n"+
		"c-1;2026-07-01T13:00:00Z;22;40\n"+
		"c-1;2026-07-01T14:00:00Z;21;40\n")
	require.Equal(t, int64(1), i.Counts.Created, "%+v %v", i.Counts, r.problems(town, i.ID))
	found := r.problems(town, i.ID)
	for key, n := range map[string]int{
		"heat.problem.other_value": 1, "heat.problem.future": 1, "heat.problem.past": 1, "heat.problem.code": 1,
		"imports.problem.not_a_moment": 1, "heat.problem.empty_reading": 1, "heat.problem.moment_twice": 2,
	} {
		require.Equal(t, n, found[key], "%s in %v", key, found)
	}
}
