package tabular_test

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"acvdata/services/fault"
	"acvdata/services/gdal"
	"acvdata/services/tabular"
)

// trees in degrees; the second has no number.
const treesGeoJSON = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"01004","hauteur":12,"tronc":1.5,"pose":"2019-03-15","nom":"Érable à l’été","tel":"123"},"geometry":{"type":"Point","coordinates":[4.081234567,44.121234567]}},
{"type":"Feature","properties":{"code":"02133","hauteur":null,"tronc":2,"pose":"2019-03-16","nom":"Œillet","tel":"456"},"geometry":{"type":"Point","coordinates":[4.09,44.13]}}]}`

// made makes a file of the trees with ogr2ogr.
func made(t testing.TB, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Skip("gdal-bin is not installed: deploy/dev/ensure.sh geo")
	}
	folder := t.TempDir()
	in, out := filepath.Join(folder, "arbres.geojson"), filepath.Join(folder, name)
	if err := os.WriteFile(in, []byte(treesGeoJSON), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), "ogr2ogr", append(args, out, in)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return out
}

func content(t testing.TB, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// zipped packs the parts of shapefiles, those left out apart.
func zipped(t testing.TB, folder string, without ...string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]string{}
	for _, f := range files {
		if !slices.Contains(without, filepath.Ext(f)) {
			entries["donnees/"+filepath.Base(f)] = content(t, f)
		}
	}
	return archive(t, entries)
}

func archive(t testing.TB, entries map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range entries {
		p, err := w.Create(name)
		if err == nil {
			_, err = p.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestLayersAreRows(t *testing.T) {
	t.Parallel()
	shapes := filepath.Dir(made(t, "arbres.shp", "-f", "ESRI Shapefile", "-t_srs", "EPSG:2154", "-lco", "ENCODING=CP1252"))
	if err := os.Remove(filepath.Join(shapes, "arbres.geojson")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content string
		format  tabular.Format
		sheet   string
		located bool
	}{
		"arbres.gpkg":       {content(t, made(t, "arbres.gpkg", "-f", "GPKG", "-t_srs", "EPSG:2154")), tabular.GeoPackage, "arbres", true},
		"arbres.fgb":        {content(t, made(t, "arbres.fgb", "-f", "FlatGeobuf", "-lco", "SPATIAL_INDEX=NO", "-t_srs", "EPSG:3857")), tabular.FlatGeobuf, "arbres", true},
		"arbres.zip":        {zipped(t, shapes), tabular.Shapefile, "arbres", true},
		"sans_cpg.zip":      {zipped(t, shapes, ".cpg"), tabular.Shapefile, "arbres", true},
		"sans_prj.shp.zip":  {zipped(t, shapes, ".prj"), tabular.Shapefile, "arbres", false},
		"une_archive_csv":   {zipped(t, shapes), tabular.Shapefile, "arbres", true},
		"arbres_named.csv":  {content(t, made(t, "arbres.gpkg", "-f", "GPKG")), tabular.GeoPackage, "arbres", true},
		"arbres_UPPER.GPKG": {content(t, made(t, "arbres.gpkg", "-f", "GPKG")), tabular.GeoPackage, "arbres", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := open(t, name, c.content)
			defer func() { _ = f.Close() }()
			if f.Format() != c.format || f.Sheet() != c.sheet || f.SystemUnknown() == c.located {
				t.Fatalf("got %s, layer %q, unknown system %v", f.Format(), f.Sheet(), f.SystemUnknown())
			}
			if got := strings.Join(f.Headings(), "¦"); got != "code¦hauteur¦tronc¦pose¦nom¦tel¦geometry" {
				t.Fatalf("got headings %s", got)
			}
			got := rows(t, f)
			if len(got) != 2 || !strings.HasPrefix(got[0].cells, "01004¦12¦1.5¦2019-03-15") || !strings.Contains(got[0].cells, "¦Érable à l’été¦123¦") ||
				!strings.HasPrefix(got[1].cells, "02133¦¦2.0¦") || !strings.Contains(got[1].cells, "Œillet") {
				t.Fatalf("got %+v", got)
			}
			types := map[string]tabular.Type{}
			for _, column := range f.Columns() {
				types[column.Heading] = column.Type
			}
			if types["hauteur"] != tabular.Integer || types["tronc"] != tabular.Number || types["tel"] != tabular.Text ||
				types["geometry"] != tabular.Geometry || types["code"] == tabular.Integer {
				t.Errorf("got types %v", types)
			}
			x, y, ok := tabular.ParsePosition(got[0].cells[strings.Index(got[0].cells, "{"):], tabular.Geometry)
			if degrees := x > 4.0812344 && x < 4.0812347 && y > 44.1212344 && y < 44.1212347; !ok || degrees != c.located {
				t.Errorf("got %v, %v", x, y)
			}
		})
	}
}

func TestALayerIsChosen(t *testing.T) {
	t.Parallel()
	path := made(t, "arbres.gpkg", "-f", "GPKG", "-nln", "arbres (2024)")
	for _, args := range [][]string{
		{"-update", "-nln", "bancs", path, filepath.Join(filepath.Dir(path), "arbres.geojson")},
		{"-update", "-nln", "sans_lieu", "-nlt", "NONE", path, filepath.Join(filepath.Dir(path), "arbres.geojson")},
	} {
		if said, err := exec.CommandContext(t.Context(), "ogr2ogr", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
	}
	raw := content(t, path)
	f, err := tryOpen(t, "a.gpkg", raw, tabular.WithSheet("bancs"))
	if err != nil || f.Sheet() != "bancs" || strings.Join(f.Sheets(), ",") != "arbres (2024),bancs,sans_lieu" {
		t.Fatalf("got %v, %v", f, err)
	}
	// A table without geometry has its own columns and nothing to complain of.
	bare := open(t, "a.gpkg", raw, tabular.WithSheet("sans_lieu"))
	if got := rows(t, bare); len(got) != 2 || got[0].codes() != "" || slices.Contains(bare.Headings(), "geometry") {
		t.Errorf("got %v: %+v", bare.Headings(), got)
	}
}

func TestHostileLayersAreRefused(t *testing.T) {
	t.Parallel()
	shapes := filepath.Dir(made(t, "arbres.shp", "-f", "ESRI Shapefile"))
	if err := os.Remove(filepath.Join(shapes, "arbres.geojson")); err != nil {
		t.Fatal(err)
	}
	pack, flat := content(t, made(t, "a.gpkg", "-f", "GPKG")), content(t, made(t, "a.fgb", "-f", "FlatGeobuf"))
	other := []byte(pack)
	copy(other[68:72], "ABCD")
	for name, c := range map[string]struct{ file, content, reason string }{
		"a shapefile without .dbf":          {"a.zip", zipped(t, shapes, ".dbf"), "incomplete_shapefile"},
		"a shapefile without .shx":          {"a.zip", zipped(t, shapes, ".shx"), "incomplete_shapefile"},
		"another SQLite file":               {"a.gpkg", string(other), "database"},
		"an empty SQLite file named .gpkg":  {"a.gpkg", "SQLite format 3\x00" + strings.Repeat("\x00", 5000), "broken_geopackage"},
		"a GeoPackage cut off":              {"a.gpkg", pack[:5000], "broken_geopackage"},
		"a FlatGeobuf cut off":              {"a.fgb", flat[:len(flat)-40], "broken_layer"},
		"a FlatGeobuf that is only a start": {"a.fgb", flat[:40], "broken_layer"},
		"an archive of pictures":            {"a.zip", archive(t, map[string]string{"photo.jpg": "x"}), "archive"},
		"a shapefile that is text":          {"a.zip", archive(t, map[string]string{"a.shp": "x", "a.shx": "y", "a.dbf": "z"}), "broken_layer"},
		"a bomb of a shapefile":             {"a.zip", archive(t, map[string]string{"a.shp": strings.Repeat("\x00", 40<<20), "a.shx": "y", "a.dbf": "z"}), "bomb"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := tryOpen(t, c.file, c.content)
			if got := fault.From(err); got == nil || got.Key != "tabular.refused."+c.reason {
				t.Errorf("got %v, %v, want %s", f, err, c.reason)
			}
		})
	}
	t.Run("no gdal-bin", func(t *testing.T) {
		t.Parallel()
		_, err := tryOpen(t, "a.gpkg", pack, tabular.WithGDAL(gdal.Tool{Convert: "/nulle/part", Inspect: "/nulle/part"}))
		if got := fault.From(err); got == nil || got.Key != "tabular.refused.no_gdal" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a tool that hangs", func(t *testing.T) {
		t.Parallel()
		hangs := filepath.Join(t.TempDir(), "ogr2ogr")
		if err := os.WriteFile(hangs, []byte("#!/bin/sh\nsleep 600\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		_, err := tryOpen(t, "a.gpkg", pack, tabular.WithGDAL(gdal.Tool{Inspect: hangs, Limits: gdal.Limits{Time: 200 * time.Millisecond}}))
		if got := fault.From(err); got == nil || got.Key != "tabular.refused.too_heavy" || got.Code != fault.TooLarge {
			t.Errorf("got %v", err)
		}
	})
}
