package opendata_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"acvdata/services/datasets"
	"acvdata/services/imports"
)

// brownfields reads the CNIG's schema and its valid file, or skips.
func brownfields(t *testing.T) (schema []byte, valid string) {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "shared", "data", "opendata")
	schema, err := os.ReadFile(filepath.Join(folder, "cnig-friches-1.0.6.schema.json"))
	if os.IsNotExist(err) {
		t.Skip("../shared is not there")
	}
	must(t, err)
	file, err := os.ReadFile(filepath.Join(folder, "cnig-friches-1.0.6.valide.csv"))
	must(t, err)
	return schema, string(file)
}

// TestADatasetSaysTheSchemaItsFileRespects, as long as the file shown does.
func TestADatasetSaysTheSchemaItsFileRespects(t *testing.T) {
	t.Parallel()
	schema, valid := brownfields(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(schema) }))
	t.Cleanup(server.Close)
	address := server.URL + "/schemas/cnigfr/schema-friches/1.0.6/schema.json"
	r := newShelf(t)
	follow := func(s *imports.Submission) { s.Overrides.Schema = &address }
	first := r.load(r.town, "Friches", valid, follow)
	if first.Respected == nil || !*first.Respected || first.Counts.Created != 1 {
		t.Fatalf("the CNIG's own file: respected %v, %+v", first.Respected, first.Counts)
	}
	// The file names a service's e-mail: a person says that it may be published.
	if end := r.try(r.town, "friches"); !end.Failed() {
		t.Fatalf("%+v", end)
	}
	ctx, _ := r.caller(r.town)
	must(t, r.datasets.Decide(ctx, r.town, "friches", "source_contact", datasets.Public))
	r.publish(r.town, "friches")
	claim := "dct:conformsTo <" + address + ">"
	r.resident.Get("/niort/catalog.ttl").Want(200).Has(claim)

	// The next edition is compared without a word, and does not respect it.
	lines := strings.SplitAfterN(valid, "\n", 2)
	broken := r.load(r.town, "Friches", lines[0]+strings.Replace(lines[1], "friche industrielle", "usine", 1))
	if broken.Respected == nil || *broken.Respected || broken.Counts.Created != 1 {
		t.Fatalf("a broken file: respected %v, %+v", broken.Respected, broken.Counts)
	}
	r.resident.Get("/niort/catalog.ttl").Want(200).HasNot(claim)
	r.undo(r.town, broken)
	r.resident.Get("/niort/catalog.ttl").Want(200).Has(claim)
}
