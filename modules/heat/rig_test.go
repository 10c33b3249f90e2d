package heat_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/modules/heat"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/mail"
	"acvdata/services/module"
	"acvdata/tenants"
)

// post carries the module's messages; without a server they go nowhere.
type post struct{ *mail.Sender }

func (post) Manifest() module.Manifest { return module.Manifest{Code: "mail", Core: true} }
func (post) Mount(module.Router)       {}

// now is the moment of all tests: 16:10 on a summer's day in France.
var now = time.Date(2026, time.July, 20, 14, 10, 0, 0, time.UTC)

// rig is the application with the heat module and the import pipeline.
type rig struct {
	*apptest.App
	heat    *heat.Module
	service *heat.Service
	imports *imports.Service
	now     time.Time
	t       testing.TB
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{t: t, now: now}
	r.App = apptest.New(t, func(kit apptest.Kit) []module.Module {
		r.heat = heat.New(heat.Deps{DB: kit.DB, Towns: kit.Towns, BaseURL: apptest.BaseURL, Now: func() time.Time { return r.now }})
		r.service = r.heat.Service()
		parts := imports.Parts{DB: kit.DB, Blobs: kit.Blobs, Jobs: kit.Jobs, Metrics: kit.Metrics}
		r.imports = imports.New(parts, imports.Targets(r.heat)...)
		return []module.Module{imports.NewModule(r.imports), r.heat, post{&mail.Sender{}}}
	})
	return r
}

func (r *rig) agent(town *tenants.Tenant) authz.Actor { return apptest.Member(town, authz.Agent) }

// server is a network server's token.
func (r *rig) server(town *tenants.Tenant) *apptest.Client {
	actor := r.agent(town)
	actor.Token = &authz.TokenInfo{ID: uuid.New(), Modules: []string{heat.Code}}
	return r.As(actor)
}

func (r *rig) caller(town *tenants.Tenant) (context.Context, imports.Caller) {
	ctx := tenants.With(authz.With(r.Context, r.agent(town)), town)
	return ctx, imports.Caller{Town: town, Can: func(authz.Permission) bool { return true }}
}

// load imports a file whole and returns how it went.
func (r *rig) load(town *tenants.Tenant, target, name, content string) *imports.Import {
	r.t.Helper()
	ctx, caller := r.caller(town)
	i, err := r.imports.Submit(ctx, caller, imports.Submission{
		Name: name, Content: strings.NewReader(content), Target: target, Commit: true, SkipRejected: true,
	})
	require.NoError(r.t, err)
	i, err = r.imports.Wait(ctx, caller, i.ID, nil)
	require.NoError(r.t, err)
	require.Nil(r.t, i.Fault, "state %s, counts %+v", i.State, i.Counts)
	return i
}

// problems counts what an import said, by message key; each has its text.
func (r *rig) problems(town *tenants.Tenant, id uuid.UUID) map[string]int {
	r.t.Helper()
	ctx, caller := r.caller(town)
	found := map[string]int{}
	require.NoError(r.t, r.imports.Problems(ctx, caller, id, func(p imports.Problem) error {
		require.NotContains(r.t, i18n.T(ctx, p.Key, i18n.V(p.Args)), "⟦", "no message for %+v", p)
		found[p.Key]++
		return nil
	}))
	return found
}

func (r *rig) undo(town *tenants.Tenant, id uuid.UUID) *imports.Import {
	r.t.Helper()
	ctx, caller := r.caller(town)
	_, err := r.imports.Undo(ctx, caller, id)
	require.NoError(r.t, err)
	i, err := r.imports.Wait(ctx, caller, id, nil)
	require.NoError(r.t, err)
	return i
}

// rows reads a query of one town as text.
func (r *rig) rows(town tenants.ID, query string, args ...any) []string {
	r.t.Helper()
	var list []string
	err := r.DB.Query(r.Context, town, func(rows pgx.Rows) (err error) {
		list, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}, query, args...)
	require.NoError(r.t, err)
	return list
}

// dump is everything the module stores of a town, its running numbers and
// version apart: those never go back.
func (r *rig) dump(town tenants.ID) []string {
	var all []string
	for _, table := range []string{"site", "device", "deployment", "series", "reading", "hour", "day", "batch", "change", "lcz_layer", "lcz_zone", "lcz_shape"} {
		all = append(all, r.rows(town, "SELECT '"+table+" ' || x::text FROM heat."+table+" x ORDER BY 1")...)
	}
	return all
}

// figures are the hours and days of a town, whatever they rest on.
func (r *rig) figures(town tenants.ID) []string {
	return append(r.rows(town, `SELECT (series, at, n, good, lowest, highest, round(total::numeric, 6))::text FROM heat.hour ORDER BY series, at`),
		r.rows(town, `SELECT (series, day, origin, n, good, hours, lowest, highest, round(mean::numeric, 6), night_low, night_hours)::text
			FROM heat.day ORDER BY series, day`)...)
}

// daysOf are the days of a town, whatever number their series has.
func (r *rig) daysOf(town tenants.ID) []string {
	return r.rows(town, `SELECT (quantity, day, origin, n, good, hours, d.lowest, d.highest, round(mean::numeric, 6), night_low, night_hours)::text
		FROM heat.day d JOIN heat.series s ON s.tenant_id = d.tenant_id AND s.number = d.series ORDER BY quantity, day`)
}

// letters are the messages waiting to be sent, oldest first.
func (r *rig) letters() (list []mail.Message) {
	r.t.Helper()
	conn, err := pgx.Connect(r.t.Context(), r.AdminDB)
	require.NoError(r.t, err)
	defer func() { require.NoError(r.t, conn.Close(context.WithoutCancel(r.t.Context()))) }()
	rows, err := conn.Query(r.t.Context(), `SELECT args -> 'args' FROM river.river_job WHERE kind = 'mail.send' ORDER BY args -> 'args' ->> 'to', id`)
	require.NoError(r.t, err)
	list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (m mail.Message, err error) {
		var raw []byte
		if err = row.Scan(&raw); err == nil {
			err = json.Unmarshal(raw, &m)
		}
		return m, err
	})
	require.NoError(r.t, err)
	return list
}

// member adds somebody to a town.
func (r *rig) member(town *tenants.Tenant, email string, ends any, role authz.Role, modules ...string) {
	r.t.Helper()
	conn, err := pgx.Connect(r.t.Context(), r.AdminDB)
	require.NoError(r.t, err)
	defer func() { require.NoError(r.t, conn.Close(context.WithoutCancel(r.t.Context()))) }()
	_, err = conn.Exec(r.t.Context(), `
WITH a AS (INSERT INTO platform.account (id, name, email, created_at, last_sign_in_at)
  VALUES (gen_random_uuid(), $2, $2, now(), now()) RETURNING id)
INSERT INTO platform.membership (tenant_id, account_id, name, email, roles, modules, ends_at, created_at, last_sign_in_at)
SELECT $1, id, $2, $2, ARRAY[$3::text], coalesce($4::text[], '{}'), $5, now(), now() FROM a`, town.ID, email, role, modules, ends)
	require.NoError(r.t, err)
}

// set gives the town other settings of the module.
func (r *rig) set(town *tenants.Tenant, t heat.Threshold) *tenants.Tenant {
	r.t.Helper()
	raw, err := json.Marshal(t)
	require.NoError(r.t, err)
	on := map[string]tenants.ModuleState{}
	maps.Copy(on, town.Modules)
	on[heat.Code] = tenants.ModuleState{On: true, Settings: raw}
	require.NoError(r.t, r.Towns.SetModules(r.Context, town.ID, on))
	fresh, err := r.Towns.ByID(r.Context, town.ID)
	require.NoError(r.t, err)
	return fresh
}

// shared reads a file of the shared test data, and skips the test without it.
func shared(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "heat", name))
	if err != nil {
		t.Skipf("the shared test data is not here: %v", err)
	}
	return string(text)
}
