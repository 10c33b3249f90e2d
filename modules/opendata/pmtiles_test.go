package opendata_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
)

// packed is what the format's own reader finds in an archive.
type packed struct {
	Header struct {
		SpecVersion, MinZoom, MaxZoom, TileType, TileCompression int
		NumAddressedTiles                                        int
		Clustered                                                bool
		MinLon, MinLat, MaxLon, MaxLat                           float64
	}
	Metadata struct {
		Name   string
		Layers []struct {
			ID     string
			Fields map[string]string
		} `json:"vector_layers"`
	}
	Tiles map[string][]byte
}

// unpack reads tiles of an archive with the npm package pmtiles.
func unpack(t *testing.T, archive string, tiles ...string) (p packed) {
	t.Helper()
	if _, err := os.Stat("testdata/shacl/node_modules/pmtiles"); err != nil {
		t.Skip("the reader is not installed: npm ci --prefix modules/opendata/testdata/shacl")
	}
	path := filepath.Join(t.TempDir(), "essai.pmtiles")
	must(t, os.WriteFile(path, []byte(archive), 0o600))
	var complaint strings.Builder
	run := exec.CommandContext(t.Context(), "node", append([]string{"testdata/shacl/pmtiles.mjs", path}, tiles...)...) //nolint:gosec // a path of the test
	run.Stderr = &complaint
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaint.String())
	}
	must(t, json.Unmarshal(out, &p))
	return p
}

// A dataset as one file of tiles, read by the format's own reader: every point is
// there with its values, further out they are counted.
func TestADatasetAsPMTiles(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	r.Work()
	r.publish(t, r.town, "plantes")
	r.resident.Get("/ales/donnees/plantes").Want(200).Has("export.pmtiles")
	file := r.resident.Get("/ales/donnees/plantes/export.pmtiles").Want(200)
	if kind := file.Header.Get("Content-Type"); kind != "application/vnd.pmtiles" {
		t.Errorf("%q", kind)
	}
	var asked []string
	var places []maptile.Tile
	met := map[maptile.Tile]bool{}
	for n := 1; n <= rowsOf; n++ {
		at := maptile.At(orb.Point{4.05 + float64(n)/1000, 44.12}, 14)
		if !met[at] {
			met[at] = true
			places, asked = append(places, at), append(asked, fmt.Sprintf("14/%d/%d", at.X, at.Y))
		}
	}
	around := maptile.At(orb.Point{4.06, 44.12}, 9)
	far := fmt.Sprintf("9/%d/%d", around.X, around.Y)
	p := unpack(t, file.Body, append(asked, "0/0/0", far, "14/0/0")...)
	h := p.Header
	if h.SpecVersion != 3 || h.MinZoom != 0 || h.MaxZoom != 14 || h.TileType != 1 || h.TileCompression != 2 || !h.Clustered {
		t.Errorf("%+v", h)
	}
	if h.MinLon < 4.0509 || h.MaxLon > 4.0801 || h.MinLat < 44.1199 || h.MaxLat > 44.1201 {
		t.Errorf("%+v", h)
	}
	if len(p.Metadata.Layers) != 2 || p.Metadata.Layers[1].Fields["hauteur"] != "Number" || p.Metadata.Layers[1].Fields["nom"] != "String" {
		t.Errorf("%+v", p.Metadata)
	}
	heights := map[float64]bool{}
	for i, at := range places {
		for _, f := range featuresOf(t, p.Tiles[asked[i]], "points", at) {
			height, _ := f.Properties["hauteur"].(float64)
			heights[height] = true
			want := 4.05 + height*2/1000
			if got := f.Point(); got[0] < want-1e-5 || got[0] > want+1e-5 || f.Properties["nom"] == nil {
				t.Errorf("%v at %v", f.Properties, got)
			}
		}
	}
	if len(heights) != rowsOf {
		t.Errorf("%d points of %d", len(heights), rowsOf)
	}
	for tile, at := range map[string]maptile.Tile{"0/0/0": {}, far: around} {
		total := 0.0
		for _, f := range featuresOf(t, p.Tiles[tile], "cells", at) {
			n, _ := f.Properties["count"].(float64)
			total += n
		}
		if total != rowsOf {
			t.Errorf("%s: %v points counted", tile, total)
		}
	}
	if len(p.Tiles["14/0/0"]) != 0 {
		t.Error("a tile where there is nothing")
	}
	some := r.resident.Get("/api/v1/ales/donnees/plantes/lignes.pmtiles?where=numero%3C%3D3").Want(200)
	if n := len(featuresOf(t, unpack(t, some.Body, "0/0/0").Tiles["0/0/0"], "cells", maptile.Tile{})); n == 0 {
		t.Error("nothing of a question's answer")
	}
	r.resident.Get("/api/v1/ales/donnees/plantes/lignes.pmtiles?group_by=nom").Want(404)
}

// featuresOf reads the one layer of a tile, in degrees.
func featuresOf(t *testing.T, tile []byte, layer string, at maptile.Tile) []*geojson.Feature {
	t.Helper()
	layers, err := mvt.Unmarshal(tile)
	must(t, err)
	if len(layers) != 1 || layers[0].Name != layer {
		t.Fatalf("%d layers", len(layers))
	}
	layers[0].ProjectToWGS84(at)
	return layers[0].Features
}
