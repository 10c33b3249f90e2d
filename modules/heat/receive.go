package heat

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/tenants"
)

// Receipt is what became of an uplink.
type Receipt struct {
	State string // received, or repeated when it had come already
	Site  string // code of the station
	At    time.Time
	Added int64 // values kept
}

// The states of a receipt.
const (
	received = "stored"
	repeated = "duplicate"
)

const (
	// clockSlack is how far ahead of ours a gateway's clock may be.
	clockSlack = 5 * time.Minute
	// resendWithin is how long after a message the same counter means the same
	// message: servers deliver twice, seen up to 48 s apart. Devices that join
	// anew count from 0 again, hours or days later.
	resendWithin = 10 * time.Minute
	// sightingsKept bounds the unknown devices remembered in a town.
	sightingsKept = 200
)

// Receive keeps the measures of an uplink. A device that nobody declared is
// noted for the staff and answered with not_found; one that is at no station,
// with conflict. Delivering a message again changes nothing.
func (s *Service) Receive(ctx context.Context, town tenants.ID, u Uplink) (r Receipt, err error) {
	now := s.now()
	if u.At.IsZero() {
		u.At = now.UTC().Truncate(time.Second)
	}
	if u.At.After(now.Add(clockSlack)) {
		return r, fault.New(fault.Invalid, "heat.fault.uplink_future")
	}
	if u.At.Before(oldest) {
		return r, fault.New(fault.Invalid, "heat.fault.uplink_past")
	}
	unknown := false
	err = s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		device, counted, err := lockDevice(ctx, tx, u)
		if errors.Is(err, pgx.ErrNoRows) {
			unknown = true
			return note(ctx, tx, u)
		}
		if err != nil {
			return err
		}
		r.At = u.At
		if counted {
			r.State = repeated
			return nil
		}
		return s.keep(ctx, tx, device, u, &r)
	})
	if err == nil && unknown {
		err = fault.New(fault.NotFound, "heat.fault.uplink_unknown", fault.With(fault.Args{"Serial": u.Serial}))
	}
	return r, err
}

// oldest is the first moment readings are kept of.
var oldest = time.Date(1990, time.January, 2, 0, 0, 0, 0, time.UTC)

const selectDevice = `SELECT id FROM heat.device WHERE tenant_id = $1 AND serial = $2 FOR UPDATE`

const selectCounted = `
SELECT EXISTS (
  SELECT FROM heat.uplink
  WHERE tenant_id = $1 AND device_id = $2 AND counter = $3 AND at BETWEEN $4 AND $5)`

// lockDevice finds the device and holds it, so that its messages are dealt with
// one after the other; counted tells whether this one has been.
func lockDevice(ctx context.Context, tx *db.Tx, u Uplink) (id uuid.UUID, counted bool, err error) {
	if err := tx.QueryRow(ctx, selectDevice, tx.Tenant(), u.Serial).Scan(&id); err != nil {
		return id, false, err
	}
	err = tx.QueryRow(ctx, selectCounted, tx.Tenant(), id, u.Counter, u.At.Add(-resendWithin), u.At.Add(resendWithin)).Scan(&counted)
	return id, counted, err
}

const noteSighting = `
INSERT INTO heat.sighting AS s (tenant_id, serial, name)
SELECT $1, $2, $3
WHERE (SELECT count(*) FROM heat.sighting WHERE tenant_id = $1) < $4
  OR EXISTS (SELECT FROM heat.sighting WHERE tenant_id = $1 AND serial = $2)
ON CONFLICT ON CONSTRAINT sighting_pk DO UPDATE
SET name = excluded.name, messages = s.messages + 1, last_at = now()`

func note(ctx context.Context, tx *db.Tx, u Uplink) error {
	_, err := tx.Exec(ctx, noteSighting, tx.Tenant(), u.Serial, u.Name, sightingsKept)
	return err
}

const selectPlaceOf = `
SELECT d.site_id, s.code
FROM heat.deployment d
JOIN heat.site s ON s.tenant_id = d.tenant_id AND s.id = d.site_id
WHERE d.tenant_id = $1 AND d.device_id = $2 AND d.since <= $3 AND (d.until IS NULL OR d.until > $3)
ORDER BY d.since DESC
LIMIT 1`

const insertUplink = `INSERT INTO heat.uplink (tenant_id, device_id, counter, at) VALUES ($1, $2, $3, $4)`

const touchDevice = `
UPDATE heat.device
SET last_seen = greatest(last_seen, $3), last_counter = $4
WHERE tenant_id = $1 AND id = $2`

const markLive = `UPDATE heat.series SET live = true WHERE tenant_id = $1 AND number = $2 AND NOT live`

// keep stores the measures where the device stood at that moment.
func (s *Service) keep(ctx context.Context, tx *db.Tx, device uuid.UUID, u Uplink, r *Receipt) error {
	var site uuid.UUID
	err := tx.QueryRow(ctx, selectPlaceOf, tx.Tenant(), device, u.At).Scan(&site, &r.Site)
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.New(fault.Conflict, "heat.fault.uplink_nowhere", fault.With(fault.Args{"Serial": u.Serial}))
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertUplink, tx.Tenant(), device, u.Counter, u.At); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, touchDevice, tx.Tenant(), device, u.At, u.Counter); err != nil {
		return err
	}
	var samples []Sample
	for _, q := range []Quantity{Temperature, Humidity} {
		value, has := u.Measures[q]
		if !has {
			continue
		}
		number, err := seriesOf(ctx, tx, site, q)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, markLive, tx.Tenant(), number); err != nil {
			return err
		}
		samples = append(samples, Sample{Series: number, At: u.At, Value: value})
	}
	r.State = received
	r.Added, err = store(ctx, tx, samples, 0)
	return err
}
