package opendata_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// fileOf is the address of a question's answer as a file.
func fileOf(format string, pairs ...string) string {
	return strings.Replace(asking(pairs...), "/lignes?", "/lignes."+format+"?", 1)
}

func TestAnswersAsFiles(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Arbres du parc", trees)
	r.resident.Get(fileOf("csv")).Want(404) // not published
	r.publish(r.town, "arbres-du-parc")
	answer := r.resident.Get(fileOf("csv", "select", "essence, hauteur as h", "where", "hauteur > 9", "order_by", "hauteur desc")).Want(200)
	if answer.Body != "essence,h\r\nChêne,21\r\nTilleul,12.5\r\nTilleul,10\r\n" {
		t.Errorf("%q", answer.Body)
	}
	if got := answer.Header.Get("Content-Disposition"); !strings.HasSuffix(got, `-arbres-du-parc.csv"`) {
		t.Errorf("named %s", got)
	}
	groups := r.resident.Get(fileOf("csv", "group_by", "essence", "order_by", "count desc, essence", "limit", "2")).Want(200)
	if groups.Body != "essence,count\r\nTilleul,3\r\nChêne,1\r\n" {
		t.Errorf("%q", groups.Body)
	}
	french := r.resident.Get(fileOf("excel.csv", "select", "hauteur,plante_le", "where", "essence = 'Tilleul'", "limit", "1")).Want(200)
	if french.Body != "\ufeffhauteur;plante_le\r\n12,5;15/03/1990\r\n" {
		t.Errorf("%q", french.Body)
	}
	var list []map[string]any
	r.resident.Get(fileOf("json")).Want(200).Decode(&list)
	if len(list) != 5 || list[2]["hauteur"] != nil || list[3]["hauteur"] != 21.0 {
		t.Errorf("%v", list)
	}
	for path, status := range map[string]int{
		fileOf("gpkg"):                      404, // these rows have no place
		fileOf("exe"):                       404,
		fileOf("csv", "where", "hauteur >"): 422,
		fileOf("csv", "colour", "red"):      422,
		strings.Replace(fileOf("csv"), "/niort/", "/ales/", 1): 404,
	} {
		if got := r.resident.Get(path); got.Status != status || got.Header.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d, %q", path, got.Status, got.Header.Get("Content-Disposition"))
		}
	}
}

// TestABrokenTransferGoesOn takes a filtered export in parts, in every format: they
// make the whole, because the same question to the same rows makes the same bytes.
func TestABrokenTransferGoesOn(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	var b strings.Builder
	b.WriteString("Essence;Quartier;Hauteur;Planté le;lat;lon\n")
	for i := range 3000 {
		fmt.Fprintf(&b, "Tilleul %d;Centre;%d,5;15/03/1990;46.%06d;-0.%06d\n", i, i%30, 320000+i, 460000+i)
	}
	r.load(r.town, "Arbres du parc", b.String())
	r.publish(r.town, "arbres-du-parc")
	tags := map[string]bool{}
	for _, format := range []string{"csv", "xlsx", "ods", "parquet", "geojson", "gpkg", "shp.zip", "fgb", "pmtiles", "kml", "ndjson"} {
		path := fileOf(format, "where", "hauteur > 9")
		whole := r.resident.Get(path).Want(200)
		etag := whole.Header.Get("ETag")
		if tags[etag] || strings.HasPrefix(etag, "W/") || etag == "" {
			t.Errorf("%s: tag %s", format, etag)
		}
		tags[etag] = true
		half := len(whole.Body) / 2
		first := r.resident.Get(path, "Range", fmt.Sprintf("bytes=0-%d", half-1)).Want(206)
		rest := r.resident.Get(path, "Range", fmt.Sprintf("bytes=%d-", half), "If-Range", etag).Want(206)
		if sha256.Sum256([]byte(first.Body+rest.Body)) != sha256.Sum256([]byte(whole.Body)) {
			t.Errorf("%s: the parts do not make the whole", format)
		}
		if want := fmt.Sprintf("bytes %d-%d/%d", half, len(whole.Body)-1, len(whole.Body)); rest.Header.Get("Content-Range") != want {
			t.Errorf("%s: %s, want %s", format, rest.Header.Get("Content-Range"), want)
		}
		r.resident.Get(path, "Range", "bytes=999999999-").Want(416)
		r.resident.Get(path, "If-None-Match", etag).Want(304)
		if all := r.resident.Get(path, "Range", "bytes=5-9", "If-Range", `"other"`).Want(200); len(all.Body) != len(whole.Body) {
			t.Errorf("%s: a part of another file was given", format)
		}
		if head := r.resident.Do(r.resident.Request(http.MethodHead, path, nil)).Want(200); head.Header.Get("ETag") != etag {
			t.Errorf("%s: HEAD has the tag %s", format, head.Header.Get("ETag"))
		}
	}
}

// TestEveryFormatHoldsEveryRow compares the formats that text readers read.
func TestEveryFormatHoldsEveryRow(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	r.load(r.town, "Arbres du parc", trees)
	r.publish(r.town, "arbres-du-parc")
	records, err := csv.NewReader(strings.NewReader(r.resident.Get("/niort/donnees/arbres-du-parc/export.csv").Want(200).Body)).ReadAll()
	must(t, err)
	lines := 0
	for line := range bytes.Lines([]byte(r.resident.Get("/niort/donnees/arbres-du-parc/export.ndjson").Want(200).Body)) {
		var row map[string]any
		must(t, json.Unmarshal(line, &row))
		lines++
		if row["essence"] != records[lines][0] {
			t.Errorf("row %d: %v, in the CSV %v", lines, row, records[lines])
		}
	}
	if lines != 5 || len(records) != 6 {
		t.Errorf("%d lines, %d records", lines, len(records))
	}
}
