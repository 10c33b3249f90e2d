package main

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/services/apptest"
	"acvdata/tenants"
	"acvdata/tenants/demo"
)

// seeded are what the modules of Niort seed, without what tells one run from another:
// identifiers, and the moment of writing.
var seeded = map[string]string{
	"trees":       `SELECT (to_jsonb(x) - '{tenant_id,id,site_id,import_id,created_at,updated_at}'::text[])::text FROM trees.tree x`,
	"occurrences": `SELECT (to_jsonb(x) - '{tenant_id,id,sinp_id,import_id,created_at,updated_at}'::text[])::text FROM atlas.occurrence x`,
	"days": `
SELECT concat_ws('|', p.code, s.quantity, d.day, d.origin, d.n, d.lowest, d.highest, d.night_low)
FROM heat.day d
JOIN heat.series s ON s.tenant_id = d.tenant_id AND s.number = d.series
JOIN heat.site p ON p.tenant_id = s.tenant_id AND p.id = s.site_id`,
}

// The demonstration is made twice, and is the same: a picture, a figure or a bug of
// one machine is met on another.
func TestADemonstrationIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	first, second := seedNiort(t), seedNiort(t)
	for what := range seeded {
		require.Greater(t, len(first[what]), 100, what)
		require.True(t, slices.Equal(first[what], second[what]), "%s differ: %d and %d rows", what, len(first[what]), len(second[what]))
	}
}

func seedNiort(t *testing.T) map[string][]string {
	t.Helper()
	var app *apptest.App
	app = apptest.New(t, everyModule(t, func() *apptest.App { return app }))
	towns, err := demo.Load(app.Context, app.Towns, true)
	require.NoError(t, err)
	towns = slices.DeleteFunc(towns, func(town *tenants.Tenant) bool { return town.Slug != "niort" })
	require.NoError(t, demo.Seed(app.Context, towns, app.Registry.Modules()))
	conn, err := pgx.Connect(t.Context(), app.AdminDB)
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	rows := map[string][]string{}
	for what, query := range seeded {
		found, err := conn.Query(t.Context(), query)
		require.NoError(t, err)
		rows[what], err = pgx.CollectRows(found, pgx.RowTo[string])
		require.NoError(t, err, what)
		slices.Sort(rows[what])
	}
	return rows
}
