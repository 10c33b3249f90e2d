package heat

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/tenants"
)

// Station is a site with what it says now.
type Station struct {
	Site

	Temperature Series // Number 0 when it measures none
	Humidity    Series
	Night       Night
}

// Night is what a station's night came down to.
type Night struct {
	Day   time.Time // the morning
	Low   float64
	Known bool // enough hours of it are known
}

// Fresh reports whether the newest temperature is recent enough to be called
// the present one.
func (s *Station) Fresh(now time.Time) bool {
	return !s.Temperature.ValueAt.IsZero() && now.Sub(s.Temperature.ValueAt) < silence
}

// Glance is a town's network at a moment.
type Glance struct {
	Stations []Station // by name; those hidden from the public left out when asked
	Morning  time.Time // of the last night known, zero when there is none
	Changed  time.Time
	Readings bool // something is known at all
}

const selectStations = `
SELECT p.id, p.code, p.name, p.setting, p.reference, p.public, p.lon, p.lat, p.altitude_m, p.revision,
  coalesce(t.number, 0), t.first_at, t.last_at, coalesce(t.last_value, 0), t.value_at, coalesce(t.live, false), t.silent,
  coalesce(h.number, 0), coalesce(h.last_value, 0), h.value_at
FROM heat.site p
LEFT JOIN heat.series t ON t.tenant_id = p.tenant_id AND t.site_id = p.id AND t.quantity = 'temperature'
LEFT JOIN heat.series h ON h.tenant_id = p.tenant_id AND h.site_id = p.id AND h.quantity = 'humidity'
WHERE p.tenant_id = $1 AND (p.public OR NOT $2)
ORDER BY p.name, p.code
LIMIT 2000`

// The newest day with a night that counts, then each station's.
const selectNights = `
SELECT d.series, d.day, d.night_low
FROM heat.day d
JOIN heat.series x ON x.tenant_id = d.tenant_id AND x.number = d.series AND x.quantity = 'temperature'
WHERE d.tenant_id = $1 AND d.night_low IS NOT NULL AND d.night_hours >= $2 AND d.day = (
  SELECT l.day
  FROM heat.day l
  JOIN heat.series y ON y.tenant_id = l.tenant_id AND y.number = l.series AND y.quantity = 'temperature'
  WHERE l.tenant_id = $1 AND l.night_low IS NOT NULL AND l.night_hours >= $2
  ORDER BY l.day DESC
  LIMIT 1)`

// Glance reads a town's network; publicOnly leaves hidden stations out.
func (s *Service) Glance(ctx context.Context, town *tenants.Tenant, publicOnly bool) (g Glance, err error) {
	err = s.db.ReadTenant(ctx, town.ID, func(ctx context.Context, tx *db.Tx) error {
		if g.Stations, err = readStations(ctx, tx, publicOnly); err != nil {
			return err
		}
		if err := g.nights(ctx, tx, leastHours(ThresholdOf(town).Coverage, hoursOfNight)); err != nil {
			return err
		}
		g.Changed, err = readChanged(ctx, tx)
		return err
	})
	for i := range g.Stations {
		g.Readings = g.Readings || !g.Stations[i].Temperature.First.IsZero()
	}
	return g, err
}

func readStations(ctx context.Context, tx *db.Tx, publicOnly bool) ([]Station, error) {
	rows, err := tx.Query(ctx, selectStations, tx.Tenant(), publicOnly)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanStation)
}

func scanStation(row pgx.CollectableRow) (s Station, err error) {
	var lon, lat *float64
	var first, last, valueAt, silent, humidAt *time.Time
	t, h := &s.Temperature, &s.Humidity
	err = row.Scan(&s.ID, &s.Code, &s.Name, &s.Setting, &s.Reference, &s.Public, &lon, &lat, &s.AltitudeM, &s.Revision,
		&t.Number, &first, &last, &t.Value, &valueAt, &t.Live, &silent, &h.Number, &h.Value, &humidAt)
	t.Quantity, h.Quantity = Temperature, Humidity
	t.First, t.Last, t.ValueAt, t.Silent, h.ValueAt = orZero(first), orZero(last), orZero(valueAt), orZero(silent), orZero(humidAt)
	if lon != nil && lat != nil {
		s.Position = &tenants.Point{Lon: *lon, Lat: *lat}
	}
	return s, err
}

func (g *Glance) nights(ctx context.Context, tx *db.Tx, least int) error {
	rows, err := tx.Query(ctx, selectNights, tx.Tenant(), least)
	if err != nil {
		return err
	}
	of := map[int]Night{}
	var series int
	var n Night
	_, err = pgx.ForEachRow(rows, []any{&series, &n.Day, &n.Low}, func() error {
		n.Known = true
		of[series] = n
		return nil
	})
	for i := range g.Stations {
		s := &g.Stations[i]
		if night, known := of[s.Temperature.Number]; known {
			s.Night, g.Morning = night, night.Day
		}
	}
	return err
}

// leastHours is how many hours a share of coverage asks for.
func leastHours(coverage, of float64) int { return int(math.Ceil(coverage / 100 * of)) }

func readChanged(ctx context.Context, tx *db.Tx) (at time.Time, err error) {
	err = tx.QueryRow(ctx, `SELECT changed_at FROM heat.network WHERE tenant_id = $1`, tx.Tenant()).Scan(&at)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return at, err
}

// Reference is the station others are compared with, nil when none is named.
func (g *Glance) Reference() *Station {
	for i := range g.Stations {
		if g.Stations[i].Reference {
			return &g.Stations[i]
		}
	}
	return nil
}

// inTown are the stations that stand for the town: neither its reference nor
// the country around.
func (s *Station) inTown() bool { return !s.Reference && s.Setting != Countryside }

// Now is the median of the town's fresh temperatures, how many there are, and
// the moment of the newest; n is 0 when nothing is fresh.
func (g *Glance) Now(now time.Time) (middle float64, n int, at time.Time) {
	var values []float64
	for i := range g.Stations {
		s := &g.Stations[i]
		if !s.inTown() || !s.Fresh(now) {
			continue
		}
		values = append(values, s.Temperature.Value)
		if s.Temperature.ValueAt.After(at) {
			at = s.Temperature.ValueAt
		}
	}
	return median(values), len(values), at
}

// Coolest lists the stations by the minimum of the last night known.
func (g *Glance) Coolest() []*Station {
	var list []*Station
	for i := range g.Stations {
		if g.Stations[i].Night.Known {
			list = append(list, &g.Stations[i])
		}
	}
	slices.SortStableFunc(list, func(a, b *Station) int {
		switch {
		case a.Night.Low < b.Night.Low:
			return -1
		case a.Night.Low > b.Night.Low:
			return 1
		}
		return 0
	})
	return list
}

// median of values, 0 of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid]
	}
	return (sorted[mid-1] + sorted[mid]) / 2
}
