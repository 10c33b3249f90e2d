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

const (
	insertNetwork = `INSERT INTO heat.network (tenant_id) VALUES ($1) ON CONFLICT (tenant_id) DO NOTHING`

	selectNetworkForUpdate = `SELECT version FROM heat.network WHERE tenant_id = $1 FOR UPDATE`

	selectSeries = `SELECT number FROM heat.series WHERE tenant_id = $1 AND site_id = $2 AND quantity = $3`

	takeSeries = `
UPDATE heat.network
SET next_series = next_series + 1
WHERE tenant_id = $1
RETURNING next_series - 1`

	insertSeries = `INSERT INTO heat.series (tenant_id, number, site_id, quantity) VALUES ($1, $2, $3, $4)`

	selectSite = `
SELECT id, code, name, setting, reference, public, lon, lat, altitude_m, revision
FROM heat.site
WHERE tenant_id = $1 AND code = $2`

	insertSite = `
INSERT INTO heat.site (tenant_id, id, code, name, setting, reference, public, lon, lat, qk, altitude_m)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

	updateSite = `
UPDATE heat.site
SET name = $4, setting = $5, reference = $6, public = $7, lon = $8, lat = $9, qk = $10, altitude_m = $11,
    revision = revision + 1, updated_at = now()
WHERE tenant_id = $1 AND id = $2 AND revision = $3`

	clearReference = `
UPDATE heat.site
SET reference = false, revision = revision + 1, updated_at = now()
WHERE tenant_id = $1 AND reference AND id <> $2`
)

// lockNetwork makes the town's row and holds it until the transaction ends.
func lockNetwork(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, insertNetwork, tx.Tenant()); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, selectNetworkForUpdate, tx.Tenant())
	return err
}

// seriesOf finds the series of a quantity at a site, or makes it.
func seriesOf(ctx context.Context, tx *db.Tx, site uuid.UUID, q Quantity) (number int, err error) {
	err = tx.QueryRow(ctx, selectSeries, tx.Tenant(), site, q).Scan(&number)
	if !errors.Is(err, pgx.ErrNoRows) {
		return number, err
	}
	if err := lockNetwork(ctx, tx); err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, selectSeries, tx.Tenant(), site, q).Scan(&number) // made while we waited
	if !errors.Is(err, pgx.ErrNoRows) {
		return number, err
	}
	if err := tx.QueryRow(ctx, takeSeries, tx.Tenant()).Scan(&number); err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, insertSeries, tx.Tenant(), number, site, q)
	return number, err
}

// readSite finds a station by its code.
func readSite(ctx context.Context, tx *db.Tx, code string) (*Site, error) {
	var s Site
	var lon, lat *float64
	err := tx.QueryRow(ctx, selectSite, tx.Tenant(), code).
		Scan(&s.ID, &s.Code, &s.Name, &s.Setting, &s.Reference, &s.Public, &lon, &lat, &s.AltitudeM, &s.Revision)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "heat.fault.no_station")
	}
	if err != nil {
		return nil, err
	}
	if lon != nil && lat != nil {
		s.Position = &tenants.Point{Lon: *lon, Lat: *lat}
	}
	return &s, nil
}

const selectSeriesOfSite = `
SELECT number, quantity, first_at, last_at, coalesce(last_value, 0), value_at, live, silent
FROM heat.series
WHERE tenant_id = $1 AND site_id = $2
ORDER BY quantity DESC`

// readSeries lists a site's series, temperature first.
func readSeries(ctx context.Context, tx *db.Tx, site uuid.UUID) ([]Series, error) {
	rows, err := tx.Query(ctx, selectSeriesOfSite, tx.Tenant(), site)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Series, err error) {
		var first, last, valueAt, silent *time.Time
		err = row.Scan(&s.Number, &s.Quantity, &first, &last, &s.Value, &valueAt, &s.Live, &silent)
		s.First, s.Last, s.ValueAt, s.Silent = orZero(first), orZero(last), orZero(valueAt), orZero(silent)
		return s, err
	})
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

const selectDeployments = `
SELECT p.id, d.serial, d.model, p.since, p.until
FROM heat.deployment p
JOIN heat.device d ON d.tenant_id = p.tenant_id AND d.id = p.device_id
WHERE p.tenant_id = $1 AND p.site_id = $2
ORDER BY p.since DESC
LIMIT 50`

func readDeployments(ctx context.Context, tx *db.Tx, site uuid.UUID) ([]Deployment, error) {
	rows, err := tx.Query(ctx, selectDeployments, tx.Tenant(), site)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Deployment, err error) {
		var until *time.Time
		err = row.Scan(&d.ID, &d.Serial, &d.Model, &d.Since, &until)
		d.Until = orZero(until)
		return d, err
	})
}

const selectSightings = `
SELECT serial, name, messages, first_at, last_at
FROM heat.sighting
WHERE tenant_id = $1
ORDER BY last_at DESC
LIMIT 200`

func readSightings(ctx context.Context, tx *db.Tx) ([]Sighting, error) {
	rows, err := tx.Query(ctx, selectSightings, tx.Tenant())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Sighting])
}
