package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/modules"
	"acvdata/modules/programme"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/module"
	"acvdata/tenants"
)

// portfolioTowns is how many towns the programme may have.
const portfolioTowns = 500

// BenchmarkPortfolio measures the supervisors' page over 500 towns. Bar: 200 ms.
// Its baseline reads the same signals where they are, town by town, each in its own
// transaction, as a page without the table of signals would.
func BenchmarkPortfolio(b *testing.B) {
	var app *apptest.App
	app = apptest.New(b, func(k apptest.Kit) []module.Module {
		deps := testDeps(k)
		deps.Registry = func() *module.Registry { return app.Registry }
		parts, err := modules.All(deps)
		if err != nil {
			b.Fatal(err)
		}
		return parts.Modules
	})
	towns, signals := fillPortfolio(b, app), partOf[*programme.Module](b, app)
	supervisor := app.As(authz.Actor{AccountID: uuid.New(), Platform: []authz.Role{authz.Supervisor}})
	supervisor.Get("/programme").Want(200)
	for b.Loop() {
		start := time.Now()
		supervisor.Get("/programme").Want(200)
		page := time.Since(start)
		start = time.Now()
		for _, town := range towns {
			if err := signals.Refresh(app.Context, town); err != nil {
				b.Fatal(err)
			}
		}
		alone := time.Since(start)
		b.ReportMetric(float64(page.Microseconds())/1000, "ms")
		b.ReportMetric(float64(alone.Microseconds())/1000, "baseline-ms")
		b.ReportMetric(alone.Seconds()/page.Seconds(), "times-faster")
	}
}

// fillPortfolio adds the towns with their signals, some of them in trouble.
func fillPortfolio(b *testing.B, app *apptest.App) []*tenants.Tenant {
	b.Helper()
	towns := make([]*tenants.Tenant, 0, portfolioTowns)
	for i := range portfolioTowns {
		town := &tenants.Tenant{
			Slug: fmt.Sprintf("ville-%03d", i), Name: fmt.Sprintf("Ville %d", i), INSEE: fmt.Sprintf("%05d", 1000+i), SIREN: fmt.Sprintf("%09d", i),
			DepartmentCode: "01", Department: "Ain", Region: fmt.Sprintf("Région %d", i%13), EPCI: "CA", Population: 20_000, PopulationYear: 2023,
			Center: tenants.Point{Lon: float64(i%25)/4 - 1, Lat: 44 + float64(i/25)/4}, Boundary: []byte(`{"type":"Polygon","coordinates":[]}`),
			Accent: "foret", Modules: map[string]tenants.ModuleState{},
		}
		if _, err := app.Towns.Save(app.Context, town); err != nil {
			b.Fatal(err)
		}
		towns = append(towns, town)
	}
	conn, err := pgx.Connect(b.Context(), app.AdminDB)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	const signals = `
INSERT INTO programme.signal (tenant_id, last_import_at, last_visit_at, failed_jobs, failed_since, datasets, open_milestones, milestones,
  reached, next_title, person_days, title, read_at)
SELECT id, now() - n * interval '1 day', now() - (n % 90) * interval '1 day', n % 20 / 19, now(), n % 9,
       ARRAY[current_date - n::int % 50, current_date + 30], 6, 4, 'Restitution', n, 'Expérimentation', now()
FROM (SELECT id, row_number() OVER (ORDER BY slug) AS n FROM platform.tenant) towns`
	if _, err := conn.Exec(b.Context(), signals); err != nil {
		b.Fatal(err)
	}
	return towns
}

// partOf is the module of a type that the app runs.
func partOf[M module.Module](b *testing.B, app *apptest.App) (found M) {
	b.Helper()
	for _, m := range app.Registry.Modules() {
		if one, is := m.(M); is {
			found = one
		}
	}
	require.NotNil(b, found)
	return found
}
