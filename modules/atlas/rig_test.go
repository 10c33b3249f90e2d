package atlas_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/modules/atlas"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

// today is the day of all tests.
var today = time.Date(2026, time.March, 15, 10, 0, 0, 0, time.UTC)

// rig is the application with the atlas, the import pipeline, datasets and maps.
type rig struct {
	*apptest.App
	module   *atlas.Module
	service  *atlas.Service
	imports  *imports.Service
	datasets *datasets.Service
	t        testing.TB
}

func newRig(t testing.TB) *rig {
	t.Helper()
	return newRigAt(t, today)
}

// newRigAt is newRig at another moment.
func newRigAt(t testing.TB, now time.Time) *rig {
	t.Helper()
	r := &rig{t: t}
	r.App = apptest.New(t, func(kit apptest.Kit) []module.Module {
		r.module = atlas.New(atlas.Deps{DB: kit.DB, Blobs: kit.Blobs, Now: func() time.Time { return now }})
		r.service = r.module.Service()
		parts := imports.Parts{DB: kit.DB, Blobs: kit.Blobs, Jobs: kit.Jobs, Metrics: kit.Metrics}
		r.imports = imports.New(parts, imports.Targets(r.module)...)
		r.datasets = datasets.New(datasets.Parts{DB: kit.DB, Blobs: kit.Blobs, Jobs: kit.Jobs}, datasets.Offered(r.module)...)
		maps, err := ogc.New(ogc.Parts{DB: kit.DB, Datasets: r.datasets, BaseURL: apptest.BaseURL, Memory: ogc.Memory{Tiles: 1 << 20, Points: 1 << 20}}, ogc.Offered(r.module)...)
		require.NoError(t, err)
		return []module.Module{r.module, imports.NewModule(r.imports), r.datasets, maps}
	})
	return r
}

// importer submits files as an agent of a town.
func (r *rig) importer(town *tenants.Tenant) (context.Context, imports.Caller) {
	ctx := tenants.With(authz.With(r.Context, apptest.Member(town, authz.Agent)), town)
	return ctx, imports.Caller{Town: town, Can: func(authz.Permission) bool { return true }}
}

// load imports a file whole and returns how it went.
func (r *rig) load(town *tenants.Tenant, name, content string) *imports.Import {
	r.t.Helper()
	ctx, caller := r.importer(town)
	sub := imports.Submission{Name: name, Content: strings.NewReader(content), Target: atlas.TargetCode, Commit: true, SkipRejected: true}
	i, err := r.imports.Submit(ctx, caller, sub)
	require.NoError(r.t, err)
	i, err = r.imports.Wait(ctx, caller, i.ID, nil)
	require.NoError(r.t, err)
	require.Nil(r.t, i.Fault, "state %s, counts %+v", i.State, i.Counts)
	return i
}

// loadAs imports a file as somebody else, with what that person may reach.
func (r *rig) loadAs(town *tenants.Tenant, who authz.Actor, name, content string) *imports.Import {
	r.t.Helper()
	policy := r.Registry.Policy()
	ctx := tenants.With(authz.With(r.Context, who), town)
	caller := imports.Caller{
		Town: town, Can: func(p authz.Permission) bool { return policy.Can(who, town.ID, p) },
		Reach: func(p authz.Permission) authz.Reach { return policy.Reach(who, town.ID, p) },
	}
	i, err := r.imports.Submit(ctx, caller, imports.Submission{Name: name, Content: strings.NewReader(content), Target: atlas.TargetCode, Commit: true, SkipRejected: true})
	require.NoError(r.t, err)
	i, err = r.imports.Wait(ctx, caller, i.ID, nil)
	require.NoError(r.t, err)
	require.Nil(r.t, i.Fault, "state %s, counts %+v", i.State, i.Counts)
	return i
}

// problems counts what an import said, by message key.
func (r *rig) problems(town *tenants.Tenant, id uuid.UUID) map[string]int {
	r.t.Helper()
	ctx, caller := r.importer(town)
	found := map[string]int{}
	require.NoError(r.t, r.imports.Problems(ctx, caller, id, func(p imports.Problem) error {
		text := i18n.T(ctx, p.Key, i18n.V(p.Args))
		require.NotContains(r.t, text, "⟦", "no message for %+v", p)
		found[strings.TrimPrefix(p.Key, "atlas.problem.")]++
		return nil
	}))
	return found
}

// undo takes an import back.
func (r *rig) undo(town *tenants.Tenant, id uuid.UUID) *imports.Import {
	r.t.Helper()
	ctx, caller := r.importer(town)
	_, err := r.imports.Undo(ctx, caller, id)
	require.NoError(r.t, err)
	i, err := r.imports.Wait(ctx, caller, id, nil)
	require.NoError(r.t, err)
	return i
}

// rows reads a query of one town as text.
func (r *rig) rows(town tenants.ID, query string) []string {
	r.t.Helper()
	var list []string
	err := r.DB.Query(r.Context, town, func(rows pgx.Rows) (err error) {
		list, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}, query)
	require.NoError(r.t, err)
	return list
}

// exec changes rows of one town.
func (r *rig) exec(town tenants.ID, statement string, args ...any) {
	r.t.Helper()
	admin, err := pgx.Connect(r.t.Context(), r.AdminDB)
	require.NoError(r.t, err)
	defer func() { _ = admin.Close(context.Background()) }()
	_, err = admin.Exec(r.t.Context(), statement, append([]any{town}, args...)...)
	require.NoError(r.t, err)
}

// dump is everything the module stores of a town, its running numbers apart:
// those never go back.
func (r *rig) dump(town tenants.ID) []string {
	var all []string
	for _, table := range []string{"occurrence", "history", "local_taxon", "tally", "tally_cell", "visit", "sensitivity"} {
		all = append(all, r.rows(town, "SELECT x::text FROM atlas."+table+" x ORDER BY 1")...)
	}
	return all
}

// townAround makes a town whose outline is a box.
func (r *rig) townAround(slug string, b tenants.Bounds) *tenants.Tenant {
	r.t.Helper()
	base := *r.Town("bayonne")
	base.ID, base.Slug, base.Name, base.Host = uuid.New(), slug, slug, ""
	base.Bounds, base.Center = b, tenants.Point{Lon: (b.West + b.East) / 2, Lat: (b.South + b.North) / 2}
	outline, err := json.Marshal(map[string]any{"type": "Polygon", "coordinates": [][][2]float64{{
		{b.West, b.South}, {b.East, b.South}, {b.East, b.North}, {b.West, b.North}, {b.West, b.South},
	}}})
	require.NoError(r.t, err)
	base.Boundary = outline
	_, err = r.Towns.Save(r.t.Context(), &base)
	require.NoError(r.t, err)
	require.NoError(r.t, r.Towns.SetModules(r.t.Context(), base.ID, base.Modules))
	town, err := r.Towns.ByID(r.t.Context(), base.ID)
	require.NoError(r.t, err)
	return town
}

// ecrins is a town around the occurrences of GeoNature's demonstration.
func (r *rig) ecrins() *tenants.Tenant {
	return r.townAround("ecrins", tenants.Bounds{West: 5.7, South: 44.4, East: 6.8, North: 45.2})
}

// shared reads a file of the shared test data, and skips the test without it.
func shared(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "atlas", name))
	if err != nil {
		t.Skipf("the shared test data is not here: %v", err)
	}
	return string(text)
}
