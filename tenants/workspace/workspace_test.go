package workspace_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acvdata/services/apptest"
	"acvdata/services/audit"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/i18n"
	"acvdata/services/imports"
	"acvdata/services/module"
)

func TestWhoOpensWhichPage(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	people := map[string]authz.Actor{
		"nobody":     {},
		"admin":      apptest.Member(s.ales, authz.Admin),
		"manager":    apptest.Member(s.ales, authz.Manager),
		"agent":      apptest.Member(s.ales, authz.Agent),
		"partner":    apptest.Member(s.ales, authz.Partner),
		"neighbour":  apptest.Member(s.bayonne, authz.Admin),
		"supervisor": {AccountID: uuid.New(), Name: "Banque", Platform: []authz.Role{authz.Supervisor}},
	}
	everybody := map[string]int{"nobody": 303, "admin": 200, "manager": 200, "agent": 200, "partner": 200, "neighbour": 403, "supervisor": 200}
	admins := map[string]int{"nobody": 303, "admin": 200, "manager": 403, "agent": 403, "partner": 403, "neighbour": 403, "supervisor": 403}
	pages := map[string]map[string]int{
		"/ales/espace/":                                  everybody,
		"/ales/espace/activite":                          {"nobody": 303, "admin": 200, "manager": 200, "agent": 403, "partner": 403, "neighbour": 403, "supervisor": 200},
		"/ales/espace/membres":                           admins,
		"/ales/espace/jetons":                            admins,
		"/ales/espace/parametres":                        admins,
		"/ales/espace/parametres/portail":                admins,
		"/ales/espace/parametres/contacts":               admins,
		"/ales/espace/parametres/modules/verger":         admins,
		"/ales/espace/parametres/modules/verger/changer": admins,
	}
	for path, wants := range pages {
		for who, want := range wants {
			t.Run(path+" as "+who, func(t *testing.T) {
				r := s.As(people[who]).Get(path).Want(want).HasNot("⟦")
				if want == 200 {
					r.HasNot("Bayonne")
				}
			})
		}
	}
}

func TestChangesAreForAdministratorsOfTheTown(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	id := uuid.NewString()
	paths := []string{
		"membres/invitations", "membres/invitations/" + id + "/retirer", "membres/" + id, "membres/" + id + "/retirer",
		"jetons", "jetons/" + id + "/revoquer", "parametres/portail", "parametres/portail/logo", "parametres/portail/logo/retirer", "parametres/contacts", "parametres/modules/verger", "parametres/modules/verger/reglages",
	}
	people := map[string]authz.Actor{
		"manager":    apptest.Member(s.ales, authz.Manager),
		"neighbour":  apptest.Member(s.bayonne, authz.Admin),
		"supervisor": {AccountID: uuid.New(), Platform: []authz.Role{authz.Supervisor}},
	}
	for who, actor := range people {
		for _, path := range paths {
			if status := s.As(actor).Post("/ales/espace/"+path, values()).Status; status != 403 {
				t.Errorf("%s posts to %s: %d", who, path, status)
			}
		}
	}
}

func TestTheHomeOfATownThatBegins(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	admin := s.join(s.ales, "Camille Roux", "camille@ales.test", authz.Admin)
	page := s.As(admin).Get("/ales/espace/").Want(200).
		Has("Premiers pas", "Présenter la ville", "Inviter un collègue", "Importer vos premières données", "Rien n’attend de votre part", "Aucun fichier n’a encore été importé").
		HasNot("⟦").Page()
	if n := page.Find(".first-step-done").Length(); n != 0 {
		t.Errorf("%d steps are done before anything was", n)
	}
	s.As(apptest.Member(s.ales, authz.Partner)).Get("/ales/espace/").Want(200).HasNot("Premiers pas", "Derniers imports", "Activité récente")
}

func TestTheHomeSaysWhatWaits(t *testing.T) {
	t.Parallel()
	yesterday, lastWeek := time.Now().Add(-24*time.Hour), time.Now().Add(-7*24*time.Hour)
	about := func(slug string) datasets.Dataset {
		return datasets.Dataset{
			Source:   datasets.Description{ID: "verger/" + slug, Slug: slug, Permission: "verger.read"},
			Metadata: datasets.Metadata{Title: "Jeu " + slug},
		}
	}
	current, changed, fresh, withdrawn := about("poires"), about("pommes"), about("coings"), about("nefles")
	current.State, current.Latest, current.Modified = datasets.Published, 1, yesterday
	changed.State, changed.Latest, changed.Modified = datasets.Published, 1, lastWeek
	withdrawn.State, withdrawn.Latest, withdrawn.Modified = datasets.Withdrawn, 1, lastWeek
	ready := &imports.Import{ID: uuid.New(), State: imports.Ready, Target: "verger/arbres", File: imports.File{Name: "<b>arbres</b>.csv"}, Created: imports.Deed{Name: "Camille Roux", At: yesterday}}
	loaded := &imports.Import{ID: uuid.New(), State: imports.Committed, Target: "verger/arbres", File: imports.File{Name: "avant.csv"}, Created: imports.Deed{Name: "Camille Roux", At: lastWeek}}
	s := start(t, parts{
		files:   []*imports.Import{ready, loaded},
		figures: []module.Highlight{{Label: "arbres suivis", Value: "7 409"}},
		shelf: shelf{list: []datasets.Dataset{current, changed, fresh, withdrawn}, fresh: map[string]time.Time{
			"verger/poires": lastWeek, "verger/pommes": yesterday, "verger/coings": yesterday, "verger/nefles": yesterday,
		}},
	})
	agent := s.As(apptest.Member(s.ales, authz.Agent))
	r := agent.Get("/ales/espace/").Want(200)
	r.Has("À vérifier et à charger\u00a0: &lt;b&gt;arbres&lt;/b&gt;.csv", "/ales/espace/imports/"+ready.ID.String(),
		"Jeu pommes\u00a0: modifié depuis la publication", "Jeu coings\u00a0: pas encore publié", "7 409", "Camille Roux").
		HasNot("<b>arbres", "Jeu poires", "Jeu nefles", "Premiers pas", "⟦")
	if n := r.Page().Find(".todo-item").Length(); n != 3 {
		t.Errorf("%d things wait, want 3", n)
	}
	supervisor := authz.Actor{AccountID: uuid.New(), Platform: []authz.Role{authz.Supervisor}}
	s.As(supervisor).Get("/ales/espace/").Want(200).Has("avant.csv").HasNot("Camille Roux")
}

// record writes deeds of somebody into a town's log.
func (s *stage) record(town uuid.UUID, name, action string, details map[string]any) {
	s.t.Helper()
	ctx := authz.With(s.Context, authz.Actor{AccountID: uuid.New(), Name: name})
	err := s.DB.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		return audit.Record(ctx, tx, action, "thing/1", details)
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// asInstallation writes a deed of no account.
func (s *stage) asInstallation(town uuid.UUID, action string) {
	s.t.Helper()
	ctx := authz.With(s.Context, authz.Installation("acvdata"))
	err := s.DB.InTenant(ctx, town, func(ctx context.Context, tx *db.Tx) error {
		return audit.Record(ctx, tx, action, "invitation/1", nil)
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestTheActivityLog(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	s.record(s.ales.ID, "Camille Roux", "workspace.texts", map[string]any{"texts": []string{"welcome", "accent"}})
	s.record(s.ales.ID, "Dominique <i>Petit</i>", "auth.invite", map[string]any{"email": "invitee@ales.test", "roles": []string{"agent"}})
	s.record(s.ales.ID, "Camille Roux", "verger.greffe", map[string]any{"secret": "x"})
	s.asInstallation(s.ales.ID, "auth.promise")
	s.record(s.bayonne.ID, "Quelqu’un de Bayonne", "workspace.texts", nil)
	manager := s.As(apptest.Member(s.ales, authz.Manager))
	supervisor := s.As(authz.Actor{AccountID: uuid.New(), Platform: []authz.Role{authz.Supervisor}})
	tests := map[string]struct {
		client   *apptest.Client
		query    string
		has, not []string
	}{
		"everything": {manager, "", []string{
			"Camille Roux", "Dominique &lt;i&gt;Petit&lt;/i&gt;", "Textes du portail modifiés", "textes\u00a0: Mot d’accueil, Couleur de la ville",
			"La plateforme", "Accès préparé", "Invitation envoyée", "rôles\u00a0: Agent de terrain", "adresse\u00a0: invitee@ales.test", "verger.greffe",
		}, []string{"Bayonne", "secret", "<i>Petit", "⟦"}},
		"by what people read":  {manager, "?q=portail", []string{"Textes du portail modifiés", "Camille Roux"}, []string{"invitee@ales.test"}},
		"by name":              {manager, "?q=dominique", []string{"Invitation envoyée"}, []string{"Mot d’accueil"}},
		"by action":            {manager, "?action=auth.invite", []string{"invitee@ales.test"}, []string{"Mot d’accueil"}},
		"nothing found":        {manager, "?q=zzz", []string{"Rien ne correspond"}, []string{"Mot d’accueil"}},
		"a place that is none": {manager, "?avant=hier", []string{"Camille Roux"}, nil},
		"a stranger sees no names": {
			supervisor, "",
			[]string{"Une personne de l’espace", "rôles\u00a0: Agent de terrain", "Les noms ne sont montrés"},
			[]string{"Camille", "Dominique", "invitee@ales.test"},
		},
		"a stranger finds nobody": {supervisor, "?q=camille", []string{"Rien ne correspond"}, []string{"Mot d’accueil"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.client.Get("/ales/espace/activite" + test.query).Want(200).Has(test.has...).HasNot(test.not...)
		})
	}
}

func TestTheLogIsExportedAsItIsFiltered(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	s.record(s.ales.ID, "=cmd|'/c calc'!A1", "workspace.texts", map[string]any{"texts": []string{"welcome"}})
	s.record(s.ales.ID, "Dominique; \"Petit\"", "auth.invite", map[string]any{"email": "invitee@ales.test"})
	s.record(s.bayonne.ID, "Quelqu’un de Bayonne", "workspace.texts", nil)
	manager := s.As(apptest.Member(s.ales, authz.Manager))
	const path = "/ales/espace/activite/export.csv"
	read := func(query string) [][]string {
		r := manager.Get(path + query).Want(200)
		sheet := csv.NewReader(strings.NewReader(strings.TrimPrefix(r.Body, "\ufeff")))
		sheet.Comma = ';'
		lines, err := sheet.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return lines
	}
	all := read("")
	if len(all) != 3 || all[1][1] != `Dominique; "Petit"` || !strings.Contains(all[1][4], "invitee@ales.test") || all[2][1] != "'=cmd|'/c calc'!A1" {
		t.Errorf("%q", all)
	}
	today, tomorrow := time.Now().In(i18n.Paris).Format(time.DateOnly), time.Now().In(i18n.Paris).AddDate(0, 0, 1).Format(time.DateOnly)
	for query, want := range map[string]int{
		"?action=auth.invite": 1, "?q=dominique": 1, "?du=" + today: 2, "?du=" + tomorrow: 0, "?au=" + today: 2, "?du=hier": 2,
		"?qui=" + uuid.NewString(): 0,
	} {
		if lines := read(query); len(lines) != want+1 {
			t.Errorf("%s: %d events, want %d", query, len(lines)-1, want)
		}
	}
	page := manager.Get("/ales/espace/activite?action=auth.invite").Want(200).Page()
	if page.Find(`a[href="`+path+`?action=auth.invite"]`).Length() != 1 || page.Find("select[name=qui] option").Length() != 3 {
		t.Error("the page offers no export as filtered, or not the people of the log")
	}
	stranger := s.As(authz.Actor{AccountID: uuid.New(), Platform: []authz.Role{authz.Supervisor}})
	stranger.Get(path).Want(200).HasNot("Dominique", "invitee@", "cmd")
	stranger.Get("/ales/espace/activite").Want(200).HasNot("Dominique")
	s.As(apptest.Member(s.ales, authz.Agent)).Get(path).Want(403)
}

func TestTheLogGoesOnPageByPage(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	for n := range 120 {
		s.record(s.ales.ID, fmt.Sprintf("Agent %03d", n), "workspace.texts", nil)
	}
	manager := s.As(apptest.Member(s.ales, authz.Manager))
	path, seen := "/ales/espace/activite", map[string]bool{}
	for pages := 1; path != ""; pages++ {
		page := manager.Get(path).Want(200).Page()
		for _, name := range page.Find(".event-when").Map(func(_ int, e *gq) string { return e.Text() }) {
			if seen[name] {
				t.Fatalf("%q twice", name)
			}
			seen[strings.TrimSpace(name)] = true
		}
		path, _ = page.Find(`a[rel="next"]`).Attr("href")
		if pages > 3 {
			t.Fatal("the log does not end")
		}
	}
	if len(seen) != 120 {
		t.Errorf("%d events, want 120", len(seen))
	}
}
