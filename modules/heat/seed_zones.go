package heat

import (
	"context"
	"fmt"
	"math"

	"github.com/google/uuid"

	"acvdata/services/db"
	"acvdata/tenants"
)

const (
	seedLayer = `
WITH made AS (
  INSERT INTO heat.lcz_layer (tenant_id, number, import_id, previous, credit)
  SELECT tenant_id, next_layer, $2, lcz_layer, 'illustration' FROM heat.network WHERE tenant_id = $1
  RETURNING number
)
UPDATE heat.network SET lcz_layer = made.number, next_layer = next_layer + 1 FROM made WHERE tenant_id = $1
RETURNING lcz_layer`

	seedZones = `
INSERT INTO heat.lcz_zone (tenant_id, layer, number, code, class, area_m2, geom)
SELECT $1, $2, row_number() OVER (), 'illustration', class, ST_Area(ST_Transform(shape, 2154)), ST_Multi(shape)
FROM unnest($3::smallint[], $4::float8[], $5::float8[], $6::float8[], $7::float8[]) AS z (class, west, south, east, north)
CROSS JOIN LATERAL (SELECT ST_MakeEnvelope(west, south, east, north, 4326) AS shape) made`
)

// zones draws an illustrative map: squares of about 200 m, dense in the middle,
// houses around, country at the edge.
func (s *seeding) zones(ctx context.Context, tx *db.Tx) error {
	const half = 0.0009 // degrees of latitude, about 100 m
	b, c := s.town.Bounds, s.town.Center
	stretch := 1 / math.Cos(c.Lat*math.Pi/180)
	patch, kind := s.waves(), s.waves()
	var classes []int16
	var west, south, east, north []float64
	for lat := b.South; lat < b.North; lat += 2 * half {
		for lon := b.West; lon < b.East; lon += 2 * half * stretch {
			p := tenants.Point{Lon: lon + half*stretch, Lat: lat + half}
			if !s.outline.Contains(p) {
				continue
			}
			classes = append(classes, s.zone(p, patch, kind))
			west, south, east, north = append(west, lon), append(south, lat), append(east, lon+2*half*stretch), append(north, lat+2*half)
		}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	var layer int
	if err := tx.QueryRow(ctx, seedLayer, tx.Tenant(), id).Scan(&layer); err != nil {
		return fmt.Errorf("seed the map of zones: %w", err)
	}
	if _, err := tx.Exec(ctx, seedZones, tx.Tenant(), layer, classes, west, south, east, north); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, joinZones, tx.Tenant(), layer)
	return err
}

// zone is the class of a place: dense in the centre, houses around, country
// beyond, in patches that hang together.
func (s *seeding) zone(p tenants.Point, patch, kind waves) int16 {
	b, c := s.town.Bounds, s.town.Center
	x, y := (p.Lon-c.Lon)/(b.East-b.West), (p.Lat-c.Lat)/(b.North-b.South)
	away, which := math.Hypot(x, y)+0.035*patch.at(x, y), kind.at(x, y)
	pick := func(list ...int16) int16 {
		share := min(0.999, max(0, (which+1)/2))
		return list[int(share*float64(len(list)))]
	}
	switch {
	case away < 0.055:
		return pick(2, 3, 3, 3)
	case away < 0.12:
		return pick(8, 5, 6, 6, 6, 12)
	case away < 0.21:
		return pick(8, 6, 6, 6, 9, 12)
	case away < 0.3:
		return pick(17, 14, 9, 9, 14, 11)
	}
	return pick(17, 14, 14, 14, 14, 12, 11)
}

// waves is a gentle relief between -1 and 1, the same for neighbours.
type waves [4]struct{ east, north, shift float64 }

func (s *seeding) waves() (w waves) {
	for i := range w {
		angle, pace := 2*math.Pi*s.chance.Float64(), 16+9*float64(i)
		w[i].east, w[i].north, w[i].shift = pace*math.Cos(angle), pace*math.Sin(angle), 2*math.Pi*s.chance.Float64()
	}
	return w
}

func (w waves) at(x, y float64) float64 {
	sum := 0.0
	for _, one := range w {
		sum += math.Sin(one.east*x + one.north*y + one.shift)
	}
	return math.Tanh(sum / 2)
}
