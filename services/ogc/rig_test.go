package ogc_test

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/datasets/columns"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/geo/qk"
	"acvdata/services/geo/tile"
	"acvdata/services/module"
	"acvdata/services/ogc"
	"acvdata/tenants"
)

// meadow is a module with flowers 1 to count in Alès, in a line: a dataset and
// its layer.
type meadow struct {
	count  atomic.Int64
	public bool
}

func (m *meadow) Manifest() module.Manifest {
	return module.Manifest{Code: "meadow", Title: "ogc.manifest.title", Permissions: []authz.Grant{
		{Permission: "meadow.read", Roles: []authz.Role{authz.Agent}, Read: true},
	}}
}
func (m *meadow) Mount(module.Router)         {}
func (m *meadow) Datasets() []datasets.Source { return []datasets.Source{flowers{m}} }
func (m *meadow) Layers() []ogc.Layer         { return []ogc.Layer{drawing{m}} }

type flowers struct{ *meadow }

func (flowers) Describe() datasets.Description {
	return datasets.Description{
		ID: "meadow/flowers", Slug: "fleurs", Title: "ogc.page.map", Summary: "ogc.manifest.summary",
		Theme: datasets.ThemeBiodiversity, Frequency: datasets.Yearly, Geometry: datasets.Point,
		Filters: []string{"q"}, Permission: "meadow.read",
		Fields: []datasets.Field{
			{Name: "numero", Label: "ogc.page.id", Type: datasets.Integer, Queryable: true},
			{Name: "nom", Label: "ogc.page.id", Type: datasets.Text},
			{Name: "hauteur", Label: "ogc.page.id", Type: datasets.Number},
			{Name: "semee", Label: "ogc.page.id", Type: datasets.Date},
			{Name: "vue", Label: "ogc.page.id", Type: datasets.DateTime},
			{Name: "rare", Label: "ogc.page.id", Type: datasets.Boolean},
			{Name: "limit", Label: "ogc.page.id", Type: datasets.Integer},
			{Name: "q", Label: "ogc.page.id", Type: datasets.Text},
		},
	}
}

func place(n int64) (lon, lat float64) { return 4.08 + float64(n)/1e5, 44.12 }

func (f flowers) Rows(_ context.Context, _ *db.Tx, filter datasets.Filter, yield func(datasets.Row) error) error {
	after, err := strconv.ParseInt("0"+filter.After, 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "datasets.fault.unknown_parameter", fault.With(fault.Args{"Name": "after"}))
	}
	sent := 0
	for n := after + 1; n <= f.count.Load() && (filter.Limit == 0 || sent < filter.Limit); n++ {
		id := strconv.FormatInt(n, 10)
		lon, lat := place(n)
		inside := filter.BBox == nil || filter.BBox.Contains(tenants.Point{Lon: lon, Lat: lat}, 0)
		if !inside || filter.ID != "" && filter.ID != id || filter.Equal["numero"] != "" && filter.Equal["numero"] != id {
			continue
		}
		sent++
		day := time.Date(2024, 5, int(n), 0, 0, 0, 0, time.UTC)
		values := []any{n, "coquelicot", float64(n) / 2, day, day.Add(9 * time.Hour), n%5 == 0, n * 100, "q" + id}
		row := datasets.Row{ID: id, Values: values, Lon: lon, Lat: lat, Located: true, Cursor: id}
		if err := yield(row); err != nil {
			return err
		}
	}
	return nil
}

func (f flowers) Count(ctx context.Context, tx *db.Tx, filter datasets.Filter) (n int64, err error) {
	return n, f.Rows(ctx, tx, filter, func(datasets.Row) error { n++; return nil })
}

func (f flowers) Changed(context.Context, *db.Tx) (datasets.Freshness, error) {
	return datasets.Freshness{Version: f.count.Load()}, nil
}

type drawing struct{ *meadow }

func (d drawing) Describe() ogc.Description {
	return ogc.Description{
		ID: "fleurs", Module: "meadow", Title: "ogc.page.map", Attributes: []string{"nom"},
		Filters: []string{"q"}, Public: d.public, Permission: "meadow.read",
	}
}

func (d drawing) Points(_ context.Context, w ogc.Window, add ogc.AddPoint) error {
	for n := int64(1); n <= d.count.Load(); n++ {
		code, err := qk.Encode(place(n))
		if err != nil {
			return err
		}
		if code >= w.Lo && code < w.Hi {
			add(uint64(n), code, tile.String("coquelicot"+w.Filter.Get("q")))
		}
	}
	return nil
}

func (d drawing) Cells(ctx context.Context, w ogc.Window, shift uint, add ogc.AddCell) error {
	counts := map[int64]int64{}
	err := d.Points(ctx, w, func(_ uint64, code int64, _ ...tile.Value) { counts[code>>shift]++ })
	for cell, n := range counts {
		add(cell, n)
	}
	return err
}

type field struct {
	*apptest.App
	meadow          *meadow
	datasets        *datasets.Service
	town, other     *tenants.Tenant
	resident, agent *apptest.Client
}

func newField(t *testing.T, flowers int64, public bool) *field {
	t.Helper()
	return newFieldKeeping(t, flowers, public, 16<<20)
}

// newFieldKeeping has so many bytes for columns.
func newFieldKeeping(t *testing.T, flowers int64, public bool, memory int) *field {
	t.Helper()
	f := &field{meadow: &meadow{public: public}}
	f.meadow.count.Store(flowers)
	f.App = apptest.New(t, func(k apptest.Kit) []module.Module {
		f.datasets = datasets.New(datasets.Parts{DB: k.DB, Blobs: k.Blobs, Jobs: k.Jobs}, datasets.Offered(f.meadow)...)
		service, err := ogc.New(ogc.Parts{DB: k.DB, Datasets: f.datasets, BaseURL: apptest.BaseURL, Memory: ogc.Memory{Tiles: 1 << 20, Points: 1 << 20}, Columns: columns.New(memory)}, ogc.Offered(f.meadow)...)
		must(t, err)
		return []module.Module{f.meadow, f.datasets, service}
	})
	f.town, f.other = f.Town("ales"), f.Town("bayonne")
	f.resident, f.agent = f.As(authz.Actor{}), f.As(apptest.Member(f.town, authz.Agent))
	return f
}

func (f *field) publish(t *testing.T) {
	t.Helper()
	p, err := f.datasets.Publish(f.Context, f.town, "fleurs", "")
	must(t, err)
	if end := f.WaitFor(f.town.ID, p.Subject); end.State != "done" {
		t.Fatalf("%+v", end)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tilePath is the tile of zoom 15 that holds the flowers.
func tilePath() string {
	const z = 15
	lon, lat := place(1)
	x, y, _ := qk.Cell(lon, lat)
	return fmt.Sprintf("/ales/ogc/collections/fleurs/tiles/WebMercatorQuad/%d/%d/%d", z, y>>(qk.Zoom-z), x>>(qk.Zoom-z))
}
