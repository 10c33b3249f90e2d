package opendata_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
)

// gouv answers as data.gouv.fr's API does (udata: core/dataset/api.py, forms.py,
// core/storages/api.py), and refuses whatever that would refuse or drop unseen.
type gouv struct {
	*httptest.Server
	t  testing.TB
	mu sync.Mutex

	keys     map[string]bool // valid ones
	member   []gouvOrg       // of the keys' holder
	datasets []*gouvDataset
	chunks   map[string]*gouvUpload
	contacts []map[string]any
	serial   int
	asked    []string // "METHOD path", in order

	// meddle answers instead of the portal when it returns true.
	meddle func(w http.ResponseWriter, r *http.Request) bool
	after  func(r *http.Request) // once the portal has done it, before it answers

	unknownZone bool
	extensions  []string
	largest     int
}

type gouvOrg struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type gouvDataset struct {
	id        string
	fields    map[string]any
	resources []map[string]any
	deleted   bool
	files     map[string][]byte // of hosted resources
}

type gouvUpload struct {
	parts [][]byte
	total int
	name  string
}

const (
	gouvKey = "udata_0123456789abcdef"
	gouvIDs = "0123456789abcdef0123"
)

func newGouv(t testing.TB) *gouv {
	t.Helper()
	g := &gouv{
		t: t, keys: map[string]bool{gouvKey: true}, member: []gouvOrg{{gouvIDs + "0001", "Ville d’Alès"}}, chunks: map[string]*gouvUpload{},
		extensions: []string{"csv", "txt", "json", "xlsx", "ods", "zip", "geojson", "gpkg", "kml"},
	}
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

func (g *gouv) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/api/1/")
	g.mu.Lock()
	g.asked = append(g.asked, r.Method+" "+path)
	meddle, after := g.meddle, g.after
	g.mu.Unlock()
	if meddle != nil && meddle(w, r) {
		return
	}
	g.mu.Lock()
	answer := httptest.NewRecorder()
	g.route(answer, r, path)
	g.mu.Unlock()
	if after != nil {
		after(r)
	}
	for name := range answer.Header() {
		w.Header().Set(name, answer.Header().Get(name))
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func say(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

func abort(w http.ResponseWriter, status int, message string) {
	say(w, status, map[string]any{"message": message})
}

func refuse(w http.ResponseWriter, field, why string) {
	say(w, http.StatusBadRequest, map[string]any{"message": "Validation error", "errors": map[string]any{field: []string{why}}})
}

func (g *gouv) route(w http.ResponseWriter, r *http.Request, path string) {
	ids := func(list ...string) (out []map[string]string) {
		for _, id := range list {
			out = append(out, map[string]string{"id": id})
		}
		return out
	}
	switch path {
	case "datasets/licenses/":
		say(w, 200, ids("lov2", "odc-odbl", "notspecified"))
		return
	case "datasets/frequencies/":
		say(w, 200, ids("unknown", "continuous", "daily", "weekly", "monthly", "quarterly", "semiannual", "annual", "punctual"))
		return
	case "datasets/extensions/":
		say(w, 200, g.extensions)
		return
	}
	if !g.keys[r.Header.Get("X-API-KEY")] {
		abort(w, http.StatusUnauthorized, "Invalid API Key")
		return
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case path == "me/":
		say(w, 200, map[string]any{"id": "u1", "first_name": "Camille", "last_name": "Essai", "organizations": g.member})
	case path == "contacts/":
		g.contact(w, r)
	case path == "datasets/" && r.Method == http.MethodGet:
		g.list(w, r)
	case path == "datasets/" && r.Method == http.MethodPost:
		g.save(w, r, nil)
	case len(parts) >= 2 && parts[0] == "datasets":
		g.one(w, r, parts[1], parts[2:])
	default:
		abort(w, 404, "The requested URL was not found on the server.")
	}
}

func (g *gouv) id() string { g.serial++; return fmt.Sprintf("%s%04d", gouvIDs, g.serial+100) }

// body reads JSON of these fields alone.
func body(w http.ResponseWriter, r *http.Request, fields ...string) map[string]any {
	var in map[string]any
	if r.Header.Get("Content-Type") != "application/json" || json.NewDecoder(r.Body).Decode(&in) != nil {
		abort(w, 400, "not JSON")
		return nil
	}
	for name := range in {
		if !slices.Contains(fields, name) {
			refuse(w, name, "unknown field")
			return nil
		}
	}
	return in
}

func text(in map[string]any, name string) string { s, _ := in[name].(string); return s }

func (g *gouv) inOrganization(id string) bool {
	return slices.ContainsFunc(g.member, func(o gouvOrg) bool { return o.ID == id })
}

func (g *gouv) contact(w http.ResponseWriter, r *http.Request) {
	in := body(w, r, "name", "email", "contact_form", "role", "organization")
	switch {
	case in == nil:
	case text(in, "name") == "" || text(in, "email") == "" && text(in, "contact_form") == "":
		refuse(w, "name", "required")
	case text(in, "role") != "contact":
		refuse(w, "role", "unknown role")
	case !g.inOrganization(text(in, "organization")):
		refuse(w, "organization", "Permission denied for this organization")
	default:
		for _, c := range g.contacts {
			if c["name"] == in["name"] && c["email"] == in["email"] && c["contact_form"] == in["contact_form"] {
				say(w, 200, c)
				return
			}
		}
		in["id"] = g.id()
		g.contacts = append(g.contacts, in)
		say(w, 201, in)
	}
}

// list gives two datasets a page, whatever is asked, as a portal may.
func (g *gouv) list(w http.ResponseWriter, r *http.Request) {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	var data []any
	var next any
	start := (page - 1) * 2
	for i, d := range g.datasets {
		if i >= start && i < start+2 && d.fields["organization"] == r.URL.Query().Get("organization") {
			data = append(data, g.show(d))
		}
	}
	if start+2 < len(g.datasets) {
		next = g.URL + "/api/1/datasets/?page=" + strconv.Itoa(page+1)
	}
	say(w, 200, map[string]any{"data": data, "next_page": next})
}

func (g *gouv) show(d *gouvDataset) map[string]any {
	out := map[string]any{"id": d.id, "page": g.URL + "/fr/datasets/" + d.id + "/", "deleted": nil, "resources": slices.Clone(d.resources)}
	maps.Copy(out, d.fields)
	var who []any
	list, _ := d.fields["contact_points"].([]any)
	for _, id := range list {
		for _, c := range g.contacts {
			if c["id"] == id {
				who = append(who, c)
			}
		}
	}
	out["contact_points"] = who
	if d.deleted {
		out["deleted"] = "2026-11-29T12:00:00+00:00"
	}
	return out
}

// save creates (d nil) or changes a dataset.
func (g *gouv) save(w http.ResponseWriter, r *http.Request, d *gouvDataset) {
	in := body(w, r, "title", "description", "license", "frequency", "temporal_coverage", "spatial", "tags", "organization", "contact_points", "private", "extras")
	if in == nil {
		return
	}
	if field, why := g.wrong(in, d == nil); field != "" {
		refuse(w, field, why)
		return
	}
	status := 200
	if d == nil {
		d, status = &gouvDataset{id: g.id(), fields: map[string]any{}, files: map[string][]byte{}}, 201
		g.datasets = append(g.datasets, d)
	}
	maps.Copy(d.fields, in)
	say(w, status, g.show(d))
}

func (g *gouv) wrong(in map[string]any, fresh bool) (field, why string) {
	if n := utf8.RuneCountInString(text(in, "title")); n == 0 || n > 350 {
		return "title", "Field must be between 1 and 350 characters long."
	}
	if n := utf8.RuneCountInString(text(in, "description")); n == 0 || n > 100_000 {
		return "description", "This field is required."
	}
	if l, given := in["license"]; given && l != "lov2" && l != "odc-odbl" {
		return "license", "Unknown identifier"
	}
	if f, given := in["frequency"]; given && !slices.Contains([]string{"unknown", "continuous", "daily", "weekly", "monthly", "quarterly", "semiannual", "annual", "punctual"}, f.(string)) {
		return "frequency", "Not a valid choice"
	}
	if o, given := in["organization"]; (given || fresh) && !g.inOrganization(fmt.Sprint(o)) {
		return "organization", "Permission denied for this organization"
	}
	if t, given := in["temporal_coverage"].(map[string]any); given {
		if _, err := time.Parse(time.DateOnly, text(t, "start")); err != nil {
			return "temporal_coverage", "not a day"
		}
	}
	if p, given := in["spatial"].(map[string]any); given {
		if _, zones := p["zones"]; zones && (g.unknownZone || p["geom"] != nil) {
			return "spatial", "Unknown zone"
		}
		if geom, shape := p["geom"].(map[string]any); shape && geom["type"] != "MultiPolygon" {
			return "spatial", "Not a MultiPolygon"
		}
	}
	tags, _ := in["tags"].([]any)
	for _, t := range tags {
		if n := utf8.RuneCountInString(fmt.Sprint(t)); n < 3 || n > 96 {
			return "tags", "Tag must be between 3 and 96 characters long."
		}
	}
	list, _ := in["contact_points"].([]any)
	for _, id := range list {
		if !slices.ContainsFunc(g.contacts, func(c map[string]any) bool { return c["id"] == id }) {
			return "contact_points", "Unknown identifier"
		}
	}
	return "", ""
}
