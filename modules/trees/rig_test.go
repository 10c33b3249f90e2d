package trees_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/modules/trees"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/module"
	"acvdata/tenants"
)

// today is the day of all tests: ages do not drift.
var today = time.Date(2026, time.March, 15, 10, 0, 0, 0, time.UTC)

// rig is the application with the trees and the import pipeline.
type rig struct {
	*apptest.App
	trees   *trees.Module
	service *trees.Service
	imports *imports.Service
	t       testing.TB
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{t: t}
	r.App = apptest.New(t, func(kit apptest.Kit) []module.Module {
		r.trees = trees.New(trees.Deps{DB: kit.DB, Now: func() time.Time { return today }})
		r.service = r.trees.Service()
		parts := imports.Parts{DB: kit.DB, Blobs: kit.Blobs, Jobs: kit.Jobs, Metrics: kit.Metrics}
		r.imports = imports.New(parts, imports.Targets(r.trees)...)
		return []module.Module{imports.NewModule(r.imports), r.trees}
	})
	return r
}

func (r *rig) agent(town *tenants.Tenant) authz.Actor { return apptest.Member(town, authz.Agent) }

// importer submits files as an agent of a town.
func (r *rig) importer(town *tenants.Tenant) (context.Context, imports.Caller) {
	ctx := tenants.With(authz.With(r.Context, r.agent(town)), town)
	return ctx, imports.Caller{Town: town, Can: func(authz.Permission) bool { return true }}
}

// load imports a file whole and returns how it went.
func (r *rig) load(town *tenants.Tenant, name, content string) *imports.Import {
	r.t.Helper()
	ctx, caller := r.importer(town)
	sub := imports.Submission{Name: name, Content: strings.NewReader(content), Target: trees.TargetCode, Commit: true, SkipRejected: true}
	i, err := r.imports.Submit(ctx, caller, sub)
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
		found[p.Key]++
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

// dump is everything the module stores of a town, its running number and
// version apart: those never go back.
func (r *rig) dump(town tenants.ID) []string {
	var all []string
	for _, table := range []string{"site", "tree", "history", "species_alias", "tally", "tally_age", "address"} {
		all = append(all, r.rows(town, "SELECT x::text FROM trees."+table+" x ORDER BY 1")...)
	}
	return all
}

// shared reads a file of the shared test data, and skips the test without it.
func shared(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "trees", name))
	if err != nil {
		t.Skipf("the shared test data is not here: %v", err)
	}
	return string(text)
}
