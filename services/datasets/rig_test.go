package datasets_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"acvdata/services/apptest"
	"acvdata/services/blob"
	"acvdata/services/datasets"
	"acvdata/services/db"
	"acvdata/services/fault"
	"acvdata/services/module"
	"acvdata/tenants"
)

// meadow is a module of one dataset, held in memory: flowers 1 to count.
type meadow struct {
	count   atomic.Int64
	version atomic.Int64
	// edit changes a row before it is given; false leaves it out. Nil edits nothing.
	edit atomic.Pointer[func(n int64, values []any) bool]
	// keyless flowers have no identifier; screened ones may be hidden.
	keyless, screened bool
	// at is called before each row with its number; it may block or fail.
	at func(ctx context.Context, n int64) error
}

func (m *meadow) Manifest() module.Manifest {
	return module.Manifest{Code: "meadow", Title: "datasets.manifest.title"}
}
func (m *meadow) Mount(module.Router)         {}
func (m *meadow) Datasets() []datasets.Source { return []datasets.Source{m} }

func (m *meadow) Describe() datasets.Description {
	key := []string{"id"}
	if m.keyless {
		key = nil
	}
	return datasets.Description{
		Key: key, Screened: m.screened,
		ID: "meadow/flowers", Slug: "fleurs", Title: "datasets.theme.biodiversity", Summary: "datasets.manifest.summary",
		Theme: datasets.ThemeBiodiversity, Keywords: []string{"datasets.theme.soil"}, Frequency: datasets.Yearly,
		Geometry: datasets.Point, DateField: "vu_le", Filters: []string{"q"},
		Fields: []datasets.Field{
			{Name: "id", Type: datasets.Integer, Required: true, Queryable: true},
			{Name: "nom", Type: datasets.Text, Queryable: true},
			{Name: "hauteur", Type: datasets.Number},
			{Name: "vu_le", Type: datasets.Date},
			{Name: "lieu", Type: datasets.GeoPoint},
			{Name: "rare", Type: datasets.Boolean},
		},
	}
}

func (m *meadow) Rows(ctx context.Context, tx *db.Tx, f datasets.Filter, yield func(datasets.Row) error) error {
	from := int64(1)
	if f.After != "" {
		after, err := strconv.ParseInt(f.After, 10, 64)
		if err != nil {
			return fault.New(fault.Invalid, "datasets.fault.unknown_parameter")
		}
		from = after + 1
	}
	values := make([]any, 6)
	for n, sent := from, 0; n <= m.count.Load() && (f.Limit == 0 || sent < f.Limit); n++ {
		if m.at != nil {
			if err := m.at(ctx, n); err != nil {
				return err
			}
		}
		id := strconv.FormatInt(n, 10)
		if f.ID != "" && f.ID != id || f.Equal["nom"] != "" && f.Equal["nom"] != name(n) {
			continue
		}
		lon, lat := 4.08+float64(n)/1e6, 44.12
		values[0], values[1], values[2] = n, name(n), 0.5*float64(n)
		values[3], values[4], values[5] = time.Date(2024, 5, 31, 0, 0, 0, 0, time.UTC), datasets.Position{Lon: lon, Lat: lat}, n%2 == 0
		if edit := m.edit.Load(); edit != nil && !(*edit)(n, values) {
			continue
		}
		sent++
		if err := yield(datasets.Row{ID: id, Values: values, Lon: lon, Lat: lat, Located: true, Cursor: id}); err != nil {
			return err
		}
	}
	return nil
}

func name(n int64) string {
	if n == 3 {
		return `=HYPERLINK("http://evil.example";"prix, 10 €")`
	}
	return fmt.Sprintf("coquelicot %d", n%5)
}

func (m *meadow) Count(ctx context.Context, tx *db.Tx, f datasets.Filter) (n int64, err error) {
	counter := &meadow{}
	counter.edit.Store(m.edit.Load())
	counter.count.Store(m.count.Load())
	err = counter.Rows(ctx, tx, f, func(datasets.Row) error { n++; return nil })
	return n, err
}

func (m *meadow) Changed(context.Context, *db.Tx) (datasets.Freshness, error) {
	return datasets.Freshness{Version: m.version.Load(), At: time.Now()}, nil
}

type field struct {
	*apptest.App
	meadow  *meadow
	service *datasets.Service
	blobs   *countedStore
	town    *tenants.Tenant
}

// countedStore counts what is put and deleted.
type countedStore struct {
	blob.Store
	puts, deletes atomic.Int64
	refuse        atomic.Bool // files of differences
}

var errFull = errors.New("no room left")

func (s *countedStore) Put(ctx context.Context, key string, r io.Reader) (int64, error) {
	s.puts.Add(1)
	if s.refuse.Load() && strings.Contains(key, "/differences/") {
		return 0, errFull
	}
	return s.Store.Put(ctx, key, r)
}

func (s *countedStore) Delete(ctx context.Context, key string) error {
	s.deletes.Add(1)
	return s.Store.Delete(ctx, key)
}

func newField(t *testing.T, rows int64) *field {
	t.Helper()
	f := &field{meadow: &meadow{}}
	f.meadow.count.Store(rows)
	f.App = apptest.New(t, func(k apptest.Kit) []module.Module {
		f.blobs = &countedStore{Store: k.Blobs}
		f.service = datasets.New(datasets.Parts{DB: k.DB, Blobs: f.blobs, Jobs: k.Jobs}, f.meadow)
		return []module.Module{f.meadow, f.service}
	})
	f.town = f.Town("ales")
	return f
}

func (f *field) publish(t *testing.T) datasets.Publication {
	t.Helper()
	p, err := f.service.Publish(f.Context, f.town, "fleurs", "")
	must(t, err)
	return p
}

// published publishes and waits for the end.
func (f *field) published(t *testing.T) *datasets.Dataset {
	t.Helper()
	p := f.publish(t)
	if end := f.WaitFor(f.town.ID, p.Subject); end.State != "done" {
		t.Fatalf("publication: %+v", end)
	}
	return f.get(t)
}

func (f *field) get(t *testing.T) *datasets.Dataset {
	t.Helper()
	d, err := f.service.Get(f.Context, f.town, "fleurs")
	must(t, err)
	return d
}

func (f *field) file(t *testing.T, d *datasets.Dataset, v *datasets.Version, format string) []byte {
	t.Helper()
	opened, file, err := f.service.OpenFile(f.Context, f.town, d, v, format)
	must(t, err)
	defer func() { _ = opened.Close() }()
	body, err := io.ReadAll(opened)
	must(t, err)
	if int64(len(body)) != file.Size || sha256.Sum256(body) != file.SHA256 {
		t.Errorf("%s: %d bytes, recorded %d, or another checksum", format, len(body), file.Size)
	}
	return body
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
