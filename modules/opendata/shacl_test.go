package opendata_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"acvdata/services/apptest"
	"acvdata/services/datasets"
)

// verdict is what testdata/shacl/check.mjs says of a catalogue.
type verdict struct {
	Statements int
	Same       bool
	Results    []struct{ Severity, Shape, Path, Node, Value, Message string }
}

const shapesFolder = "../../../shared/data/opendata"

// check is checkAll of one catalogue.
func check(t *testing.T, files []string, shapes ...string) verdict {
	t.Helper()
	return checkAll(t, [][]string{files}, shapes...)[0]
}

// checkAll reads catalogues back, each in its four syntaxes, with independent
// parsers, and validates them under the official shapes. Where these or the Node
// packages are missing, the test says so and is skipped.
func checkAll(t *testing.T, catalogues [][]string, shapes ...string) []verdict {
	t.Helper()
	if _, err := os.Stat("testdata/shacl/node_modules"); err != nil {
		t.Skip("the validator is not installed: npm ci --prefix modules/opendata/testdata/shacl")
	}
	for i, s := range shapes {
		shapes[i] = filepath.Join(shapesFolder, s)
		if _, err := os.Stat(shapes[i]); err != nil {
			t.Skipf("the shapes are not at hand: %v", err)
		}
	}
	arguments := []string{"testdata/shacl/check.mjs", strings.Join(shapes, ",")}
	for _, files := range catalogues {
		arguments = append(arguments, strings.Join(files, ","))
	}
	var complaint strings.Builder
	run := exec.CommandContext(t.Context(), "node", arguments...)
	run.Stderr = &complaint
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaint.String())
	}
	verdicts := make([]verdict, len(catalogues))
	said := json.NewDecoder(bytes.NewReader(out))
	for i := range verdicts {
		must(t, said.Decode(&verdicts[i]))
	}
	return verdicts
}

// fetch saves a catalogue's address in the four syntaxes.
func fetch(t *testing.T, c *apptest.Client, path, query string) []string {
	t.Helper()
	var files []string
	dir := t.TempDir()
	for _, extension := range []string{"ttl", "nt", "rdf", "jsonld"} {
		r := c.Get(path+"."+extension+query, "Accept", "*/*").Want(200)
		file := filepath.Join(dir, "catalog."+extension)
		must(t, os.WriteFile(file, []byte(r.Body), 0o600))
		files = append(files, file)
	}
	return files
}

func wantValid(t *testing.T, v verdict) {
	t.Helper()
	if !v.Same {
		t.Error("the four syntaxes do not say the same")
	}
	for i, r := range v.Results {
		if i == 20 {
			t.Errorf("… and %d more", len(v.Results)-20)
			break
		}
		t.Errorf("%s: %s of %s (%s): %s", r.Severity, r.Path, r.Node, r.Value, r.Message)
	}
}

// pagesOf lists the queries of a catalogue's pages: "", "?after=…".
func pagesOf(t *testing.T, c *apptest.Client, path string) []string {
	t.Helper()
	queries := []string{""}
	for {
		next := nextPage.FindStringSubmatch(c.Get(path+".ttl"+queries[len(queries)-1], "Accept", "*/*").Want(200).Body)
		if next == nil {
			return queries
		}
		_, query, _ := strings.Cut(next[1], "?")
		queries = append(queries, "?"+query)
	}
}

// A thousand datasets of two towns that differ in everything are valid, page by
// page of the platform's catalogue; a town's says the same of each dataset, so its
// ends are enough.
func TestAThousandDatasetsAreValidDCATAP(t *testing.T) {
	t.Parallel()
	r := newRig(t, thousand)
	r.publishBulk(t, r.town, 0, thousand-150)
	r.publishBulk(t, r.other, thousand-150, thousand)
	platform, ales, bayonne := pagesOf(t, r.resident, "/catalog"), pagesOf(t, r.resident, "/ales/catalog"), pagesOf(t, r.resident, "/bayonne/catalog")
	if len(platform) != 10 || len(ales) != 9 || len(bayonne) != 2 {
		t.Fatalf("%d, %d and %d pages", len(platform), len(ales), len(bayonne))
	}
	var names []string
	var catalogues [][]string
	fetched := func(path, query string) {
		names, catalogues = append(names, path+query), append(catalogues, fetch(t, r.resident, path, query))
	}
	for _, query := range platform {
		fetched("/catalog", query)
	}
	fetched("/ales/catalog", ales[len(ales)-1])
	fetched("/bayonne/catalog", bayonne[1])
	for i, v := range checkAll(t, catalogues, baseShapes, recommendedShapes) {
		t.Run(names[i], func(t *testing.T) { wantValid(t, v) })
	}
}

const baseShapes, recommendedShapes = "dcat-ap-3.0.1-SHACL.ttl", "dcat-ap-3.0.1-shapes_recommended.ttl"

func TestCataloguesAreValidDCATAP(t *testing.T) {
	t.Parallel()
	r := newRig(t, 50)
	r.Work()
	r.publish(t, r.town, r.allSlugs()...)
	r.publish(t, r.other, "plantes")
	must(t, r.datasets.Describe(r.Context, r.town, "plantes", datasets.Metadata{
		Title: "Plantes & « fleurs » <des prés>", Summary: "Ligne 1\nLigne \"2\" \\ tabulation\t&amp;", Licence: datasets.ODbL,
		Producer: "Service espaces verts", ContactName: "Espaces verts", ContactEmail: "espaces.verts@ales.example",
		ContactURL: "https://ales.example/contact?objet=données ouvertes", Keywords: []string{"été", "œillet"},
		Method: "Relevé « à pied »\nsur le terrain", Documentation: "https://ales.example/plantes", HighValue: datasets.Environment,
	}))
	for _, path := range []string{"/ales/catalog", "/bayonne/catalog", "/catalog"} {
		t.Run(path, func(t *testing.T) {
			files := fetch(t, r.resident, path, "")
			v := check(t, files, baseShapes, recommendedShapes)
			wantValid(t, v)
			if v.Statements < 100 {
				t.Errorf("%d statements only", v.Statements)
			}
		})
	}
	t.Run("a broken catalogue is noticed", func(t *testing.T) {
		files := fetch(t, r.resident, "/bayonne/catalog", "")
		text, err := os.ReadFile(files[0])
		must(t, err)
		broken := strings.ReplaceAll(string(text), "dct:title", "dct:alternative")
		must(t, os.WriteFile(files[0], []byte(broken), 0o600))
		if v := check(t, files, baseShapes, recommendedShapes); v.Same || len(v.Results) == 0 {
			t.Error("datasets without a title passed")
		}
	})
}
