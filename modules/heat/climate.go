package heat

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/tenants"
)

// TownDay is a day of the town: medians over its stations, which one sensor
// in the sun does not move.
type TownDay struct {
	Day         time.Time
	High, Low   float64 // of the day's maxima, of the night's minima
	Highs, Lows int     // stations each rests on; 0 when not known
}

// The stations that stand for the town; see Station.inTown.
const townStations = `
JOIN heat.series x ON x.tenant_id = d.tenant_id AND x.number = d.series AND x.quantity = 'temperature'
JOIN heat.site p ON p.tenant_id = x.tenant_id AND p.id = x.site_id AND p.public AND NOT p.reference AND p.setting <> 'countryside'`

const selectTownDays = `
SELECT d.day,
  coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY d.highest) FILTER (WHERE d.hours >= $4), 0),
  coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY d.night_low) FILTER (WHERE d.night_hours >= $5), 0),
  count(d.highest) FILTER (WHERE d.hours >= $4), count(d.night_low) FILTER (WHERE d.night_hours >= $5)
FROM heat.day d` + townStations + `
WHERE d.tenant_id = $1 AND d.day BETWEEN $2 AND $3
GROUP BY d.day
ORDER BY d.day`

// TownDays reads the town's days of a period, those with anything known.
func (s *Service) TownDays(ctx context.Context, town *tenants.Tenant, from, to time.Time) (list []TownDay, err error) {
	coverage := ThresholdOf(town).Coverage
	err = s.db.Query(ctx, town.ID, func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[TownDay])
		return err
	}, selectTownDays, town.ID, from, to, leastHours(coverage, hoursOfDay), leastHours(coverage, hoursOfNight))
	return list, err
}

// Count is how many hot days and tropical nights a station had in a year, and
// of how many days and nights that is known.
type Count struct {
	Code, Name             string
	Year                   int
	HotDays, Nights        int64
	KnownDays, KnownNights int64
	Highest                *float64
}

// A value on the limit counts unless $6 says above only.
const selectCounts = `
SELECT p.code, p.name, extract(year FROM d.day)::integer,
  count(*) FILTER (WHERE d.hours >= $7 AND (d.highest > $4 OR d.highest = $4 AND NOT $6)),
  count(*) FILTER (WHERE d.night_hours >= $8 AND (d.night_low > $5 OR d.night_low = $5 AND NOT $6)),
  count(d.highest) FILTER (WHERE d.hours >= $7), count(d.night_low) FILTER (WHERE d.night_hours >= $8), max(d.highest)
FROM heat.day d
JOIN heat.series x ON x.tenant_id = d.tenant_id AND x.number = d.series AND x.quantity = 'temperature'
JOIN heat.site p ON p.tenant_id = x.tenant_id AND p.id = x.site_id AND (p.public OR NOT $9)
WHERE d.tenant_id = $1 AND d.day BETWEEN $2 AND $3
GROUP BY p.code, p.name, 3
ORDER BY 3 DESC, p.name, p.code`

// Counts reads each station's counts by year.
func (s *Service) Counts(ctx context.Context, town *tenants.Tenant, from, to time.Time, publicOnly bool) (list []Count, err error) {
	t := ThresholdOf(town)
	err = s.db.Query(ctx, town.ID, func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Count])
		return err
	}, selectCounts, town.ID, from, to, t.HotDay+t.BiasDay, t.TropicalNight+t.BiasNight, t.Compare == above,
		leastHours(t.Coverage, hoursOfDay), leastHours(t.Coverage, hoursOfNight), publicOnly)
	return list, err
}

// Year is a summary of a year of the town, from its days.
type Year struct {
	Year            int
	HotDays, Nights int
	Days, Mornings  int     // days and nights known
	SummerDays      int     // of the days, those of June to August
	Highest         float64 // of the days' medians
	HighestDay      time.Time
}

// Summary counts hot days and tropical nights of the town by year, newest first.
func Summary(days []TownDay, t Threshold) []Year {
	var list []Year
	for _, d := range days {
		if n := len(list); n == 0 || list[n-1].Year != d.Day.Year() {
			list = append(list, Year{Year: d.Day.Year()})
		}
		y := &list[len(list)-1]
		if d.Highs > 0 {
			y.Days++
			if m := d.Day.Month(); m >= time.June && m <= time.August {
				y.SummerDays++
			}
			if t.Hot(d.High) {
				y.HotDays++
			}
			if y.HighestDay.IsZero() || d.High > y.Highest {
				y.Highest, y.HighestDay = d.High, d.Day
			}
		}
		if d.Lows > 0 {
			y.Mornings++
			if t.Tropical(d.Low) {
				y.Nights++
			}
		}
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// Island is how much warmer a station is than the reference at an hour of the
// day ("îlot de chaleur urbain"), in kelvins, over a period.
type Island struct {
	Code, Name string
	InTown     bool
	Hour       int // French time
	Excess     float64
	N          int64 // hours compared
}

// lapse is how air cools with height in the standard atmosphere, K/m: stations
// higher up are not islands of coolness for that.
const lapse = 0.0065

// The reference's hour is found beside the others by a window over one scan: as
// a join it was compared row by row, for seconds, as long as nobody had analysed
// the table.
const selectIsland = `
WITH heard AS (
  SELECT h.series, h.at, h.total / h.good AS t, max(h.total / h.good) FILTER (WHERE h.series = $7) OVER (PARTITION BY h.at) AS base
  FROM heat.hour h
  WHERE h.tenant_id = $1 AND h.series = ANY (array(SELECT number FROM heat.series WHERE tenant_id = $1 AND quantity = 'temperature'))
    AND h.good > 0 AND h.at >= $2 AND h.at < $3
), island AS (
  SELECT series, extract(hour FROM at AT TIME ZONE 'Europe/Paris')::integer AS hour, avg(t - base) AS excess, count(*) AS n
  FROM heard
  WHERE base IS NOT NULL
  GROUP BY 1, 2
)
SELECT p.code, p.name, p.setting <> 'countryside' AND NOT p.reference, island.hour,
  island.excess + coalesce($4 * (p.altitude_m - $6), 0), island.n
FROM island
JOIN heat.series x ON x.tenant_id = $1 AND x.number = island.series
JOIN heat.site p ON p.tenant_id = $1 AND p.id = x.site_id
WHERE p.public OR NOT $5
ORDER BY p.name, p.code, 4`

const selectReference = `
SELECT x.number, p.altitude_m
FROM heat.site p
JOIN heat.series x ON x.tenant_id = p.tenant_id AND x.site_id = p.id AND x.quantity = 'temperature'
WHERE p.tenant_id = $1 AND p.reference`

// Islands reads the island of each station by hour of the day, over hours that
// it and the reference both know; empty without a reference.
func (s *Service) Islands(ctx context.Context, town tenants.ID, from, to time.Time, publicOnly bool) (list []Island, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		var reference int
		var altitude *float64
		err := tx.QueryRow(ctx, selectReference, town).Scan(&reference, &altitude)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, selectIsland, town, from, to, lapse, publicOnly, altitude, reference)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Island])
		return err
	})
	return list, err
}

// TownIsland is the mean island of the stations in town by hour; known is false
// for hours nothing is known of. peak is the hour it is strongest.
func TownIsland(list []Island) (byHour [24]float64, known [24]bool, peak int) {
	var sum [24]float64
	var n [24]int
	for _, i := range list {
		if i.InTown && i.Hour >= 0 && i.Hour < hoursOfDay {
			sum[i.Hour] += i.Excess
			n[i.Hour]++
		}
	}
	peak = -1
	most := math.Inf(-1)
	for h := range byHour {
		if n[h] == 0 {
			continue
		}
		byHour[h], known[h] = sum[h]/float64(n[h]), true
		if byHour[h] > most {
			peak, most = h, byHour[h]
		}
	}
	return byHour, known, peak
}

// Extent is the first and last day anything is known of, zero when nothing is.
func (s *Service) Extent(ctx context.Context, town tenants.ID) (first, last time.Time, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		var a, b *time.Time
		err := tx.QueryRow(ctx, `SELECT min(day), max(day) FROM heat.day WHERE tenant_id = $1`, town).Scan(&a, &b)
		first, last = orZero(a), orZero(b)
		return err
	})
	return first, last, err
}
