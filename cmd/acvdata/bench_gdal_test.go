package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Pages that GDAL asks for, and how many of them the floor has.
const (
	gdalPage   = 10_000
	floorPages = 20
)

// readByGDAL has GDAL's own client copy the million, page after page, and in turn the
// first pages of it from files that Go's file server sends: what the client takes
// when the server has nothing to do.
func readByGDAL(b *testing.B, ours string) {
	b.Helper()
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		b.Skip("ogr2ogr is missing: make bench installs gdal-bin")
	}
	floor := keepPages(b, ours)
	for b.Loop() {
		still := copyByGDAL(b, floor, floorPages*gdalPage)
		took := copyByGDAL(b, ours, million)
		b.ReportMetric(took.Seconds(), "s")
		b.ReportMetric(million/took.Seconds(), "features/s")
		b.ReportMetric(floorPages*gdalPage/still.Seconds(), "files-features/s")
		b.ReportMetric(million/took.Seconds()/(floorPages*gdalPage/still.Seconds()), "ratio")
	}
}

// copyByGDAL copies a collection of so many features into a CSV.
func copyByGDAL(b *testing.B, api string, features int) time.Duration {
	b.Helper()
	out := filepath.Join(b.TempDir(), "out.csv")
	start := time.Now()
	said, err := exec.CommandContext(b.Context(), "ogr2ogr", "-f", "CSV", out, "OAPIF:"+api, "arbres", "-oo", fmt.Sprintf("PAGE_SIZE=%d", gdalPage)).CombinedOutput()
	if err != nil {
		b.Fatalf("%v: %s", err, said)
	}
	took := time.Since(start)
	raw, err := os.ReadFile(out)
	if err != nil {
		b.Fatal(err)
	}
	if n := strings.Count(string(raw), "\n") - 1; n < features {
		b.Fatalf("GDAL read %d features of %d", n, features)
	}
	return took
}

// keepPages writes the documents and the first pages of the collection to files, each
// leading to the next, and serves them.
func keepPages(b *testing.B, ours string) string {
	b.Helper()
	dir, mux := b.TempDir(), http.NewServeMux()
	files := http.FileServer(http.Dir(dir))
	server := httptest.NewServer(mux)
	b.Cleanup(server.Close)
	mux.Handle("/pages/", http.StripPrefix("/pages", files))
	keep := func(name, body string) {
		body = strings.ReplaceAll(body, ours, server.URL)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	sends := func(path, name, kind string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			http.ServeFile(w, r, filepath.Join(dir, name))
		})
	}
	const collection = "/collections/arbres"
	for path, name := range map[string]string{"/": "landing.json", "/collections": "collections.json", collection: "collection.json"} {
		keep(name, body(b, ours+path+"?f=json"))
		sends(map[bool]string{true: "/{$}", false: path}[path == "/"], name, "application/json")
	}
	next := fmt.Sprintf("%s%s/items?f=json&limit=%d", ours, collection, gdalPage)
	for n := range floorPages {
		page := body(b, next)
		var links struct{ Links []struct{ Rel, Href string } }
		if err := json.Unmarshal([]byte(page), &links); err != nil {
			b.Fatal(err)
		}
		for _, l := range links.Links {
			if l.Rel != "next" {
				continue
			}
			next = l.Href
			to := fmt.Sprintf("%s/pages/%d.json", server.URL, n+1)
			if n == floorPages-1 { // the last page leads nowhere
				page = strings.Replace(page, `"rel":"next"`, `"rel":"further"`, 1)
			}
			page = strings.Replace(page, l.Href, to, 1)
		}
		keep(fmt.Sprintf("%d.json", n), page)
	}
	sends(collection+"/items", "0.json", "application/geo+json")
	return server.URL
}

// body is a document, read whole.
func body(b *testing.B, address string) string {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.Fatal(err)
	}
	answer, err := benchClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		b.Fatalf("%s: status %d, %v", address, answer.StatusCode, err)
	}
	return string(text)
}
