package opendata_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func (g *gouv) one(w http.ResponseWriter, r *http.Request, id string, rest []string) {
	i := slices.IndexFunc(g.datasets, func(d *gouvDataset) bool { return d.id == id })
	if i < 0 {
		abort(w, 404, "Dataset not found")
		return
	}
	d := g.datasets[i]
	if d.deleted && r.Method != http.MethodGet {
		abort(w, 410, "Dataset has been deleted")
		return
	}
	if r.Method != http.MethodGet && !g.inOrganization(fmt.Sprint(d.fields["organization"])) {
		abort(w, 403, "You do not have the permission to modify that object.")
		return
	}
	switch what := r.Method + " " + strings.Join(rest, "/"); {
	case what == "GET ":
		say(w, 200, g.show(d))
	case what == "PUT ":
		g.save(w, r, d)
	case what == "POST upload":
		g.upload(w, r, d, nil)
	case what == "POST resources":
		g.resource(w, r, d, nil)
	case what == "PUT resources":
		g.order(w, r, d)
	case len(rest) >= 2 && rest[0] == "resources":
		at := slices.IndexFunc(d.resources, func(x map[string]any) bool { return x["id"] == rest[1] })
		if at < 0 {
			abort(w, 404, "Resource does not exist")
			return
		}
		switch {
		case r.Method == http.MethodDelete && len(rest) == 2:
			delete(d.files, rest[1])
			d.resources = slices.Delete(d.resources, at, at+1)
			w.WriteHeader(204)
		case r.Method == http.MethodPut && len(rest) == 2:
			g.resource(w, r, d, d.resources[at])
		case r.Method == http.MethodPost && len(rest) == 3 && rest[2] == "upload":
			g.upload(w, r, d, d.resources[at])
		default:
			abort(w, 405, "no")
		}
	default:
		abort(w, 405, "no")
	}
}

func (g *gouv) resource(w http.ResponseWriter, r *http.Request, d *gouvDataset, now map[string]any) {
	in := body(w, r, "title", "description", "type", "filetype", "url", "format", "mime", "filesize", "checksum", "extras")
	if in == nil {
		return
	}
	for _, name := range []string{"title", "type", "filetype", "url"} {
		if text(in, name) == "" {
			refuse(w, name, "This field is required.")
			return
		}
	}
	switch {
	case !slices.Contains([]string{"main", "documentation", "update", "api", "code", "other"}, text(in, "type")):
		refuse(w, "type", "Not a valid choice")
	case now == nil && in["filetype"] != "remote":
		abort(w, 400, "This endpoint only supports remote resources")
	case now != nil && in["filetype"] != now["filetype"]:
		abort(w, 400, "Cannot modify filetype after creation")
	case now == nil:
		in["id"] = "r" + g.id()
		d.resources = append(d.resources, in)
		say(w, 201, in)
	default:
		for name, value := range in {
			if now["filetype"] == "file" && slices.Contains([]string{"url", "filesize", "checksum", "mime", "format"}, name) {
				continue
			}
			now[name] = value
		}
		say(w, 200, now)
	}
}

func (g *gouv) order(w http.ResponseWriter, r *http.Request, d *gouvDataset) {
	var list []map[string]string
	if json.NewDecoder(r.Body).Decode(&list) != nil || len(list) != len(d.resources) {
		abort(w, 400, fmt.Sprintf("All resources must be reordered, you provided %d out of %d", len(list), len(d.resources)))
		return
	}
	var ordered []map[string]any
	for _, one := range list {
		i := slices.IndexFunc(d.resources, func(x map[string]any) bool { return x["id"] == one["id"] })
		if i < 0 {
			abort(w, 400, "Resource ids must match existing ones in dataset")
			return
		}
		ordered = append(ordered, d.resources[i])
	}
	d.resources = ordered
	say(w, 200, ordered)
}

// count tells how often something was asked; "" stands for anything at the end.
func (g *gouv) count(prefix string) (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, a := range g.asked {
		if strings.HasPrefix(a, prefix) {
			n++
		}
	}
	return n
}

// only is the one dataset that is not deleted.
func (g *gouv) only(t testing.TB) *gouvDataset {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	var live []*gouvDataset
	for _, d := range g.datasets {
		if !d.deleted {
			live = append(live, d)
		}
	}
	if len(live) != 1 {
		t.Fatalf("%d datasets over there, want one", len(live))
	}
	return live[0]
}
