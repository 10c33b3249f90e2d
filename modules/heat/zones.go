package heat

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/modules/heat/lcz"
	"acvdata/services/db"
	"acvdata/tenants"
)

// ZoneShare is what a class takes up of a town's map of local climate zones.
type ZoneShare struct {
	Class  lcz.Class
	Zones  int64
	AreaM2 float64
}

// ZoneMap is the map a town shows.
type ZoneMap struct {
	Layer  int // 0 when there is none
	At     time.Time
	Shares []ZoneShare // by class
	AreaM2 float64
	Bounds tenants.Bounds
}

const (
	selectLayer = `
SELECT l.number, l.at
FROM heat.network n
JOIN heat.lcz_layer l ON l.tenant_id = n.tenant_id AND l.number = n.lcz_layer
WHERE n.tenant_id = $1`

	selectShares = `
SELECT class, count(*), sum(area_m2)
FROM heat.lcz_zone
WHERE tenant_id = $1 AND layer = $2
GROUP BY class
ORDER BY class`

	selectZoneBounds = `
SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
FROM (SELECT ST_Extent(geom) AS box FROM heat.lcz_zone WHERE tenant_id = $1 AND layer = $2) extent`

	// Zones of one class that touch become one shape, as a reader sees them; about
	// a metre and a half of simplification does not show before the street. $2 is
	// the layer.
	joinZones = `
INSERT INTO heat.lcz_shape (tenant_id, layer, class, geom)
SELECT $1, $2, class, ST_MakeValid(ST_SimplifyPreserveTopology(ST_UnaryUnion(ST_Collect(geom)), 0.00002))
FROM heat.lcz_zone
WHERE tenant_id = $1 AND layer = $2
GROUP BY class`

	selectZoneShapes = `
SELECT class, ST_AsGeoJSON(ST_CollectionExtract(geom, 3), 5)
FROM heat.lcz_shape
WHERE tenant_id = $1 AND layer = $2
ORDER BY class`
)

// Zones reads what the town's map amounts to.
func (s *Service) Zones(ctx context.Context, town tenants.ID) (m ZoneMap, err error) {
	err = s.db.ReadTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		err := tx.QueryRow(ctx, selectLayer, town).Scan(&m.Layer, &m.At)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, selectShares, town, m.Layer)
		if err != nil {
			return err
		}
		if m.Shares, err = pgx.CollectRows(rows, pgx.RowToStructByPos[ZoneShare]); err != nil {
			return err
		}
		for _, share := range m.Shares {
			m.AreaM2 += share.AreaM2
		}
		b := &m.Bounds
		return tx.QueryRow(ctx, selectZoneBounds, town, m.Layer).Scan(&b.West, &b.South, &b.East, &b.North)
	})
	return m, err
}

// ZoneShape is the outline of everything of one class, as GeoJSON.
type ZoneShape struct {
	Class   lcz.Class
	Outline string
}

// ZoneShapes reads the shapes of a layer, for maps.
func (s *Service) ZoneShapes(ctx context.Context, town tenants.ID, layer int) (list []ZoneShape, err error) {
	err = s.db.Query(ctx, town, func(rows pgx.Rows) error {
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[ZoneShape])
		return err
	}, selectZoneShapes, town, layer)
	return list, err
}
