package datasets

import (
	"math"
	"slices"
	"time"
)

const oneDay = 24 * time.Hour

// delays are how long data.gouv.fr waits for each frequency (udata,
// core/dataset). It takes EU's CONT for "several times a day".
var delays = map[Frequency]time.Duration{
	Continuous: oneDay, Daily: oneDay, Weekly: 7 * oneDay, Monthly: 31 * oneDay,
	Quarterly: 365 * oneDay / 4, TwiceAYear: 365 * oneDay / 2, Yearly: 365 * oneDay,
}

// Grace is by how much an update may be late, as on data.gouv.fr.
const Grace = oneDay

// Late counts the days by which the update after that moment is late, 0 when it is
// not: as needed never is, nor is what promises nothing.
func (f Frequency) Late(modified, now time.Time) int {
	delay, due := delays[f]
	if !due || modified.IsZero() {
		return 0
	}
	return max(0, int(math.Ceil(now.Sub(modified.Add(delay+Grace)).Hours()/24)))
}

// Rhythm is how often a dataset is really published (rythme constaté).
type Rhythm struct {
	Days  int // median between two publications, 0 with fewer than two of them
	Times int // publications
}

// RhythmOf counts publications; several on one day are one, as corrections are no
// new data.
func RhythmOf(versions []Version) Rhythm {
	var days []time.Time
	for _, v := range versions {
		days = append(days, v.Published.UTC().Truncate(oneDay))
	}
	slices.SortFunc(days, time.Time.Compare)
	days = slices.CompactFunc(days, time.Time.Equal)
	var gaps []int
	for i := 1; i < len(days); i++ {
		gaps = append(gaps, int(days[i].Sub(days[i-1])/oneDay))
	}
	r := Rhythm{Times: len(days)}
	if len(gaps) > 0 {
		slices.Sort(gaps)
		r.Days = gaps[len(gaps)/2]
	}
	return r
}
