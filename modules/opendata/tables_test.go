package opendata_test

import (
	"context"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"acvdata/modules/opendata"
	"acvdata/modules/opendata/tables"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/blob"
	"acvdata/services/contributions"
	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/services/embeds"
	"acvdata/services/fault"
	remote "acvdata/services/fetch"
	"acvdata/services/imports"
	"acvdata/services/indicators"
	"acvdata/services/mail"
	"acvdata/services/module"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

// shelf is the whole application with the tables a town brings in.
type shelf struct {
	*apptest.App
	tables          *tables.Service
	imports         *imports.Service
	datasets        *datasets.Service
	portal          *opendata.Module
	town, other     *tenants.Tenant
	resident, agent *apptest.Client
	files           *cupboard
	late            atomic.Int64 // how far the clock of contributions is ahead
	t               testing.TB
}

// post is the platform's mail, without a server: messages go nowhere.
type post struct{ *mail.Sender }

func (post) Manifest() module.Manifest {
	return module.Manifest{Code: "mail", Core: true, Title: "imports.title"}
}
func (post) Mount(module.Router) {}

// cupboard is a store that remembers which files it holds.
type cupboard struct {
	blob.Store
	mu   sync.Mutex
	keys map[string]bool
}

func (c *cupboard) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keys[key] = true
	return c.Store.Put(ctx, key, r)
}

func (c *cupboard) Delete(ctx context.Context, key string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.keys, key)
	return c.Store.Delete(ctx, key)
}

// holding counts the files whose key holds a text.
func (c *cupboard) holding(text string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.keys {
		if strings.Contains(key, text) {
			n++
		}
	}
	return n
}

// newShelf makes the application, with other modules beside the portal.
func newShelf(t testing.TB, others ...module.Module) *shelf {
	t.Helper()
	r := &shelf{t: t}
	r.App = apptest.New(t, func(k apptest.Kit) []module.Module {
		r.files = &cupboard{Store: k.Blobs, keys: map[string]bool{}}
		r.tables = tables.New(k.DB, 1<<20)
		r.datasets = datasets.New(datasets.Parts{DB: k.DB, Blobs: k.Blobs, Jobs: k.Jobs, Tables: r.tables}, datasets.Offered(others...)...)
		r.tables.Bind(r.datasets)
		maps, err := ogc.New(ogc.Parts{DB: k.DB, Datasets: r.datasets, BaseURL: apptest.BaseURL, Tables: r.tables, Columns: columns.New(16 << 20)}, ogc.Offered(others...)...)
		must(t, err)
		figures := indicators.New(others...)
		contribute := contributions.New(contributions.Parts{
			DB: k.DB, Blobs: r.files, Towns: k.Towns, BaseURL: apptest.BaseURL,
			Now: func() time.Time { return time.Now().Add(time.Duration(r.late.Load())) },
		})
		r.portal = opendata.New(opendata.Parts{
			Datasets: r.datasets, Layers: maps.Tileset(), Jobs: k.Jobs, Towns: k.Towns, BaseURL: apptest.BaseURL,
			Tables: r.tables, DB: k.DB, Blobs: r.files, Live: figures, Columns: maps.Columns, Contribute: contribute,
		})
		figures.Add(r.portal)
		frames := embeds.New(k.Towns, apptest.BaseURL)
		frames.Add(r.portal)
		contribute.Add(r.portal)
		r.imports = imports.New(imports.Parts{
			DB: k.DB, Blobs: r.files, Jobs: k.Jobs, Metrics: k.Metrics, Limits: imports.Limits{Bytes: 50 << 20, Rows: 200_000},
			Reader: remote.New(remote.Settings{AllowPrivate: true}), Towns: k.Towns, BaseURL: apptest.BaseURL,
			Policy: func() *authz.Policy { return r.Registry.Policy() }, Published: r.published,
		}, r.tables.Target())
		return append([]module.Module{r.portal, r.datasets, maps, imports.NewModule(r.imports), contribute, frames, post{&mail.Sender{}}}, others...)
	})
	r.town, r.other = r.Town("niort"), r.Town("bayonne")
	r.resident, r.agent = r.As(authz.Actor{}), r.As(apptest.Member(r.town, authz.Agent))
	r.Work()
	return r
}

// published lists the published datasets as the platform does.
func (r *shelf) published(ctx context.Context, town *tenants.Tenant, _, slug string) (list []imports.Publication, err error) {
	open, err := r.datasets.Open(ctx, town)
	for i := range open {
		if open[i].Slug() == slug {
			list = append(list, imports.Publication{Title: open[i].Title, Href: town.Path("espace/donnees/" + slug), At: open[i].Modified})
		}
	}
	return list, err
}

func (r *shelf) caller(town *tenants.Tenant) (context.Context, imports.Caller) {
	ctx := tenants.With(authz.With(r.Context, apptest.Member(town, authz.Agent)), town)
	return ctx, imports.Caller{Town: town, Can: func(authz.Permission) bool { return true }}
}

// load imports a file as a table of that title.
func (r *shelf) load(town *tenants.Tenant, title, content string, change ...func(*imports.Submission)) *imports.Import {
	r.t.Helper()
	ctx, caller := r.caller(town)
	sub := imports.Submission{Name: "fichier.csv", Content: strings.NewReader(content), Target: tables.TargetCode, Commit: true}
	sub.Overrides.Options = map[string]string{"title": title, "theme": "water", "producer": "Syndicat des eaux", "licence": "LO-2.0"}
	for _, fn := range change {
		fn(&sub)
	}
	i, err := r.imports.Submit(ctx, caller, sub)
	must(r.t, err)
	i, err = r.imports.Wait(ctx, caller, i.ID, nil)
	must(r.t, err)
	if i.State != imports.Committed {
		r.t.Fatalf("state %s, fault %v, counts %+v", i.State, i.Fault, i.Counts)
	}
	return i
}

func (r *shelf) undo(town *tenants.Tenant, i *imports.Import) *imports.Import {
	r.t.Helper()
	ctx, caller := r.caller(town)
	_, err := r.imports.Undo(ctx, caller, i.ID)
	must(r.t, err)
	i, err = r.imports.Wait(ctx, caller, i.ID, nil)
	must(r.t, err)
	return i
}

func (r *shelf) find(town *tenants.Tenant, slug string) *tables.Table {
	r.t.Helper()
	t, err := r.tables.Find(tenants.With(r.Context, town), town, slug)
	must(r.t, err)
	if t == nil {
		r.t.Fatalf("no table %s", slug)
	}
	return t
}

func (r *shelf) publish(town *tenants.Tenant, slug string) {
	r.t.Helper()
	p, err := r.datasets.Publish(tenants.With(r.Context, town), town, slug, "première")
	must(r.t, err)
	if end := r.WaitFor(town.ID, p.Subject); end.State != "done" {
		r.t.Fatalf("%+v", end)
	}
}

const water = "Station;Code;Relevé le;Année;Nitrates (mg/l);Conforme;longitude;latitude\n" +
	"Pont Main;00123;15/03/2024;2024;12,5;oui;-0,4652;46,3284\n" +
	"Le Port;00045;28/04/2024;2024;9,25;non;-0,4700;46,3300\n" +
	"Sèvre amont;00007;02/05/2023;2023;;oui;;\n"

func TestAnyTableBecomesATypedDataset(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	i := r.load(r.town, "Qualité de l’eau", water)
	if i.Counts.Created != 3 || i.Counts.Rejected != 0 {
		t.Fatalf("counts %+v", i.Counts)
	}
	table := r.find(r.town, "qualite-de-l-eau")
	kinds := map[string]imports.Kind{}
	for _, c := range table.Columns {
		kinds[c.Name] = c.Kind
	}
	for name, want := range map[string]imports.Kind{
		"station": imports.KindText, "code": imports.KindText, "releve_le": imports.KindDate, "annee": imports.KindYear,
		"nitrates_mg_l": imports.KindNumber, "conforme": imports.KindBool,
	} {
		if kinds[name] != want {
			t.Errorf("%s is %s, want %s (%v)", name, kinds[name], want, kinds)
		}
	}
	if table.Rows != 3 || table.Located != 2 {
		t.Errorf("%d rows, %d located", table.Rows, table.Located)
	}
	r.publish(r.town, table.Slug)
	csv := r.resident.Get("/niort/donnees/qualite-de-l-eau/export.csv").Body
	want := "station,code,releve_le,annee,nitrates_mg_l,conforme,longitude,latitude\r\n" +
		"Pont Main,00123,2024-03-15,2024,12.5,true,-0.4652,46.3284\r\n" +
		"Le Port,00045,2024-04-28,2024,9.25,false,-0.47,46.33\r\n" +
		"Sèvre amont,00007,2023-05-02,2023,,true,,\r\n"
	if csv != want {
		t.Errorf("got\n%s\nwant\n%s", csv, want)
	}
	d, err := r.datasets.GetOpen(tenants.With(r.Context, r.town), r.town, table.Slug)
	must(t, err)
	if d.Title != "Qualité de l’eau" || d.Producer != "Syndicat des eaux" || d.Themes[0] != datasets.ThemeWater {
		t.Errorf("described as %q by %q, %v", d.Title, d.Producer, d.Themes)
	}
	for path, want := range map[string]string{
		"/niort/ogc/collections/qualite-de-l-eau/items?f=json&conforme=false":                `"numberMatched":1`,
		"/niort/ogc/collections/qualite-de-l-eau/items?f=json&q=SEVRE":                       `"numberMatched":1`,
		"/niort/ogc/collections/qualite-de-l-eau/items?f=json&datetime=2024-01-01/..":        `"numberMatched":2`,
		"/niort/ogc/collections/qualite-de-l-eau/items?f=json&bbox=-0.468,46.32,-0.46,46.33": `"numberMatched":1`,
		"/niort/catalog.ttl": "/niort/donnees/qualite-de-l-eau",
	} {
		if got := r.resident.Get(path); got.Status != 200 || !strings.Contains(got.Body, want) {
			t.Errorf("%s: %d without %s\n%.600s", path, got.Status, want, got.Body)
		}
	}
	if got := r.resident.Get("/niort/ogc/collections/qualite-de-l-eau/tiles/WebMercatorQuad/10/362/510"); got.Status != 200 && got.Status != 204 {
		t.Errorf("tile: %d", got.Status)
	}
	if got := r.resident.Get("/bayonne/donnees/qualite-de-l-eau"); got.Status != 404 {
		t.Errorf("another town has the table: %d", got.Status)
	}
}

func TestTheSameTitleMakesANewEditionAndUndoingShowsTheOneBefore(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	first := r.load(r.town, "Qualité de l’eau", water)
	second := r.load(r.town, "qualité de l'eau", "Station;Nitrates (mg/l)\nPont Main;11\n")
	table := r.find(r.town, "qualite-de-l-eau")
	if table.Edition != 2 || table.Rows != 1 || len(table.Columns) != 2 || table.Title != "Qualité de l’eau" {
		t.Fatalf("%+v", table)
	}
	if i := r.undo(r.town, first); i.State != imports.Committed || i.Fault == nil || i.Fault.Key != "opendata.fault.edition_followed" {
		t.Errorf("an edition that was followed was undone: %s %v", i.State, i.Fault)
	}
	if i := r.undo(r.town, second); i.State != imports.Undone {
		t.Fatalf("%s %v", i.State, i.Fault)
	}
	table = r.find(r.town, "qualite-de-l-eau")
	if table.Edition != 1 || table.Rows != 3 || len(table.Columns) != 6 {
		t.Errorf("%+v", table)
	}
	if i := r.undo(r.town, first); i.State != imports.Undone {
		t.Fatalf("%s %v", i.State, i.Fault)
	}
	list, err := r.datasets.List(tenants.With(r.Context, r.town), r.town)
	must(t, err)
	if len(list) != 0 {
		t.Errorf("a table without an edition is listed: %+v", list[0])
	}
}

// More columns than slots: the rest is kept beside them.
func TestColumnsBeyondTheSlotsAreKept(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	var head, row []string
	for n := range 40 {
		head, row = append(head, "col"+string(rune('a'+n%26))+string(rune('a'+n/26))), append(row, "v"+string(rune('a'+n%26))+string(rune('a'+n/26)))
	}
	r.load(r.town, "Large", strings.Join(head, ";")+"\n"+strings.Join(row, ";")+"\n"+strings.Join(row, ";")+"\n")
	r.publish(r.town, "large")
	csv := r.resident.Get("/niort/donnees/large/export.csv").Body
	if lines := strings.Split(csv, "\r\n"); len(lines) < 2 || lines[1] != strings.Join(row, ",") {
		t.Errorf("got %q", csv)
	}
}

func TestAPersonDecidesWhatAColumnIs(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Choix", "nom;numero;secret\nA;12;x\nB;13;y\n", func(s *imports.Submission) {
		s.Overrides.Kinds = map[string]imports.Kind{"numero": imports.KindText, "secret": ""}
	})
	table := r.find(r.town, "choix")
	if len(table.Columns) != 2 || table.Columns[1].Kind != imports.KindText {
		t.Errorf("%+v", table.Columns)
	}
}

func TestATitleThatCannotBeAnAddressIsRefused(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	ctx, caller := r.caller(r.town)
	for title, key := range map[string]string{"": "imports.fault.mapping", "!!!": "opendata.fault.title_taken", "Thèmes": "opendata.fault.title_taken"} {
		sub := imports.Submission{Name: "a.csv", Content: strings.NewReader(water), Target: tables.TargetCode}
		sub.Overrides.Options = map[string]string{"title": title}
		i, err := r.imports.Submit(ctx, caller, sub)
		if err == nil {
			i, err = r.imports.Wait(ctx, caller, i.ID, nil)
			must(t, err)
			err = i.Fault
		}
		if f := fault.From(err); f == nil || f.Key != key {
			t.Errorf("%q: %v, want %s", title, err, key)
		}
	}
}
