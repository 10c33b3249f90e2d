package apptest

import (
	"context"
	"os"
	"testing"

	"acvdata/services/dbtest"
	"acvdata/services/module"
)

// Kept is what an application held when it was stopped: what costs long to make
// is made once for several tests, each of which then has a copy of its own.
type Kept struct {
	database, files string
	drop            func()
}

// Keep stops the application and keeps what it holds. It must not be used after.
func (a *App) Keep() *Kept {
	a.t.Helper()
	must(a.t, a.Jobs.Stop(context.Background()))
	must(a.t, a.Server.Stop(context.Background()))
	a.DB.Close()
	k := &Kept{}
	k.database, k.drop = dbtest.Keep(a.t, a.AdminDB)
	// It outlives the test that makes it.
	files, err := os.MkdirTemp("", "acvdata-kept-")
	must(a.t, err)
	must(a.t, os.CopyFS(files, os.DirFS(a.files)))
	k.files = files
	return k
}

// Drop removes what is kept; nil has nothing.
func (k *Kept) Drop() {
	if k != nil {
		k.drop()
		_ = os.RemoveAll(k.files)
	}
}

// From is New on a copy of what was kept.
func From(t testing.TB, k *Kept, build func(Kit) []module.Module) *App {
	t.Helper()
	d, admin := dbtest.Copy(t, k.database)
	files := t.TempDir()
	must(t, os.CopyFS(files, os.DirFS(k.files)))
	return newOn(t, d, admin, files, build)
}
