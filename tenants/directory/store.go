package directory

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"acvdata/services/db"
	"acvdata/tenants"
)

const columns = `id, slug, coalesce(host, ''), name, insee, siren, department_code, department, region, epci,
  population, population_year, center_lon, center_lat, bounds, boundary, approximate,
  accent, tagline, experiment, welcome, illustrative, modules, contact, updated_at,
  public_name, phone, postal, legal, privacy, logo`

func list(ctx context.Context, tx *db.PlatformTx) ([]*tenants.Tenant, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM platform.tenant ORDER BY slug`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

func scan(row pgx.CollectableRow) (*tenants.Tenant, error) {
	var t tenants.Tenant
	var bounds []float64
	var boundary, modules []byte
	err := row.Scan(&t.ID, &t.Slug, &t.Host, &t.Name, &t.INSEE, &t.SIREN, &t.DepartmentCode, &t.Department,
		&t.Region, &t.EPCI, &t.Population, &t.PopulationYear, &t.Center.Lon, &t.Center.Lat, &bounds, &boundary,
		&t.Approximate, &t.Accent, &t.Tagline, &t.Experiment, &t.Welcome, &t.Illustrative, &modules,
		&t.Contact, &t.Changed, &t.PublicName, &t.Phone, &t.Postal, &t.Legal, &t.Privacy, &t.Logo)
	if err != nil {
		return nil, err
	}
	t.Bounds = tenants.Bounds{West: bounds[0], South: bounds[1], East: bounds[2], North: bounds[3]}
	t.Boundary = boundary
	return &t, json.Unmarshal(modules, &t.Modules)
}

// upsert creates the town or refreshes the facts that are not the town's own
// choice: accent, modules and texts stay as the town has set them since.
const upsert = `
INSERT INTO platform.tenant (id, slug, host, name, insee, siren, department_code, department, region, epci,
  population, population_year, center_lon, center_lat, bounds, boundary, approximate,
  accent, tagline, experiment, welcome, illustrative, modules, public_name)
VALUES ($1, $2, nullif($3, ''), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
ON CONFLICT (slug) DO UPDATE
SET name = excluded.name, insee = excluded.insee, siren = excluded.siren,
    department_code = excluded.department_code, department = excluded.department, region = excluded.region,
    epci = excluded.epci, population = excluded.population, population_year = excluded.population_year,
    updated_at = now()
RETURNING id, (xmax = 0) AS created`

func save(ctx context.Context, tx *db.PlatformTx, t *tenants.Tenant) (created bool, err error) {
	modules, err := json.Marshal(t.Modules)
	if err != nil {
		return false, err
	}
	bounds := []float64{t.Bounds.West, t.Bounds.South, t.Bounds.East, t.Bounds.North}
	row := tx.QueryRow(ctx, upsert, t.ID, t.Slug, t.Host, t.Name, t.INSEE, t.SIREN, t.DepartmentCode,
		t.Department, t.Region, t.EPCI, t.Population, t.PopulationYear, t.Center.Lon, t.Center.Lat, bounds,
		[]byte(t.Boundary), t.Approximate, t.Accent, t.Tagline, t.Experiment, t.Welcome, t.Illustrative, modules, t.PublicName)
	return created, row.Scan(&t.ID, &created)
}

// setModules writes which modules are on; the runtime role may change its own
// town only.
func setModules(ctx context.Context, tx *db.Tx, modules map[string]tenants.ModuleState) error {
	text, err := json.Marshal(modules)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE platform.tenant SET modules = $2, updated_at = now() WHERE id = $1`, tx.Tenant(), text)
	return err
}

// lock reads the transaction's town and keeps other changes of it waiting.
func lock(ctx context.Context, tx *db.Tx) (*tenants.Tenant, error) {
	rows, err := tx.Query(ctx, `SELECT `+columns+` FROM platform.tenant WHERE id = $1 FOR UPDATE`, tx.Tenant())
	if err != nil {
		return nil, err
	}
	return pgx.CollectExactlyOneRow(rows, scan)
}

// settle writes the town's choices.
func settle(ctx context.Context, tx *db.Tx, c Choices) error {
	modules, err := json.Marshal(c.Modules)
	if err != nil {
		return err
	}
	const statement = `
UPDATE platform.tenant
SET accent = $2, tagline = $3, experiment = $4, welcome = $5, contact = $6, modules = $7,
    public_name = $8, phone = $9, postal = $10, legal = $11, privacy = $12, logo = $13, updated_at = clock_timestamp()
WHERE id = $1`
	_, err = tx.Exec(ctx, statement, tx.Tenant(), c.Accent, c.Tagline, c.Experiment, c.Welcome, c.Contact, modules,
		c.PublicName, c.Phone, c.Postal, c.Legal, c.Privacy, c.Logo)
	return err
}
