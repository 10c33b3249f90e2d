package workspace_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"acvdata/services/apptest"
	"acvdata/services/authz"
)

type gq = goquery.Selection

func TestInviting(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	admin := s.As(s.join(s.ales, "Camille Roux", "camille@ales.test", authz.Admin))
	admin.Post("/ales/espace/membres/invitations", values("email", "nouveau@ales.test", "roles", "agent", "until", "2099-06-30")).Want(200).
		Has("Invitation envoyée à nouveau@ales.test", apptest.BaseURL+"/invitation/", "Agent de terrain", "En attente").HasNot("⟦")
	list := admin.Get("/ales/espace/membres").Want(200).Has("nouveau@ales.test", "Camille Roux").HasNot("/invitation/")
	action, found := list.Page().Find(`form[action*="/retirer"]`).Attr("action")
	if !found {
		t.Fatal("the invitation cannot be withdrawn")
	}
	s.As(apptest.Member(s.bayonne, authz.Admin)).Post(strings.Replace(action, "/ales/", "/bayonne/", 1), values()).Want(404)
	admin.Post(action, values()).Want(303)
	admin.Post(action, values()).Want(303)
	admin.Get("/ales/espace/membres").Want(200).Has("Retirée")
}

func TestInvitationsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	admin := s.As(s.join(s.ales, "Camille Roux", "camille@ales.test", authz.Admin))
	admin.Post("/ales/espace/membres/invitations", values("email", "deja@ales.test", "roles", "agent")).Want(200)
	tests := map[string]struct {
		form   []string
		status int
		has    []string
	}{
		"no address":             {[]string{"email", "pas une adresse", "roles", "agent"}, 422, []string{"adresse électronique complète", `value="pas une adresse"`}},
		"no role":                {[]string{"email", "a@ales.test"}, 422, []string{"Choisissez au moins un rôle"}},
		"a role of the platform": {[]string{"email", "a@ales.test", "roles", "operator"}, 422, []string{"Ce rôle ne peut pas être donné ici"}},
		"a day that is none":     {[]string{"email", "a@ales.test", "roles", "agent", "until", "2026-02-31"}, 422, []string{"date existante"}},
		"a day in the past":      {[]string{"email", "a@ales.test", "roles", "agent", "until", "2001-01-01"}, 422, []string{"dans le futur"}},
		"the same one twice":     {[]string{"email", "DEJA@ales.test", "roles", "reader"}, 409, []string{"attend déjà une réponse"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			admin.Post("/ales/espace/membres/invitations", values(test.form...)).Want(test.status).Has(test.has...).HasNot("⟦", "/invitation/")
		})
	}
}

func TestAnInvitationSentTwiceAtOnceIsOne(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	admin := s.As(s.join(s.ales, "Camille Roux", "camille@ales.test", authz.Admin))
	statuses := make([]int, 4)
	var all sync.WaitGroup
	for i := range statuses {
		all.Go(func() {
			statuses[i] = admin.Post("/ales/espace/membres/invitations", values("email", "nouveau@ales.test", "roles", "agent")).Status
		})
	}
	all.Wait()
	made := 0
	for _, status := range statuses {
		if status == 200 {
			made++
		} else if status != 409 {
			t.Errorf("status %d", status)
		}
	}
	if made != 1 {
		t.Errorf("%d invitations, want 1: %v", made, statuses)
	}
}

func TestChangingAMember(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	chief := s.join(s.ales, "Camille Roux", "camille@ales.test", authz.Admin)
	agent := s.join(s.ales, "Dominique Petit", "dominique@ales.test", authz.Agent)
	stranger := s.join(s.bayonne, "Étranger", "etranger@bayonne.test", authz.Agent)
	admin := s.As(chief)
	admin.Get("/ales/espace/membres/" + stranger.AccountID.String()).Want(404)
	path := "/ales/espace/membres/" + agent.AccountID.String()
	seen := s.seen(admin, path)
	admin.Post(path, values("vu", seen, "roles", "manager", "modules", "verger")).Want(303)
	admin.Get("/ales/espace/membres").Want(200).Has("Responsable de module", "Seulement\u00a0: Le verger").HasNot("Étranger")
	admin.Post(path, values("vu", seen, "roles", "agent")).Want(409).Has("Quelqu’un a modifié cette page")
	admin.Post(path, values("vu", s.seen(admin, path), "roles", "partner", "sources", "lpo-64\r\ncen-na\r\nlpo-64")).Want(303)
	admin.Get("/ales/espace/membres").Want(200).Has("Seulement\u00a0: cen-na, lpo-64")
	admin.Get(path).Want(200).Has("cen-na\nlpo-64")
	admin.Post(path, values("vu", s.seen(admin, path))).Want(422).Has("Choisissez au moins un rôle")
	own := "/ales/espace/membres/" + chief.AccountID.String()
	admin.Get(own).Want(200).Has("votre propre accès")
	admin.Post(own, values("vu", s.seen(admin, own), "roles", "agent")).Want(409).Has("au moins une personne qui l’administre")
	admin.Post(own+"/retirer", values()).Want(409)
	admin.Post(path+"/retirer", values()).Want(303)
	admin.Post(path+"/retirer", values()).Want(404).Has("ne fait pas ou plus partie")
	admin.Get("/ales/espace/membres").Want(200).HasNot("Dominique")
	admin.Get("/ales/espace/activite").Want(200).Has("Rôles d’un membre modifiés", "Membre retiré")
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s := start(t, parts{})
	admin := s.As(s.join(s.ales, "Camille Roux", "camille@ales.test", authz.Admin))
	admin.Get("/ales/espace/jetons").Want(200).Has("Aucun jeton").HasNot("⟦")
	made := admin.Post("/ales/espace/jetons", values("name", "Comptage", "role", "reader", "modules", "verger", "months", "3")).Want(200).
		Has("Jeton créé", "acv_", "Lecteur (élus)", "Seulement\u00a0: Le verger").HasNot("⟦")
	if made.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("a secret may be kept: %q", made.Header.Get("Cache-Control"))
	}
	list := admin.Get("/ales/espace/jetons").Want(200).Has("Comptage", "Jamais").HasNot("acv_")
	admin.Post("/ales/espace/jetons", values("name", " comptage ", "role", "reader")).Want(409).Has("existe déjà")
	admin.Post("/ales/espace/jetons", values("name", "", "role", "operator")).Want(422).Has("Donnez au jeton un nom", "Ce rôle ne peut pas être donné ici").HasNot("⟦")
	action, _ := list.Page().Find(`form[action*="/revoquer"]`).Attr("action")
	admin.Post(action, values()).Want(303)
	admin.Post(action, values()).Want(303)
	admin.Get("/ales/espace/jetons").Want(200).Has("Révoqué")
	s.As(apptest.Member(s.bayonne, authz.Admin)).Post(strings.Replace(action, "/ales/", "/bayonne/", 1), values()).Want(404)
	admin.Post("/ales/espace/jetons", values("name", "Comptage", "role", "reader")).Want(200)
	s.As(apptest.Member(s.bayonne, authz.Admin)).Get("/bayonne/espace/jetons").Want(200).HasNot("Comptage")
}
