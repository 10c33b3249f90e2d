package imports_test

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/db"
	"acvdata/services/dbtest"
	"acvdata/services/imports"
	"acvdata/services/imports/importtest"
	"acvdata/services/mail"
	"acvdata/services/module"
	"acvdata/tenants"
)

// rig is the application with one target, benches, and a town that imports.
type rig struct {
	*apptest.App
	service *imports.Service
	benches *importtest.Benches
	town    *tenants.Tenant
	agent   authz.Actor
	blobs   string // folder of the files
	t       testing.TB
}

// newRig starts the application; change may set limits or another store.
func newRig(t testing.TB, change ...func(*imports.Parts)) *rig {
	t.Helper()
	d, admin := dbtest.Pair(t)
	return newRigOn(t, d, admin, change...)
}

// newRigOn is newRig on a database of the caller's.
func newRigOn(t testing.TB, d *db.DB, admin string, change ...func(*imports.Parts)) *rig {
	t.Helper()
	r := &rig{benches: &importtest.Benches{}, blobs: t.TempDir(), t: t}
	files, err := blob.Open("file://" + r.blobs)
	if err != nil {
		t.Fatal(err)
	}
	r.App = apptest.NewOn(t, d, admin, func(kit apptest.Kit) []module.Module {
		importtest.Install(t, kit.AdminDB)
		parts := imports.Parts{
			DB: kit.DB, Blobs: files, Jobs: kit.Jobs, Metrics: kit.Metrics, Towns: kit.Towns, BaseURL: apptest.BaseURL,
			Policy: func() *authz.Policy { return r.Registry.Policy() },
		}
		for _, fn := range change {
			fn(&parts)
		}
		r.service = imports.New(parts, imports.Targets(r.benches)...)
		return []module.Module{imports.NewModule(r.service), r.benches, post{&mail.Sender{}}}
	})
	r.town = r.Town("ales")
	r.agent = apptest.Member(r.town, authz.Agent)
	return r
}

// ctx is the agent's.
func (r *rig) ctx() context.Context { return authz.With(r.Context, r.agent) }

// caller is the agent in their town.
func (r *rig) caller() imports.Caller { return r.callerIn(r.town) }

func (r *rig) callerIn(town *tenants.Tenant) imports.Caller {
	return imports.Caller{Town: town, Can: func(authz.Permission) bool { return true }}
}

// submit sends a file in one go.
func (r *rig) submit(name, content string, change ...func(*imports.Submission)) (*imports.Import, error) {
	sub := imports.Submission{Name: name, Content: strings.NewReader(content), Target: importtest.Code}
	for _, fn := range change {
		fn(&sub)
	}
	return r.service.Submit(r.ctx(), r.caller(), sub)
}

func andCommit(s *imports.Submission) { s.Commit = true }
func (r *rig) wait(id uuid.UUID) *imports.Import {
	r.t.Helper()
	i, err := r.service.Wait(r.ctx(), r.caller(), id, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return i
}

// load submits a file, waits and fails the test unless it ends in the state.
func (r *rig) load(state imports.State, content string, change ...func(*imports.Submission)) *imports.Import {
	r.t.Helper()
	i, err := r.submit("bancs.csv", content, change...)
	if err != nil {
		r.t.Fatal(err)
	}
	i = r.wait(i.ID)
	if i.State != state {
		r.t.Fatalf("state %s, want %s; fault %v, counts %+v", i.State, state, i.Fault, i.Counts)
	}
	return i
}

// count reads one figure from the town's tables.
func (r *rig) count(query string) (n int64) {
	r.t.Helper()
	err := r.DB.Query(r.ctx(), r.town.ID, func(rows pgx.Rows) error {
		if !rows.Next() {
			return rows.Err()
		}
		return rows.Scan(&n)
	}, query)
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

func (r *rig) benchesStored() int64 { return r.count(`SELECT count(*) FROM benches.bench`) }

// file writes n benches in Alès, one a line.
func file(n int) string {
	var b strings.Builder
	b.WriteString("identifiant;matériau;places;hauteur;date de pose;éclairé;longitude;latitude\n")
	for i := range n {
		fmt.Fprintf(&b, "B-%05d;bois;%d;45,5;%02d/03/2019;oui;4,%05d;44,%05d\n", i, i%6, i%28+1, 8000+i%2000, 12000+i%3000)
	}
	return b.String()
}

// is fails the test unless the counts are the ones wanted.
func is(t testing.TB, c imports.Counts, rows, created, updated, unchanged, rejected int64) {
	t.Helper()
	want := imports.Counts{Rows: rows, Created: created, Updated: updated, Unchanged: unchanged, Rejected: rejected, Warned: c.Warned, Skipped: c.Skipped}
	if c != want {
		t.Errorf("counts %+v, want %+v", c, want)
	}
}

// leavesNothing fails the test when a refused file left a row or a file behind.
func (r *rig) leavesNothing() {
	r.t.Helper()
	if n := r.count(`SELECT count(*) FROM imports.import`); n != 0 {
		r.t.Errorf("%d imports left behind", n)
	}
	if n := r.filesStored(); n != 0 {
		r.t.Errorf("%d files left behind", n)
	}
}

func (r *rig) filesStored() (n int) {
	_ = filepath.WalkDir(r.blobs, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			n++
		}
		return nil
	})
	return n
}

// waitForJobs waits until the queue is empty.
func (r *rig) waitForJobs() {
	r.t.Helper()
	clock := time.NewTicker(50 * time.Millisecond)
	defer clock.Stop()
	deadline := time.After(time.Minute)
	for r.count(`SELECT count(*) FROM river.river_job WHERE state NOT IN ('completed', 'cancelled', 'discarded')`) > 0 {
		select {
		case <-clock.C:
		case <-deadline:
			r.t.Fatal("jobs still wait after a minute")
		}
	}
}
