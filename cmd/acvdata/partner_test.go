package main

import (
	"bytes"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/module"
)

// What a partner of one source wrote into its own record.
const (
	partnersSource = "Suivi des mares"
	partnersMark   = "MARQUEUR-DU-PARTENAIRE"
)

// partnerOfB is a member of town B who is nothing but a partner, with one record
// of its own source in the town's atlas; the names of town B's things are those
// of everything else.
func (n *neighbours) partnerOfB(t *testing.T) *apptest.Client {
	t.Helper()
	who := apptest.Member(n.b, authz.Partner)
	who.Towns[n.b.ID] = authz.Membership{Roles: []authz.Role{authz.Partner}, Sources: []string{partnersSource}}
	partner := n.app.As(who)
	saved := partner.Post("/"+n.b.Slug+"/espace/biodiversite/nouvelle", url.Values{
		"taxon": {"Merle noir (Turdus merula)"}, "date": {"2026-03-10"}, "latitude": {"43,492"}, "longitude": {"-1,466"}, "presence": {"oui"},
		"validation": {"probable"}, "sensibilite": {"0"}, "observateur": {partnersMark}, "nombre": {"2"}, "envoi": {uuid.NewString()},
		"commentaire": {partnersMark}, "jeu": {partnersSource},
	}).Want(http.StatusSeeOther)
	number := path.Base(saved.Header.Get("Location"))
	var id string
	err := n.admin(t).QueryRow(t.Context(), `SELECT id::text FROM atlas.occurrence WHERE tenant_id = $1 AND number = $2::int`, n.b.ID, number).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	n.ids = slices.DeleteFunc(n.ids, func(value string) bool { return value == number || value == id })
	return partner
}

// reads asks a route for everything of town B that has a name, or, where it takes
// none, with the question that lists answer, until enough is known.
func (n *neighbours) reads(route module.Route, who *apptest.Client, enough func(target string, r *apptest.Response) bool) {
	var targets []string
	if hasParameter(route.Pattern()) {
		for _, value := range n.ids {
			targets = append(targets, address(route.Pattern(), n.b.Slug, value))
		}
	} else {
		plain := address(route.Pattern(), n.b.Slug, "")
		targets = append(targets, plain, plain+"?q="+marker)
	}
	for _, target := range targets {
		if enough(target, who.Do(who.Request(http.MethodGet, target, bytes.NewReader(nil)))) {
			return
		}
	}
}

// marks counts the marker in an answer, apart from the words asked for.
func marks(r *apptest.Response) int {
	body := r.Body
	for _, echo := range []string{`value="` + marker, "q=" + marker, "« " + marker, "«\u00a0" + marker} {
		body = strings.ReplaceAll(body, echo, "")
	}
	return strings.Count(body, marker)
}

// TestPartnersReadTheirSourcesOnly walks every address of the platform as a
// partner of a town whose every text is marked, those of modules to come
// included: beside what everybody sees, it shows the partner's own alone.
func TestPartnersReadTheirSourcesOnly(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	partner, agent, nobody := n.partnerOfB(t), n.app.As(apptest.Member(n.b, authz.Agent)), n.app.As(authz.Actor{})
	own, others := map[string]bool{}, map[string]bool{}
	for _, route := range n.app.Registry.Routes() {
		if route.Method != http.MethodGet {
			continue
		}
		opened := false
		n.reads(route, partner, func(target string, r *apptest.Response) bool {
			opened = opened || r.Status != http.StatusForbidden
			own[route.Pattern()] = own[route.Pattern()] || strings.Contains(r.Body, partnersMark)
			if found := marks(r); found > 0 && (!route.Rule.IsPublic() || found > marks(nobody.Get(target))) {
				t.Errorf("%s shows a partner what is not of its sources (status %d)", target, r.Status)
			}
			return !opened
		})
		if route.Rule.IsPublic() || !opened || strings.HasSuffix(route.Path, "/events") {
			continue
		}
		n.reads(route, agent, func(_ string, r *apptest.Response) bool {
			others[route.Pattern()] = marks(r) > 0
			return others[route.Pattern()]
		})
		t.Logf("a partner may ask %s, where an agent sees what is the others': %t", route.Pattern(), others[route.Pattern()])
	}
	if list := "/:town/espace/biodiversite"; !own[list] {
		t.Error("the partner's own record is not in its list")
	}
	for _, pattern := range []string{
		"/:town/espace/biodiversite", "/:town/espace/biodiversite/:numero", "/:town/espace/imports", "/api/v1/:town/imports",
		"/:town/espace/imports/suivis", "/:town/espace/imports/suivis/:watch", "/api/v1/:town/imports/watches",
	} {
		if !others[pattern] {
			t.Errorf("%s shows an agent nothing that a partner must not see: the test proves nothing", pattern)
		}
	}
}

// TestPartnersChangeTheirSourcesOnly tries every change with the names of what
// is not the partner's: nothing of the town is different at the end.
func TestPartnersChangeTheirSourcesOnly(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	partner := n.partnerOfB(t)
	before, tried := n.state(t), 0
	for _, route := range n.app.Registry.Routes() {
		if route.Method == http.MethodGet || route.Rule.IsPublic() {
			continue
		}
		values := n.ids
		if !hasParameter(route.Pattern()) {
			values = values[:1]
		}
		for _, value := range values {
			target := address(route.Pattern(), n.b.Slug, value)
			if r := partner.Do(partner.Request(route.Method, target, bytes.NewReader(nil))); r.Status >= http.StatusInternalServerError {
				t.Errorf("%s %s: status %d", route.Method, target, r.Status)
			}
			tried++
		}
	}
	if tried < 100 {
		t.Errorf("only %d changes were tried", tried)
	}
	if after := n.state(t); after != before {
		t.Errorf("a partner changed what is not of its sources:\n%s", difference(before, after))
	}
}
