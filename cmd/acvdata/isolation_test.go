package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"acvdata/modules"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/config"
	"acvdata/services/module"
	"acvdata/tenants"
	"acvdata/tenants/demo"
)

// marker is written into everything of town B that has room for a text.
const marker = "MARQUEUR-DE-B"

type neighbours struct {
	app  *apptest.App
	a, b *tenants.Tenant
	ids  []string // everything that names something of town B
}

// keptNeighbours are made once: seeding and publishing take half a minute.
var keptNeighbours struct {
	sync.Mutex
	*apptest.Kept
}

// newNeighbours gives a copy of two towns full of data: B's carries the marker.
func newNeighbours(t *testing.T) *neighbours {
	t.Helper()
	n := &neighbours{}
	n.app = apptest.From(t, theNeighbours(t), everyModule(t, func() *apptest.App { return n.app }))
	n.a, n.b = n.town(t, "ales"), n.town(t, "bayonne")
	n.app.Work()
	n.settle(t)
	n.ids = n.collect(t)
	return n
}

func (n *neighbours) town(t *testing.T, slug string) *tenants.Tenant {
	t.Helper()
	town, err := n.app.Towns.BySlug(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	return town
}

func everyModule(t *testing.T, app func() *apptest.App) func(apptest.Kit) []module.Module {
	t.Helper()
	return func(k apptest.Kit) []module.Module {
		deps := testDeps(k)
		deps.Registry = func() *module.Registry { return app().Registry }
		parts, err := modules.All(deps)
		if err != nil {
			t.Fatal(err)
		}
		return parts.Modules
	}
}

// theNeighbours makes them for the first test that asks; one that fails to leaves it
// to the next.
func theNeighbours(t *testing.T) *apptest.Kept {
	t.Helper()
	keptNeighbours.Lock()
	defer keptNeighbours.Unlock()
	if keptNeighbours.Kept == nil {
		keptNeighbours.Kept = makeNeighbours(t)
	}
	return keptNeighbours.Kept
}

func makeNeighbours(t *testing.T) *apptest.Kept {
	t.Helper()
	n := &neighbours{}
	n.app = apptest.New(t, everyModule(t, func() *apptest.App { return n.app }))
	n.a, n.b = n.app.Town("ales"), n.app.Town("bayonne")
	n.a.Illustrative, n.b.Illustrative = true, true
	if err := demo.Seed(n.app.Context, []*tenants.Tenant{n.a, n.b}, n.app.Registry.Modules()); err != nil {
		t.Fatal(err)
	}
	n.app.Work()
	n.fill(t)
	n.settle(t)
	// Each copy has a first round of the schedule of its own to wait for.
	if _, err := n.admin(t).Exec(t.Context(), `DELETE FROM river.river_job`); err != nil {
		t.Fatal(err)
	}
	return n.app.Keep()
}

func testDeps(k apptest.Kit) modules.Deps {
	c := &config.Config{BaseURL: apptest.BaseURL, MaxUpload: 64 << 20, MaxRows: 100_000, BaseMap: "neutral", ColumnCache: 32 << 20}
	return modules.Deps{
		Config: c, DB: k.DB, Towns: k.Towns, Jobs: k.Jobs, Blobs: k.Blobs, Metrics: k.Metrics,
	}
}

// fill does in town B what leaves rows behind: an import with the marker.
func (n *neighbours) fill(t *testing.T) {
	t.Helper()
	csv := "matricule;longitude;latitude;espece;remarque\n1;-1.47;43.49;Tilia cordata;" + marker + "\n"
	admin := n.app.As(apptest.Member(n.b, authz.Admin))
	form := map[string][]string{"target": {"trees/inventory"}}
	admin.Upload("/"+n.b.Slug+"/espace/imports", marker+".csv", []byte(csv), form)
	admin.Post("/"+n.b.Slug+"/espace/webhooks", map[string][]string{
		"name": {marker}, "url": {"https://outil.example/" + marker}, "events": {"imports.committed"},
	})
	records := "nom_cite;date;longitude;latitude\n" + marker + ";2024-05-12;-1.47;43.49\n"
	admin.Upload("/"+n.b.Slug+"/espace/imports", marker+"-obs.csv", []byte(records), map[string][]string{"target": {"atlas/occurrences"}})
	conn := n.admin(t)
	for _, statement := range []string{
		`UPDATE atlas.occurrence SET comment = '` + marker + `', observer = '` + marker + `', locality = '` + marker + `' WHERE tenant_id = $1`,
		`UPDATE atlas.sensitivity SET reason = '` + marker + `' WHERE tenant_id = $1`,
		`UPDATE heat.site SET name = '` + marker + `' WHERE tenant_id = $1`,
		`INSERT INTO heat.device (tenant_id, id, serial) VALUES ($1, gen_random_uuid(), '` + marker + `')`,
		`INSERT INTO heat.sighting (tenant_id, serial, name) VALUES ($1, '70B3D57ED0099999', '` + marker + `')`,
		`INSERT INTO opendata.harvest_source (tenant_id, id, name, url, start, kind)
		 VALUES ($1, 'b0000000-0000-4000-8000-000000000001', '` + marker + `', 'https://b.example/', 'https://b.example/` + marker + `', 'dcat')`,
		`INSERT INTO opendata.harvest_run (tenant_id, id, source_id, state, author, note)
		 VALUES ($1, 'b0000000-0000-4000-8000-000000000002', 'b0000000-0000-4000-8000-000000000001', 'done', '` + marker + `', '')`,
		`INSERT INTO opendata.harvest_item (tenant_id, id, source_id, identifier, slug, title, open, content, sum, decision, run_id)
		 VALUES ($1, 'b0000000-0000-4000-8000-000000000003', 'b0000000-0000-4000-8000-000000000001', '` + marker + `', 'moissonne-b', '` + marker + `',
		 true, '{"identifier": "` + marker + `", "title": "` + marker + `"}', '', 'kept', 'b0000000-0000-4000-8000-000000000002')`,
		`INSERT INTO opendata.harvest_report (tenant_id, run_id, number, outcome, title)
		 VALUES ($1, 'b0000000-0000-4000-8000-000000000002', 1, 'added', '` + marker + `')`,
		`INSERT INTO opendata.harvest_key (tenant_id, source_id, key, item_id)
		 VALUES ($1, 'b0000000-0000-4000-8000-000000000001', 'id:` + marker + `', 'b0000000-0000-4000-8000-000000000003')`,
		`INSERT INTO opendata.push_account (tenant_id, sealed, organization, organization_name, holder)
		 VALUES ($1, '\x01', '` + marker + `', '` + marker + `', '` + marker + `')`,
		`INSERT INTO opendata.push (tenant_id, dataset, wanted, state, page, fault_args)
		 VALUES ($1, 'arbres', false, 'refused', 'https://b.example/` + marker + `', '{"Detail": "` + marker + `"}')`,
		`INSERT INTO contributions.contribution (tenant_id, id, kind, subject, subject_title, body, name, email, state, token, created_at, changed_at)
		 VALUES ($1, 'b0000000-0000-4000-8000-000000000004', 'opendata.error', 'arbres', '` + marker + `', '` + marker + `', '` + marker + `',
		 'b@b.example', 'waiting', sha256('` + marker + `'), now(), now())`,
		`INSERT INTO contributions.deed (tenant_id, id, contribution_id, batch, deed, who, revision, at)
		 VALUES ($1, 'b0000000-0000-4000-8000-000000000005', 'b0000000-0000-4000-8000-000000000004',
		 'b0000000-0000-4000-8000-000000000006', 'accept', '` + marker + `', 1, now())`,
		`INSERT INTO contributions.contribution (tenant_id, id, kind, subject, also, subject_title, title, url, body, name, name_public, answer,
		 answered_as, answered_at, state, reviewed, outcome, token, created_at, changed_at)
		 SELECT $1, ('b0000000-0000-4000-8000-00000000001' || n)::uuid, kind, 'arbres', '{biodiversite}', '` + marker + `', '` + marker + `',
		 'https://b.example/` + marker + `', '` + marker + `', '` + marker + `', true, '` + marker + `', '` + marker + `', now(), 'accepted', true, 'kept',
		 sha256(('` + marker + `' || kind)::bytea), now(), now() FROM (VALUES (1, 'opendata.question'), (2, 'opendata.use'), (3, 'opendata.argument')) AS k (n, kind)`,
		`INSERT INTO opendata.debate (tenant_id, id, slug, title, lead, answer, answered_as, decision, published, published_at)
		 VALUES ($1, 'b0000000-0000-4000-8000-000000000008', 'question-b', '` + marker + `', '` + marker + `', '` + marker + `', '` + marker + `', '` + marker + `', true, now())`,
		`INSERT INTO opendata.indicator (tenant_id, id, slug, title, method, source, kind, published)
		 VALUES ($1, 'b0000000-0000-4000-8000-000000000009', 'indicateur-b', '` + marker + `', '` + marker + `', '` + marker + `', 'typed', true)`,
		`INSERT INTO opendata.answerer (tenant_id, dataset, who) VALUES ($1, 'arbres', '` + marker + `')`,
		`INSERT INTO follow.follower (tenant_id, id, email, told_until)
		 VALUES ($1, 'b0000000-0000-4000-8000-000000000007', '` + marker + `@b.example', now())`,
		`INSERT INTO follow.topic (tenant_id, follower_id, topic, asked_at, confirmed_at)
		 VALUES ($1, 'b0000000-0000-4000-8000-000000000007', 'opendata.all', now(), now())`,
		`INSERT INTO follow.ask (tenant_id, form, address, at) VALUES ($1, sha256('` + marker + `'), sha256('` + marker + `'), now())`,
		`UPDATE imports.import SET address = 'https://b.example/` + marker + `' WHERE tenant_id = $1`,
		`INSERT INTO imports.watch (tenant_id, id, target, address, every, state, note_key, note_args, reference, sha256, owner_name, created_at)
		 VALUES ($1, 'b0000000-0000-4000-8000-000000000007', 'trees/inventory', 'https://b.example/` + marker + `', 'day', 'attention',
		 'imports.watch.note.columns_new', '{"New": "` + marker + `"}', '{}', '', '` + marker + `', now())`,
		`INSERT INTO imports.watch_check (tenant_id, id, watch_id, job_id, state, author, note_key, note_args, began_at)
		 VALUES ($1, 'b0000000-0000-4000-8000-000000000008', 'b0000000-0000-4000-8000-000000000007', 0, 'waiting', '` + marker + `',
		 'imports.watch.note.columns_new', '{"New": "` + marker + `"}', now())`,
		`UPDATE trees.tree SET notes = '` + marker + `' WHERE tenant_id = $1`,
		`UPDATE trees.site SET address = '` + marker + `' WHERE tenant_id = $1`,
		`INSERT INTO audit.event (tenant_id, id, actor_name, action, subject)
		 VALUES ($1, gen_random_uuid(), '` + marker + `', 'trees.edit', '` + marker + `')`,
	} {
		if _, err := conn.Exec(t.Context(), statement, n.b.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// settle waits for what the seed left to do, and for the first round of the
// schedule: a job that ends later would look like a change from outside.
func (n *neighbours) settle(t *testing.T) {
	t.Helper()
	conn := n.admin(t)
	const query = `
SELECT count(*) FILTER (WHERE state NOT IN ('completed', 'cancelled', 'discarded')) = 0
   AND count(*) FILTER (WHERE kind = 'programme.watch') > 0
FROM river.river_job`
	for deadline := time.Now().Add(2 * time.Minute); ; {
		var settled bool
		if err := conn.QueryRow(t.Context(), query).Scan(&settled); err != nil {
			t.Fatal(err)
		}
		if settled {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("jobs do not come to an end")
		}
		if _, err := conn.Exec(t.Context(), `SELECT pg_sleep(0.1)`); err != nil {
			t.Fatal(err)
		}
	}
}

func (n *neighbours) admin(t *testing.T) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), n.app.AdminDB)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

const tablesOfTowns = `
SELECT c.oid::regclass::text,
       array(SELECT a.attname::text FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               AND a.attname IN ('id', 'batch', 'number', 'slug', 'subject', 'layer', 'file_id', 'version'))
FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'tenant_id'
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition`

// collect reads a few names of things from every table of town B, so that a new
// module's table takes part without anybody listing it.
func (n *neighbours) collect(t *testing.T) []string {
	t.Helper()
	conn := n.admin(t)
	rows, err := conn.Query(t.Context(), tablesOfTowns)
	if err != nil {
		t.Fatal(err)
	}
	type table struct {
		Name    string
		Columns []string
	}
	tables, err := pgx.CollectRows(rows, pgx.RowToStructByPos[table])
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, table := range tables {
		for _, column := range table.Columns {
			query := fmt.Sprintf(`SELECT DISTINCT %q::text FROM %s WHERE tenant_id = $1 LIMIT 2`, column, table.Name)
			rows, err := conn.Query(t.Context(), query, n.b.ID)
			if err != nil {
				t.Fatal(err)
			}
			values, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range values {
				seen[v] = true
			}
		}
	}
	ids := make([]string, 0, len(seen))
	for v := range seen {
		if v != "" && !strings.Contains(v, "/") && v != marker { // answers may repeat what was asked
			ids = append(ids, v)
		}
	}
	return ids
}

// state is a fingerprint of everything town B has, sessions of progress apart.
func (n *neighbours) state(t *testing.T) string {
	t.Helper()
	conn := n.admin(t)
	var sum string
	const query = `
SELECT string_agg(name || ' ' || (xpath('/row/h/text()', query_to_xml(format(
  'SELECT coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), %L) AS h FROM %s t WHERE tenant_id = %L', '-', name, $1::text),
  false, true, '')))[1]::text, chr(10) ORDER BY name)
FROM (SELECT c.oid::regclass::text AS name FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
      WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition) tables`
	if err := conn.QueryRow(t.Context(), query, n.b.ID).Scan(&sum); err != nil {
		t.Fatal(err)
	}
	return sum
}

var parameter = regexp.MustCompile(`:[a-z_]+|\*`)

// address fills a pattern: the town, then every other parameter with value.
func address(pattern, town, value string) string {
	pattern = strings.Replace(pattern, ":town", town, 1)
	pattern = strings.Replace(pattern, ":format", "csv", 1)
	return parameter.ReplaceAllString(pattern, value)
}

func hasParameter(pattern string) bool {
	return strings.Contains(strings.Replace(pattern, ":town", "", 1), ":") || strings.Contains(pattern, "*")
}

func TestEveryRouteKeepsTownsApart(t *testing.T) {
	t.Parallel()
	n := newNeighbours(t)
	before := n.state(t)
	stranger := n.app.As(apptest.Member(n.a, authz.Admin))
	nobody := n.app.As(authz.Actor{})
	for _, route := range n.app.Registry.Routes() {
		if route.Audience == module.Platform {
			continue
		}
		t.Run(route.Method+" "+route.Pattern(), func(t *testing.T) {
			n.knockAtB(t, route, stranger, nobody)
			n.nameBFromA(t, route, stranger)
		})
	}
	if after := n.state(t); after != before {
		t.Errorf("town B was changed from outside:\nbefore\n%s\nafter\n%s", before, after)
	}
}

// knockAtB asks for town B's own addresses: only what everybody sees may answer.
func (n *neighbours) knockAtB(t *testing.T, route module.Route, stranger, nobody *apptest.Client) {
	t.Helper()
	if route.Rule.IsPublic() {
		return
	}
	target := address(route.Pattern(), n.b.Slug, n.ids[0])
	if r := stranger.Do(stranger.Request(route.Method, target, bytes.NewReader(nil))); r.Status != http.StatusForbidden {
		t.Errorf("town A's admin at %s: status %d, want 403", target, r.Status)
	}
	r := nobody.Do(nobody.Request(route.Method, target, bytes.NewReader(nil)))
	toSignIn := r.Status == http.StatusSeeOther && strings.HasPrefix(r.Header.Get("Location"), "/connexion")
	if r.Status != http.StatusUnauthorized && !toSignIn {
		t.Errorf("nobody at %s: status %d, want 401 or the sign-in page", target, r.Status)
	}
}

// nameBFromA names town B's things inside town A's addresses.
func (n *neighbours) nameBFromA(t *testing.T, route module.Route, stranger *apptest.Client) {
	t.Helper()
	values := n.ids
	if !hasParameter(route.Pattern()) {
		values = values[:1]
	}
	for _, value := range values {
		target := address(route.Pattern(), n.a.Slug, value)
		r := stranger.Do(stranger.Request(route.Method, target, bytes.NewReader(nil)))
		if strings.Contains(r.Body, marker) {
			t.Errorf("%s shows what is town B's (status %d)", target, r.Status)
		}
		if r.Status >= http.StatusInternalServerError {
			t.Errorf("%s: status %d: %.300s", target, r.Status, r.Body)
		}
		if anywhere := strings.Contains(r.Header.Get("Content-Security-Policy"), "frame-ancestors *"); anywhere != route.Framed {
			t.Errorf("%s: other sites may frame it: %v", target, anywhere)
		}
	}
}

// The list of routes with their rules is a golden file: every change of access
// shows in review. Write it anew with: go run ./cmd/acvdata routes > cmd/acvdata/testdata/routes.txt
func TestRoutesAreTheReviewedOnes(t *testing.T) {
	t.Parallel()
	registry, err := bareRegistry()
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := printRoutes(&got, registry); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "routes.txt")
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("routes differ from %s:\n%s", path, difference(string(want), got.String()))
	}
}

// difference lists the lines only one side has.
func difference(want, got string) string {
	var out strings.Builder
	for line := range strings.SplitSeq(want, "\n") {
		if !strings.Contains(got, line+"\n") {
			out.WriteString("- " + line + "\n")
		}
	}
	for line := range strings.SplitSeq(got, "\n") {
		if !strings.Contains(want, line+"\n") {
			out.WriteString("+ " + line + "\n")
		}
	}
	return out.String()
}
