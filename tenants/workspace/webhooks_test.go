package workspace_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"acvdata/services/apptest"
	"acvdata/services/authz"
)

func TestWebhooks(t *testing.T) {
	t.Parallel()
	s := start(t, parts{privateHooks: true})
	program := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	t.Cleanup(program.Close)
	s.Work()
	admin := s.As(s.join(s.ales, "Camille Roux", "camille@ales.test", authz.Admin))
	const page = "/ales/espace/webhooks"
	admin.Get(page).Want(200).Has("Aucun webhook").HasNot("⟦")
	admin.Post(page, values("name", "SIG <b>", "url", "ftp://x", "events", "inconnu")).Want(422).
		Has("https://", "au moins un événement", `value="ftp://x"`, "SIG &lt;b&gt;").HasNot("⟦", "<b>")
	made := admin.Post(page, values("name", "SIG", "url", program.URL, "events", "verger.recolte")).Want(200).Has("whsec_", "Secret du webhook").HasNot("⟦")
	action, _ := made.Page().Find(`form[action$="/essai"]`).Attr("action")
	hook := strings.TrimSuffix(action, "/essai")
	admin.Get(hook).Want(200).HasNot("whsec_", "⟦")
	admin.Post(hook+"/essai", values()).Want(303)
	deadline := time.Now().Add(30 * time.Second)
	for !strings.Contains(admin.Get(hook).Want(200).Body, "Réponse 204") {
		if time.Now().After(deadline) {
			t.Fatal("the trial never arrived")
		}
		<-time.After(20 * time.Millisecond)
	}
	admin.Get(hook).Want(200).Has("Message d’essai", "Reçu", "webhooks.ping").HasNot("⟦")
	admin.Post(hook+"/etat", values("on", "non")).Want(303)
	admin.Get(page).Want(200).Has("En pause").HasNot("⟦")
	admin.Post(hook, values("name", "SIG 2", "url", program.URL, "events", "verger.recolte")).Want(303)
	admin.Post(hook+"/secret", values()).Want(200).Has("whsec_")
	stranger := s.As(apptest.Member(s.bayonne, authz.Admin))
	for _, path := range []string{"", "/essai", "/etat", "/secret", "/supprimer"} {
		stranger.Post(strings.Replace(hook, "/ales/", "/bayonne/", 1)+path, values("name", "x", "url", program.URL, "events", "verger.recolte")).Want(404)
	}
	s.As(apptest.Member(s.ales, authz.Manager)).Get(page).Want(403)
	admin.Post(hook+"/supprimer", values()).Want(303)
	admin.Get(hook).Want(404)
	admin.Get("/ales/espace/activite").Want(200).Has("Webhook créé", "Webhook supprimé", "Secret d’un webhook renouvelé").HasNot("⟦")
}
