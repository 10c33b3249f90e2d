package opendata_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"acvdata/modules/opendata"
	"acvdata/modules/opendata/datagouv"
	"acvdata/modules/opendata/tables"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/services/db"
	"acvdata/services/fault"
	remote "acvdata/services/fetch"
	"acvdata/services/geo/tile"
	"acvdata/services/indicators"
	"acvdata/services/module"
	"acvdata/services/ogc"
	"acvdata/services/seal"
	"acvdata/tenants"
)

// grove is a module with as many datasets as asked, the first of them drawn on
// maps. A row is a plant of the town.
type grove struct {
	sources []datasets.Source
	edited  *edited
}

func newGrove(count int) *grove {
	g := &grove{edited: &edited{plants: 0}}
	g.sources = append(g.sources, g.edited)
	for i := 1; i < count; i++ {
		g.sources = append(g.sources, plants(i))
	}
	return g
}

// edited is the first dataset, whose rows a test may change.
type edited struct {
	plants

	change  atomic.Pointer[func(*datasets.Row) bool]
	version atomic.Int64
}

// edit has each row changed from now on; false leaves it out.
func (e *edited) edit(change func(*datasets.Row) bool) {
	e.change.Store(&change)
	e.version.Add(1)
}

func (e *edited) Rows(ctx context.Context, tx *db.Tx, f datasets.Filter, yield func(datasets.Row) error) error {
	return e.plants.Rows(ctx, tx, f, func(r datasets.Row) error {
		if change := e.change.Load(); change != nil && !(*change)(&r) {
			return nil
		}
		return yield(r)
	})
}

func (e *edited) Count(ctx context.Context, tx *db.Tx, f datasets.Filter) (n int64, err error) {
	return n, e.Rows(ctx, tx, f, func(datasets.Row) error { n++; return nil })
}

func (e *edited) Changed(context.Context, *db.Tx) (datasets.Freshness, error) {
	return datasets.Freshness{Version: 1 + e.version.Load()}, nil
}

func (g *grove) Manifest() module.Manifest {
	return module.Manifest{Code: "grove", Title: "opendata.title", Permissions: []authz.Grant{
		{Permission: "grove.read", Roles: []authz.Role{authz.Agent}, Read: true},
	}}
}
func (g *grove) Mount(module.Router)         {}
func (g *grove) Datasets() []datasets.Source { return g.sources }
func (g *grove) Layers() []ogc.Layer         { return []ogc.Layer{drawing{}} }

// plants is a dataset; the number tells it from the others.
type plants int

// rowsOf is how many plants a dataset has.
const rowsOf = 30

func (p plants) Describe() datasets.Description {
	slug := "plantes"
	if p > 0 {
		slug = fmt.Sprintf("plantes-%03d", int(p))
	}
	themes := datasets.Themes()
	d := datasets.Description{
		ID: "grove/" + slug, Slug: slug, Title: "opendata.hint.summary", Summary: "opendata.api.text",
		Theme: themes[int(p)%len(themes)], Frequency: datasets.Frequencies()[int(p)%8],
		Keywords: []string{"opendata.map", "opendata.theme", "opendata.search"},
		Schema:   datasets.Schema{Name: "Plantes d’essai", URL: "https://schema.data.gouv.fr/schemas/essai/plantes/1.0.0/schema.json", Version: "1.0.0"},
		Key:      []string{"numero"}, Geometry: datasets.Point, Permission: "grove.read", Filters: []string{"q"}, Page: "arbres",
		Fields: []datasets.Field{
			{Name: "numero", Label: "opendata.field.title", Type: datasets.Integer, Required: true, Queryable: true},
			{Name: "nom", Label: "opendata.field.producer", Description: "opendata.hint.title", Type: datasets.Text, Queryable: true},
			{Name: "hauteur", Label: "opendata.field.themes", Type: datasets.Number, Unit: "m"},
		},
	}
	return p.varied(d)
}

// varied makes the datasets of a long catalogue differ: without a place, as lines,
// as a Darwin Core Archive, without a schema.
func (p plants) varied(d datasets.Description) datasets.Description {
	if p < 50 {
		return d
	}
	d.Geometry = []datasets.Geometry{datasets.Point, datasets.NoGeometry, datasets.Line, datasets.Polygon}[p%4]
	if p%5 == 0 {
		d.Archive = "http://rs.tdwg.org/dwc/terms/Occurrence"
	}
	if p%7 == 0 {
		d.Schema = datasets.Schema{}
	}
	return d
}

func (p plants) Rows(_ context.Context, _ *db.Tx, f datasets.Filter, yield func(datasets.Row) error) error {
	after, err := strconv.Atoi("0" + f.After)
	if err != nil {
		return fault.New(fault.Invalid, "datasets.fault.unknown_parameter", fault.With(fault.Args{"Name": "after"}))
	}
	sent := 0
	for n := after + 1; n <= rowsOf && (f.Limit == 0 || sent < f.Limit); n++ {
		id, name := strconv.Itoa(n), []string{"Tilleul à petites feuilles", "Platane commun", "=CHÊNE(1)"}[n%3]
		at := tenants.Point{Lon: 4.05 + float64(n)/1000, Lat: 44.12}
		inside := f.BBox == nil || f.BBox.Contains(at, 0)
		known := slices.Contains([]string{"", id}, f.ID) && slices.Contains([]string{"", id}, f.Equal["numero"]) &&
			slices.Contains([]string{"", name}, f.Equal["nom"])
		if !inside || !known {
			continue
		}
		sent++
		row := datasets.Row{ID: id, Cursor: id, Values: []any{int64(n), name, float64(n) / 2}, Lon: at.Lon, Lat: at.Lat, Located: true}
		if err := yield(row); err != nil {
			return err
		}
	}
	return nil
}

func (p plants) Count(ctx context.Context, tx *db.Tx, f datasets.Filter) (n int64, err error) {
	return n, p.Rows(ctx, tx, f, func(datasets.Row) error { n++; return nil })
}

func (plants) Changed(context.Context, *db.Tx) (datasets.Freshness, error) {
	return datasets.Freshness{Version: 1}, nil
}

// drawing is the layer of the first dataset; nothing here asks for its points.
type drawing struct{}

func (drawing) Describe() ogc.Description {
	return ogc.Description{ID: "plantes", Module: "grove", Title: "opendata.map", Permission: "grove.read"}
}
func (drawing) Points(context.Context, ogc.Window, ogc.AddPoint) error { return nil }
func (drawing) Cells(_ context.Context, w ogc.Window, shift uint, add ogc.AddCell) error {
	add(w.Lo>>shift, int64(tile.CountZoom))
	return nil
}

// rig is the whole application with a grove.
type rig struct {
	*apptest.App
	grove           *grove
	datasets        *datasets.Service
	town, other     *tenants.Tenant
	resident, agent *apptest.Client
}

func newRig(t testing.TB, count int) *rig {
	t.Helper()
	return newRigWith(t, count, "https://www.data.gouv.fr")
}

// newRigWith has data.gouv.fr at an address.
func newRigWith(t testing.TB, count int, portal string) *rig {
	t.Helper()
	r := &rig{}
	box, err := seal.New(strings.Repeat("0f", 32))
	must(t, err)
	r.App = apptest.New(t, func(k apptest.Kit) []module.Module {
		g := newGrove(count)
		r.grove = g
		nobody := func(context.Context, *db.Tx, string, map[string]any) error { return nil }
		r.datasets = datasets.New(datasets.Parts{
			DB: k.DB, Blobs: k.Blobs, Jobs: k.Jobs, Town: opendata.TownWords, Announce: datagouv.Follow(nobody),
		}, datasets.Offered(g)...)
		maps, err := ogc.New(ogc.Parts{DB: k.DB, Datasets: r.datasets, BaseURL: apptest.BaseURL, Columns: columns.New(1 << 20)}, ogc.Offered(g)...)
		must(t, err)
		page := opendata.New(opendata.Parts{
			Datasets: r.datasets, Layers: maps.Tileset(), Jobs: k.Jobs, Towns: k.Towns, BaseURL: apptest.BaseURL,
			DB: k.DB, Blobs: k.Blobs, Tables: tables.New(k.DB, 1<<20), Live: indicators.New(), Columns: maps.Columns,
			Reader: remote.New(remote.Settings{AllowPrivate: true}), Box: box,
			Portal: datagouv.NewClient(datagouv.Settings{Portal: portal, BaseURL: apptest.BaseURL, AllowPrivate: true, Chunk: 8000}),
		})
		maps.Bind(page)
		return []module.Module{g, page, r.datasets, maps}
	})
	r.town, r.other = r.Town("ales"), r.Town("bayonne")
	r.resident, r.agent = r.As(authz.Actor{}), r.As(apptest.Member(r.town, authz.Agent))
	return r
}

// publish publishes datasets of a town and waits for the last one.
func (r *rig) publish(t *testing.T, town *tenants.Tenant, slugs ...string) {
	t.Helper()
	ctx := tenants.With(r.Context, town)
	var subjects []string
	for _, slug := range slugs {
		p, err := r.datasets.Publish(ctx, town, slug, "ajout du quartier de la gare")
		must(t, err)
		subjects = append(subjects, p.Subject)
	}
	for _, s := range subjects {
		if end := r.WaitFor(town.ID, s); end.State != "done" {
			t.Fatalf("%s: %+v", s, end)
		}
	}
}

func (r *rig) allSlugs() (slugs []string) {
	all, _ := r.datasets.Sources(r.Context, r.town)
	for _, s := range all {
		slugs = append(slugs, s.Describe().Slug)
	}
	return slugs
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		if f, ok := errors.AsType[*fault.Fault](err); ok {
			t.Fatalf("%v %+v", f, f.Fields)
		}
		t.Fatal(err)
	}
}
