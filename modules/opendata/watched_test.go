package opendata_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"acvdata/modules/opendata/tables"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/imports"
)

// TestATableFollowsItsAddress: each file replaces the table, doubles nothing, and
// leaves publishing to a person.
func TestATableFollowsItsAddress(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	var content atomic.Value
	content.Store(water)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(content.Load().(string))) }))
	t.Cleanup(site.Close)
	person := apptest.Member(r.town, authz.Agent)
	r.join(person)
	agent := r.As(person)
	page := r.bring(agent, person, site.URL+"/eau.csv")
	ctx, caller := r.caller(r.town)
	ctx = authz.With(ctx, person)
	r.publish(r.town, "qualite-de-l-eau")
	watch := agent.Post(page+"/suivre", url.Values{"every": {"week"}, "weekday": {"1"}, "hour": {"5"}}).Want(http.StatusSeeOther).Header.Get("Location")
	agent.Get(watch).Want(200).Has("Qualité de l’eau", "Chaque fichier remplace le tableau").HasNot("⟦", "voit encore")

	look := func(want imports.CheckState) *imports.WatchCheck {
		t.Helper()
		agent.Post(watch+"/verifier", nil).Want(http.StatusSeeOther)
		var last *imports.WatchCheck
		require.Eventually(t, func() bool {
			w, _, err := r.imports.Watch(ctx, caller, uuid.MustParse(watch[strings.LastIndexByte(watch, '/')+1:]))
			must(t, err)
			last = w.Last
			return last.State != imports.CheckRunning
		}, time.Minute, 50*time.Millisecond)
		if last.State != want {
			t.Fatalf("%s, want %s: %+v", last.State, want, last.Note)
		}
		return last
	}
	content.Store(water + "La Roussille;00008;03/05/2024;2024;7;oui;-0,48;46,33\n")
	look(imports.CheckLoaded)
	if table := r.find(r.town, "qualite-de-l-eau"); table.Edition != 2 || table.Rows != 4 {
		t.Fatalf("edition %d of %d rows", table.Edition, table.Rows)
	}
	agent.Get(watch).Want(200).Has("voit encore les données d’avant", "/niort/espace/donnees/qualite-de-l-eau").HasNot("⟦")
	if csv := r.resident.Get("/niort/donnees/qualite-de-l-eau/versions/1").Want(200).Body; strings.Contains(csv, "Roussille") {
		t.Error("a load was published by itself")
	}
	r.publish(r.town, "qualite-de-l-eau")
	agent.Get(watch).Want(200).HasNot("voit encore")

	// A measure that becomes a word changes the table's columns: a person looks.
	content.Store(strings.ReplaceAll(strings.ReplaceAll(water, "12,5", "douze"), "9,25", "neuf"))
	waits := look(imports.CheckWaiting)
	if table := r.find(r.town, "qualite-de-l-eau"); table.Edition != 2 {
		t.Errorf("edition %d", table.Edition)
	}
	agent.Get("/niort/espace/imports/"+waits.Import.String()).Want(200).Has("Nitrates (mg/l)", "attend votre accord").HasNot("⟦")
}

// bring loads the file at an address as a table, and gives its import's page.
func (r *shelf) bring(agent *apptest.Client, person authz.Actor, address string) (page string) {
	r.t.Helper()
	form := url.Values{"address": {address}, "target": {tables.TargetCode}}
	page = agent.Post("/niort/espace/imports/adresse", form).Want(http.StatusSeeOther).Header.Get("Location")
	ctx, caller := r.caller(r.town)
	ctx = authz.With(ctx, person)
	i, err := r.imports.Get(ctx, caller, uuid.MustParse(page[strings.LastIndexByte(page, '/')+1:]))
	must(r.t, err)
	title := imports.Overrides{Options: map[string]string{"title": "Qualité de l’eau", "producer": "Syndicat des eaux"}}
	_, err = r.imports.Proceed(ctx, caller, i, imports.Submission{Commit: true, Overrides: title})
	must(r.t, err)
	if i, err = r.imports.Wait(ctx, caller, i.ID, nil); err != nil || i.State != imports.Committed {
		r.t.Fatalf("%v %+v", err, i)
	}
	return page
}

// join makes a person a member in the database, as a sign-in does.
func (r *shelf) join(a authz.Actor) {
	r.t.Helper()
	conn, err := pgx.Connect(r.t.Context(), r.AdminDB)
	must(r.t, err)
	defer func() { _ = conn.Close(r.Context) }()
	_, err = conn.Exec(r.t.Context(), `INSERT INTO platform.account (id, name, email, created_at, last_sign_in_at) VALUES ($1, $2, $3, now(), now())`, a.AccountID, a.Name, a.Email)
	must(r.t, err)
	_, err = conn.Exec(r.t.Context(), `INSERT INTO platform.membership (tenant_id, account_id, name, email, roles, created_at, last_sign_in_at)
VALUES ($1, $2, $3, $4, '{agent}', now(), now())`, r.town.ID, a.AccountID, a.Name, a.Email)
	must(r.t, err)
}
