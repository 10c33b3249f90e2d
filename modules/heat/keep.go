package heat

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/tenants"
)

// daysHot is how many days readings stay one row each: what people look at
// closely, and what late messages may still change.
const daysHot = 35

const (
	oldestReading = `SELECT min(at) FROM heat.reading WHERE tenant_id = $1 AND at < $2`

	forgetUplinks = `DELETE FROM heat.uplink WHERE tenant_id = $1 AND received < $2`

	forgetSightings = `DELETE FROM heat.sighting WHERE tenant_id = $1 AND last_at < $2`
)

// Keep packs the readings of a town that are older than daysHot, a month at a
// time and each in one transaction: killed anywhere, it goes on next time where
// it was. It also forgets old messages and old unknown devices.
func (s *Service) Keep(ctx context.Context, town tenants.ID) error {
	before := dayStart(localDay(s.now()).AddDate(0, 0, -daysHot))
	for {
		var from *time.Time
		err := s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
			if err := tx.QueryRow(ctx, oldestReading, town, before).Scan(&from); err != nil || from == nil {
				return err
			}
			first := dayStart(localDay(*from))
			until := dayStart(localDay(*from).AddDate(0, 1, 0))
			if until.After(before) {
				until = before
			}
			_, err := tx.Exec(ctx, packReadings, town, first, until)
			return err
		})
		if err != nil {
			return err
		}
		if from == nil {
			break
		}
	}
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, forgetUplinks, town, s.now().AddDate(0, 0, -7)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, forgetSightings, town, s.now().AddDate(0, 0, -30))
		return err
	})
}

// A station is silent when it is fed by a device and has said nothing for a
// while; it is told once, and again only after it spoke.
const markSilent = `
UPDATE heat.series x
SET silent = coalesce(x.last_at, $2)
FROM heat.site p
WHERE x.tenant_id = $1 AND x.live AND x.silent IS NULL AND x.quantity = 'temperature' AND coalesce(x.last_at, '-infinity') < $2
  AND p.tenant_id = $1 AND p.id = x.site_id
RETURNING p.code, x.silent`

// Watch marks the stations of a town that fell silent, and writes it in the
// town's log.
func (s *Service) Watch(ctx context.Context, town tenants.ID) error {
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.Query(ctx, markSilent, town, s.now().Add(-silence))
		if err != nil {
			return err
		}
		type lost struct {
			Code  string
			Since time.Time
		}
		list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[lost])
		if err != nil || len(list) == 0 {
			return err
		}
		for _, one := range list {
			err := audit.Record(ctx, tx, "heat.station.silent", "station/"+one.Code, map[string]any{"since": one.Since})
			if err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, touchNetwork, town)
		return err
	})
}
