package main

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"acvdata/services/authz"
)

// TestSupervisorsChangeNothing walks every route as a supervisor: whatever is
// not open to everybody or to one's own account refuses anything but reading,
// and nothing of any town has changed at the end.
func TestSupervisorsChangeNothing(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	before := n.state(t)
	supervisor := n.app.As(authz.Actor{AccountID: uuid.New(), Name: "Camille", Platform: []authz.Role{authz.Supervisor}})
	refused := 0
	for _, route := range n.app.Registry.Routes() {
		if route.Method == http.MethodGet {
			continue
		}
		for _, value := range n.ids {
			target := address(route.Pattern(), n.b.Slug, value)
			r := supervisor.Do(supervisor.Request(route.Method, target, bytes.NewReader(nil)))
			if own := route.Rule.IsPublic() || route.Rule.String() == "signed-in"; !own && r.Status != http.StatusForbidden {
				t.Errorf("a supervisor at %s %s: status %d, want 403", route.Method, target, r.Status)
			}
			refused++
			if !hasParameter(route.Pattern()) {
				break
			}
		}
	}
	if refused < 50 {
		t.Errorf("only %d changes were tried", refused)
	}
	if after := n.state(t); after != before {
		t.Errorf("a supervisor changed something:\nbefore\n%s\nafter\n%s", before, after)
	}
}
