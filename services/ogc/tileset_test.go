package ogc

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/paulmach/orb/encoding/mvt"

	"acvdata/services/db"
	"acvdata/services/dbtest"
	"acvdata/services/fault"
	"acvdata/services/geo/qk"
	"acvdata/services/geo/tile"
	"acvdata/tenants"
)

// meadow is a layer of one point per town, in Alès, named after what was asked.
type meadow struct{ reads atomic.Int64 }

func (m *meadow) Describe() Description {
	return Description{ID: "pre", Module: "test", Attributes: []string{"name"}, Filters: []string{"espece"}, Public: true}
}

func (m *meadow) Points(_ context.Context, w Window, add AddPoint) error {
	m.reads.Add(1)
	code, err := qk.Encode(4.08, 44.12)
	if err == nil && code >= w.Lo && code < w.Hi {
		add(7, code, tile.String(w.Filter.Get("espece")+w.Filter.Get("inconnu")))
	}
	return err
}

func (m *meadow) Cells(_ context.Context, w Window, shift uint, add AddCell) error {
	m.reads.Add(1)
	code, err := qk.Encode(4.08, 44.12)
	if err == nil && code >= w.Lo && code < w.Hi {
		add(code>>shift, 12)
	}
	return err
}

func newMeadow(t *testing.T) (*Tileset, *meadow, *db.DB, *tenants.Tenant) {
	t.Helper()
	d := dbtest.New(t)
	m := &meadow{}
	s, err := NewTileset(d, []Layer{m}, Memory{Tiles: 1 << 20, Points: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	return s, m, d, dbtest.Town(t, d, "ales")
}

// over is the tile of a zoom that holds the meadow's point.
func over(t *testing.T, tenant tenants.ID, z uint32) TileRequest {
	t.Helper()
	x, y, err := qk.Cell(4.08, 44.12)
	if err != nil {
		t.Fatal(err)
	}
	return TileRequest{Tenant: tenant, Layer: "pre", Z: z, X: x >> (qk.Zoom - z), Y: y >> (qk.Zoom - z)}
}

func ask(t *testing.T, s *Tileset, r TileRequest) Tile {
	t.Helper()
	got, err := s.Tile(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func decode(t *testing.T, body []byte) mvt.Layers {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := mvt.Unmarshal(raw)
	if err != nil {
		t.Fatal(err)
	}
	return layers
}

func TestTilesShowPointsThenCounts(t *testing.T) {
	t.Parallel()
	s, _, _, town := newMeadow(t)
	near := decode(t, ask(t, s, over(t, town.ID, 16)).Body)
	if len(near) != 1 || near[0].Name != tile.PointsLayer || len(near[0].Features) != 1 {
		t.Errorf("zoom 16: %+v", near)
	}
	far := decode(t, ask(t, s, over(t, town.ID, 10)).Body)
	if far[0].Name != tile.CellsLayer || fmt.Sprint(far[0].Features[0].Properties[tile.CountKey]) != "12" {
		t.Errorf("zoom 10: %+v", far[0].Features[0].Properties)
	}
	empty := over(t, town.ID, 16)
	empty.X += 5
	if body := ask(t, s, empty).Body; len(body) != 0 {
		t.Errorf("a tile with nothing in it has %d bytes", len(body))
	}
}

func TestATileIsMadeOncePerVersionFilterTownAndScope(t *testing.T) {
	t.Parallel()
	s, m, d, town := newMeadow(t)
	other := dbtest.Town(t, d, "bayonne")
	base := over(t, town.ID, 16)
	steps := []struct {
		name   string
		change func(*TileRequest)
		reads  int64
	}{
		{"first", func(*TileRequest) {}, 1},
		{"again", func(*TileRequest) {}, 1},
		{"unknown parameters do not count", func(r *TileRequest) { r.Filter = url.Values{"inconnu": {"x"}, "espece": {""}} }, 1},
		{"another filter", func(r *TileRequest) { r.Filter = url.Values{"espece": {"tilleul"}} }, 2},
		{"another town", func(r *TileRequest) { r.Tenant = other.ID }, 3},
		{"another permission", func(r *TileRequest) { r.Scope = "trees.read" }, 4},
	}
	for _, step := range steps {
		r := base
		step.change(&r)
		ask(t, s, r)
		if got := m.reads.Load(); got != step.reads {
			t.Errorf("%s: %d readings, want %d", step.name, got, step.reads)
		}
	}
	before := ask(t, s, base).Version
	err := d.InTenant(t.Context(), town.ID, func(ctx context.Context, tx *db.Tx) error { return Bump(ctx, tx, "pre") })
	if err != nil {
		t.Fatal(err)
	}
	if after := ask(t, s, base).Version; after != before+1 || m.reads.Load() != 5 {
		t.Errorf("after a change: version %d then %d, %d readings", before, after, m.reads.Load())
	}
}

func TestTilesThatDoNotExist(t *testing.T) {
	t.Parallel()
	s, _, _, town := newMeadow(t)
	for name, r := range map[string]TileRequest{
		"unknown layer": {Tenant: town.ID, Layer: "autre"},
		"outside":       {Tenant: town.ID, Layer: "pre", Z: 3, X: 8},
		"too close":     {Tenant: town.ID, Layer: "pre", Z: MaxZoom + 1},
	} {
		if _, err := s.Tile(t.Context(), r); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
