package harvest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"acvdata/modules/opendata/harvest"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/fetch"
	"acvdata/services/jobs"
	"acvdata/services/module"
	"acvdata/tenants"
)

// only is a module that harvests and has no page.
type only struct{ *harvest.Service }

func (only) Manifest() module.Manifest {
	return module.Manifest{Code: "opendata", Title: "httpd.home", Permissions: []authz.Grant{{Permission: "opendata.read", Roles: []authz.Role{authz.Agent}}}}
}
func (only) Mount(module.Router)    {}
func (o only) Workers() []jobs.Kind { return o.Service.Workers() }

type rig struct {
	*apptest.App
	harvest     *harvest.Service
	town, other *tenants.Tenant
	now         time.Time
	mu          sync.Mutex
}

func newRig(t testing.TB) *rig {
	t.Helper()
	r := &rig{now: time.Now()}
	r.App = apptest.New(t, func(k apptest.Kit) []module.Module {
		r.harvest = harvest.New(harvest.Parts{
			DB: k.DB, Jobs: k.Jobs, Reader: fetch.New(fetch.Settings{AllowPrivate: true}), Towns: k.Towns, BaseURL: apptest.BaseURL, Module: "opendata",
			Now: func() time.Time { r.mu.Lock(); defer r.mu.Unlock(); return r.now },
		})
		return []module.Module{only{r.harvest}}
	})
	r.town, r.other = r.Town("ales"), r.Town("bayonne")
	return r
}

func (r *rig) in(town *tenants.Tenant) context.Context {
	return authz.With(tenants.With(r.Context, town), apptest.Member(town, authz.Agent))
}

func (r *rig) later(days int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.AddDate(0, 0, days)
}

func usual(address string) harvest.Source {
	return harvest.Source{Name: "Essai", URL: address, Schedule: harvest.Weekly, Adopt: harvest.Published, Grace: 7}
}

// add keeps a catalogue and waits for its first reading.
func (r *rig) add(t testing.TB, s harvest.Source) (*harvest.Source, *harvest.Run) {
	t.Helper()
	id, err := r.harvest.Add(r.in(r.town), r.town, s)
	require.NoError(t, err)
	return r.ended(t, id.String())
}

func (r *rig) again(t testing.TB, s *harvest.Source) *harvest.Run {
	t.Helper()
	require.NoError(t, r.harvest.Start(r.in(r.town), r.town, s.ID.String()))
	_, run := r.ended(t, s.ID.String())
	return run
}

func (r *rig) ended(t testing.TB, id string) (*harvest.Source, *harvest.Run) {
	t.Helper()
	s, err := r.harvest.Source(r.in(r.town), r.town, id)
	require.NoError(t, err)
	r.WaitFor(r.town.ID, harvest.Subject(s.ID))
	s, err = r.harvest.Source(r.in(r.town), r.town, id)
	require.NoError(t, err)
	require.NotNil(t, s.Last)
	return s, s.Last
}

func (r *rig) open(t testing.TB, town *tenants.Tenant) []harvest.Dataset {
	t.Helper()
	list, err := r.harvest.Open(r.in(town), town)
	require.NoError(t, err)
	return list
}

func (r *rig) lines(t *testing.T, s *harvest.Source, run *harvest.Run, o harvest.Outcome) []harvest.Line {
	t.Helper()
	_, lines, err := r.harvest.Report(r.in(r.town), r.town, s.ID, run.ID.String(), o, 0, 100)
	require.NoError(t, err)
	return lines
}

// portal serves documents by path; they may change while it serves.
type portal struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]func(*http.Request) (mediaType, body string)
	asked []string
}

func newPortal(t testing.TB) *portal {
	t.Helper()
	p := &portal{pages: map[string]func(*http.Request) (string, string){}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		p.mu.Lock()
		page := p.pages[q.URL.Path]
		p.asked = append(p.asked, q.URL.String())
		p.mu.Unlock()
		if page == nil {
			http.NotFound(w, q)
			return
		}
		media, body := page(q)
		w.Header().Set("Content-Type", media)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *portal) set(path, media, body string) {
	p.answer(path, func(*http.Request) (string, string) { return media, body })
}

func (p *portal) answer(path string, page func(*http.Request) (string, string)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pages[path] = page
}

// turtle writes a catalogue of datasets: "identifier | title | more statements".
func turtle(next string, sets ...string) string {
	var b strings.Builder
	b.WriteString("@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n" +
		"<https://portail.fr/catalogue> a dcat:Catalog .\n")
	if next != "" {
		b.WriteString("<> a hydra:PartialCollectionView ; hydra:next <" + next + "> .\n")
	}
	for _, s := range sets {
		parts := append(strings.Split(s, "|"), "", "")
		fmt.Fprintf(&b, "[] a dcat:Dataset ; dct:license <https://www.etalab.gouv.fr/licence-ouverte-open-licence> ; dct:identifier %q ; dct:title %q@fr %s .\n",
			strings.TrimSpace(parts[0]), strings.TrimSpace(parts[1]), parts[2])
	}
	return b.String()
}

const turtleType = "text/turtle"

// ckan answers package_search over so many datasets.
func ckan(count int) func(*http.Request) (string, string) {
	return func(q *http.Request) (string, string) {
		start, _ := strconv.Atoi(q.URL.Query().Get("start"))
		rows, _ := strconv.Atoi(q.URL.Query().Get("rows"))
		results := []any{}
		for n := start; n < min(start+rows, count); n++ {
			results = append(results, map[string]any{
				"id": fmt.Sprintf("0b5e1a60-0000-4000-8000-%012d", n), "name": fmt.Sprintf("jeu-%d", n), "title": fmt.Sprintf("Jeu %d", n),
				"notes": "Qualité de l’<b>eau</b>", "license_id": "odc-odbl", "license_title": "ODbL", "organization": map[string]any{"title": "Ville d’essai"},
				"metadata_modified": "2026-01-02T03:04:05.678901", "tags": []any{map[string]any{"name": "eau"}}, "private": false,
				"extras":    []any{map[string]any{"key": "spatial", "value": `{"type":"Polygon","coordinates":[[[1,2],[3,2],[3,4],[1,2]]]}`}, map[string]any{"key": "frequency", "value": "annual"}},
				"resources": []any{map[string]any{"name": "Le fichier", "url": fmt.Sprintf("https://ckan.fr/f/%d.csv", n), "format": "CSV", "size": 120, "mimetype": nil}},
			})
		}
		return "application/json", encoded(map[string]any{"success": true, "result": map[string]any{"count": count, "results": results}})
	}
}

// ods answers catalog/datasets over so many datasets.
func ods(count int) func(*http.Request) (string, string) {
	return func(q *http.Request) (string, string) {
		offset, _ := strconv.Atoi(q.URL.Query().Get("offset"))
		limit, _ := strconv.Atoi(q.URL.Query().Get("limit"))
		results := []any{}
		for n := offset; n < min(offset+limit, count); n++ {
			results = append(results, map[string]any{
				"dataset_id": fmt.Sprintf("jeu-%d", n), "has_records": true, "features": []any{"geo"}, "attachments": []any{}, "metas": map[string]any{
					"default": map[string]any{
						"title": fmt.Sprintf("Jeu %d", n), "description": "<p>Les <strong>arbres</strong></p><script>alert(1)</script>", "theme": []any{"Environnement"},
						"keyword": []any{"arbres", "nature"}, "license": "Licence Ouverte v2.0 (Etalab)", "publisher": "Ville d’essai", "modified": "2026-01-02T03:04:05+00:00",
						"records_count": 12, "references": nil,
					},
					"dcat": map[string]any{"accrualperiodicity": "Annuelle", "temporal_coverage_start": "2020-01-01", "contact_email": "data@essai.fr"},
				},
			})
		}
		return "application/json", encoded(map[string]any{"total_count": count, "results": results})
	}
}

// udata answers api/1/datasets over so many datasets.
func udata(count int) func(*http.Request) (string, string) {
	return func(q *http.Request) (string, string) {
		page, _ := strconv.Atoi(q.URL.Query().Get("page"))
		size, _ := strconv.Atoi(q.URL.Query().Get("page_size"))
		page = max(page, 1)
		data := []any{}
		for n := (page - 1) * size; n < min(page*size, count); n++ {
			data = append(data, map[string]any{
				"id": fmt.Sprintf("5f0000000000000000%06d", n), "slug": fmt.Sprintf("jeu-%d", n), "title": fmt.Sprintf("Jeu %d", n),
				"page":        fmt.Sprintf("https://www.data.gouv.fr/datasets/jeu-%d/", n),
				"description": "Relevés de **température**", "license": "lov2", "frequency": "daily", "tags": []any{"chaleur"}, "archived": nil, "deleted": nil, "private": false,
				"organization": map[string]any{"name": "Ville d’essai"}, "temporal_coverage": map[string]any{"start": "2020-01-01", "end": "2020-12-31"},
				"harvest": nil, "extras": map[string]any{}, "spatial": nil,
				"resources": []any{map[string]any{"title": "Le fichier", "url": fmt.Sprintf("https://static.fr/%d.csv", n), "format": "csv", "mime": "text/csv", "filesize": 12}},
			})
		}
		var next any
		if page*size < count {
			next = fmt.Sprintf("http://%s%s?page=%d&page_size=%d", q.Host, q.URL.Path, page+1, size)
		}
		return "application/json", encoded(map[string]any{"data": data, "total": count, "next_page": next, "page": page})
	}
}

func encoded(v any) string {
	raw, _ := json.Marshal(v)
	return string(raw)
}
