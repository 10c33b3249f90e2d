package heat

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Step is how finely a curve is drawn.
type Step string

// The steps: as measured, hours, days, and whole numbers of days beyond.
const (
	EachReading Step = "reading"
	EachHour    Step = "hour"
	EachDay     Step = "day"
	Several     Step = "days"
)

// A curve never has more points than this: a screen shows no more, and the
// lowest and highest of each step keep every peak.
const mostPoints = 400

// Point is one step of a curve. Low and High are the extremes of the step; all
// three are the same for a reading.
type Point struct {
	At              time.Time
	Low, High, Mean float64
	Flags           Flags // of a reading
}

// Curve is a series over a period.
type Curve struct {
	Quantity Quantity
	From, To time.Time // To is past the end
	Step     Step
	Points   []Point
	Doubtful int // readings that a check doubts, shown only when each reading is
}

// stepFor chooses the step of a period so that few enough points are left.
func stepFor(period time.Duration) Step {
	const day = 24 * time.Hour
	switch {
	case period <= 26*time.Hour: // a local day, the longest one too
		return EachReading
	case period <= 16*day:
		return EachHour
	case period <= mostPoints*day:
		return EachDay
	}
	return Several
}

const (
	// Readings, packed or not, in one order.
	selectReadings = `
SELECT at, value, value, value, flags
FROM (
  SELECT r.at, r.value, r.flags
  FROM heat.reading r
  WHERE r.tenant_id = $1 AND r.series = $2 AND r.at >= $3 AND r.at < $4
  UNION ALL
  SELECT ` + dayBegins + ` + one.second * interval '1 second', one.value, one.flags
  FROM heat.day d
  CROSS JOIN LATERAL unnest(d.seconds, d."values", d.flags) AS one (second, value, flags)
  WHERE d.tenant_id = $1 AND d.series = $2 AND d.seconds IS NOT NULL
    AND d.day BETWEEN ($3::timestamptz AT TIME ZONE 'Europe/Paris')::date AND ($4::timestamptz AT TIME ZONE 'Europe/Paris')::date
) every
WHERE at >= $3 AND at < $4
ORDER BY at
LIMIT 20000`

	selectHours = `
SELECT at, lowest, highest, total / good, 0::smallint
FROM heat.hour
WHERE tenant_id = $1 AND series = $2 AND at >= $3 AND at < $4 AND good > 0
ORDER BY at`

	selectDays = `
SELECT min(` + dayBegins + `) AS at, coalesce(min(d.lowest), min(d.mean), min(d.highest)), coalesce(max(d.highest), max(d.mean), max(d.lowest)),
  coalesce(avg(d.mean), avg((d.lowest + d.highest) / 2), avg(d.highest), avg(d.lowest)), 0::smallint
FROM heat.day d
WHERE d.tenant_id = $1 AND d.series = $2 AND (d.highest IS NOT NULL OR d.lowest IS NOT NULL OR d.mean IS NOT NULL)
  AND d.day BETWEEN ($3::timestamptz AT TIME ZONE 'Europe/Paris')::date AND (($4::timestamptz - interval '1 second') AT TIME ZONE 'Europe/Paris')::date
GROUP BY (d.day - ($3::timestamptz AT TIME ZONE 'Europe/Paris')::date) / $5::integer
ORDER BY 1`
)

// Curve reads a series over a period [from, to), drawn in the finest step that a
// screen shows. A station whose hours are not known (daily files) is drawn by
// days.
func (s *Service) Curve(ctx context.Context, town tenants.ID, series int, q Quantity, from, to time.Time) (c Curve, err error) {
	if !to.After(from) {
		return c, fault.New(fault.Invalid, "heat.fault.period")
	}
	c = Curve{Quantity: q, From: from, To: to, Step: stepFor(to.Sub(from))}
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if err := c.read(ctx, tx, series); err != nil {
			return err
		}
		if len(c.Points) > 0 || c.Step == EachDay || c.Step == Several {
			return nil
		}
		c.Step = EachDay
		return c.read(ctx, tx, series)
	})
	return c, err
}

func (c *Curve) read(ctx context.Context, tx *db.Tx, series int) error {
	query, args := selectHours, []any{tx.Tenant(), series, c.From, c.To}
	switch c.Step {
	case EachReading:
		query = selectReadings
	case EachDay, Several:
		days := int(c.To.Sub(c.From).Hours()/hoursOfDay) + 1
		query, args = selectDays, append(args, max(1, (days+mostPoints-1)/mostPoints))
	case EachHour:
	}
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	c.Points, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Point])
	for _, p := range c.Points {
		if p.Flags != 0 {
			c.Doubtful++
		}
	}
	return err
}

// StationSheet is one station with its series and devices.
type StationSheet struct {
	Site
	Series      []Series
	Deployments []Deployment
}

// Of finds a quantity of the sheet.
func (s *StationSheet) Of(q Quantity) (Series, bool) {
	for _, x := range s.Series {
		if x.Quantity == q {
			return x, true
		}
	}
	return Series{}, false
}

// Sheet reads a station; not_found when there is none, or when it is hidden and
// publicOnly.
func (s *Service) Sheet(ctx context.Context, town tenants.ID, code string, publicOnly bool) (sheet *StationSheet, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		site, err := readSite(ctx, tx, code)
		if err != nil {
			return err
		}
		if publicOnly && !site.Public {
			return fault.New(fault.NotFound, "heat.fault.no_station")
		}
		sheet = &StationSheet{Site: *site}
		if sheet.Series, err = readSeries(ctx, tx, site.ID); err != nil {
			return err
		}
		sheet.Deployments, err = readDeployments(ctx, tx, site.ID)
		return err
	})
	return sheet, err
}

// Sightings lists the devices that speak and that nobody has declared.
func (s *Service) Sightings(ctx context.Context, town tenants.ID) (list []Sighting, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		list, err = readSightings(ctx, tx)
		return err
	})
	return list, err
}
