package heat

import (
	"context"
	"time"

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
			if _, err := tx.Exec(ctx, lockAllSeries, town); err != nil {
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
