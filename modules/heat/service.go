package heat

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/audit"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/geo/qk"
	"acvdata/services/i18n"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

// paris is the zone of local days and nights.
var paris = i18n.Paris

// Service has the use cases of the trade; pages, API, imports and exports call
// it. It is safe for concurrent use.
type Service struct {
	db      *db.DB
	baseURL string
	now     func() time.Time
}

// NewService makes a service; baseURL is the platform's, for messages that lead
// back to it, and now tells the time.
func NewService(d *db.DB, baseURL string, now func() time.Time) *Service {
	return &Service{db: d, baseURL: baseURL, now: now}
}

// codeForm is what addresses and files can carry.
var codeForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]*$`)

// check refuses a station that cannot be kept, naming every field at fault.
func (s *Site) check() error {
	var wrong []fault.Option
	s.Code, s.Name = strings.TrimSpace(s.Code), strings.TrimSpace(s.Name)
	if utf8.RuneCountInString(s.Code) > maxCode || !codeForm.MatchString(s.Code) {
		wrong = append(wrong, fault.On("code", "heat.fault.field_code", fault.Args{"Max": maxCode}))
	}
	if n := utf8.RuneCountInString(s.Name); n == 0 || n > maxName {
		wrong = append(wrong, fault.On("name", "heat.fault.field_name", fault.Args{"Max": maxName}))
	}
	if !s.Setting.Known() {
		wrong = append(wrong, fault.On("setting", "heat.fault.field_setting", nil))
	}
	if s.AltitudeM != nil && !(*s.AltitudeM >= -10 && *s.AltitudeM <= 4810) {
		wrong = append(wrong, fault.On("altitude", "heat.fault.field_altitude", nil))
	}
	if p := s.Position; p != nil {
		if _, err := qk.Encode(p.Lon, p.Lat); err != nil || p.Lon == 0 && p.Lat == 0 {
			wrong = append(wrong, fault.On("lat", "heat.fault.field_place", nil))
		}
	}
	if len(wrong) > 0 {
		return fault.New(fault.Invalid, "heat.fault.station", wrong...)
	}
	return nil
}

// place gives the columns of the position.
func (s *Site) place() (lon, lat *float64, code *int64) {
	if s.Position == nil {
		return nil, nil, nil
	}
	key, err := qk.Encode(s.Position.Lon, s.Position.Lat)
	if err != nil {
		return nil, nil, nil // refused by check
	}
	return &s.Position.Lon, &s.Position.Lat, &key
}

// Save adds a station, or changes the one with its ID if its revision is still
// the one that was looked at. One station of a town is the reference: naming
// another takes its place.
func (s *Service) Save(ctx context.Context, town tenants.ID, site *Site) error {
	if err := site.check(); err != nil {
		return err
	}
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		if err := lockNetwork(ctx, tx); err != nil {
			return err
		}
		if site.Reference {
			if _, err := tx.Exec(ctx, clearReference, town, site.ID); err != nil {
				return err
			}
		}
		action := "heat.station.edit"
		if err := writeSite(ctx, tx, site, &action); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, touchNetwork, town); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, action, "station/"+site.Code, nil); err != nil {
			return err
		}
		return ogc.Bump(ctx, tx, LayerID)
	})
}

func writeSite(ctx context.Context, tx *db.Tx, site *Site, action *string) error {
	lon, lat, code := site.place()
	if site.ID != uuid.Nil {
		tag, err := tx.Exec(ctx, updateSite, tx.Tenant(), site.ID, site.Revision, site.Name, site.Setting, site.Reference, site.Public,
			lon, lat, code, site.AltitudeM)
		if err == nil && tag.RowsAffected() == 0 {
			err = fault.New(fault.Conflict, "heat.fault.station_changed")
		}
		return err
	}
	if _, err := readSite(ctx, tx, site.Code); err == nil {
		return fault.New(fault.Invalid, "heat.fault.station", fault.On("code", "heat.fault.code_taken", nil))
	}
	var err error
	if site.ID, err = uuid.NewV7(); err != nil {
		return err
	}
	*action = "heat.station.add"
	_, err = tx.Exec(ctx, insertSite, tx.Tenant(), site.ID, site.Code, site.Name, site.Setting, site.Reference, site.Public,
		lon, lat, code, site.AltitudeM)
	return err
}

const (
	upsertDevice = `
INSERT INTO heat.device AS d (tenant_id, id, serial, model)
VALUES ($1, $2, $3, $4)
ON CONFLICT ON CONSTRAINT device_serial_uq DO UPDATE SET model = coalesce(nullif(excluded.model, ''), d.model)
RETURNING id`

	endDeployments = `
UPDATE heat.deployment
SET until = $3
WHERE tenant_id = $1 AND device_id = $2 AND until IS NULL AND since < $3
RETURNING site_id`

	selectOpenDeployment = `
SELECT s.code
FROM heat.deployment d
JOIN heat.site s ON s.tenant_id = d.tenant_id AND s.id = d.site_id
WHERE d.tenant_id = $1 AND d.device_id = $2 AND (d.until IS NULL OR d.until > $3)
LIMIT 1`

	insertDeployment = `INSERT INTO heat.deployment (tenant_id, id, device_id, site_id, since) VALUES ($1, $2, $3, $4, $5)`

	deleteSighting = `DELETE FROM heat.sighting WHERE tenant_id = $1 AND serial = $2`

	endDeployment = `
UPDATE heat.deployment
SET until = $4
WHERE tenant_id = $1 AND id = $2 AND site_id = $3 AND until IS NULL AND since < $4`

	quietSeries = `
UPDATE heat.series s
SET live = false, silent = NULL
WHERE s.tenant_id = $1 AND s.site_id = $2
  AND NOT EXISTS (SELECT FROM heat.deployment d WHERE d.tenant_id = $1 AND d.site_id = $2 AND d.until IS NULL)`
)

// serialForm is a DevEUI or a maker's number.
var serialForm = regexp.MustCompile(`^[0-9A-Z][0-9A-Z._/-]{1,39}$`)

// Serial writes a device's number in its one form.
func Serial(text string) string {
	return strings.ToUpper(strings.NewReplacer(":", "", " ", "").Replace(strings.TrimSpace(text)))
}

// Deploy puts a device at a station from a moment on; where it was before, it
// leaves.
func (s *Service) Deploy(ctx context.Context, town tenants.ID, code, serial, model string, since time.Time) error {
	serial, model = Serial(serial), cut(strings.TrimSpace(model), maxName)
	switch {
	case !serialForm.MatchString(serial):
		return fault.New(fault.Invalid, "heat.fault.device", fault.On("serial", "heat.fault.field_serial", nil))
	case since.After(s.now().Add(clockSlack)) || since.Before(oldest):
		return fault.New(fault.Invalid, "heat.fault.device", fault.On("since", "heat.fault.field_since", nil))
	}
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		site, err := readSite(ctx, tx, code)
		if err != nil {
			return err
		}
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		var device uuid.UUID
		if err := tx.QueryRow(ctx, upsertDevice, town, id, serial, model).Scan(&device); err != nil {
			return err
		}
		return deployed(ctx, tx, site, device, serial, since)
	})
}

func deployed(ctx context.Context, tx *db.Tx, site *Site, device uuid.UUID, serial string, since time.Time) error {
	left, err := leaveSites(ctx, tx, device, since)
	if err != nil {
		return err
	}
	var at string
	err = tx.QueryRow(ctx, selectOpenDeployment, tx.Tenant(), device, since).Scan(&at)
	if err == nil {
		return fault.New(fault.Conflict, "heat.fault.device_elsewhere", fault.With(fault.Args{"Site": at}))
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertDeployment, tx.Tenant(), id, device, site.ID, since); err != nil {
		return err
	}
	for _, site := range left { // those that have no other device are expected to say nothing more
		if _, err := tx.Exec(ctx, quietSeries, tx.Tenant(), site); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, deleteSighting, tx.Tenant(), serial); err != nil {
		return err
	}
	return audit.Record(ctx, tx, "heat.device.deploy", "station/"+site.Code, map[string]any{"serial": serial})
}

// leaveSites ends the deployments of a device, and says where they were.
func leaveSites(ctx context.Context, tx *db.Tx, device uuid.UUID, since time.Time) ([]uuid.UUID, error) {
	rows, err := tx.Query(ctx, endDeployments, tx.Tenant(), device, since)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

// Remove ends a deployment now; the readings stay.
func (s *Service) Remove(ctx context.Context, town tenants.ID, code string, deployment uuid.UUID) error {
	return s.db.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		site, err := readSite(ctx, tx, code)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, endDeployment, town, deployment, site.ID, s.now())
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return fault.New(fault.NotFound, "heat.fault.no_deployment")
		}
		if _, err := tx.Exec(ctx, quietSeries, town, site.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, "heat.device.remove", "station/"+site.Code, nil)
	})
}
