package opendata_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"acvdata/services/datasets"
)

// tableMetadata is what a reader of CSV on the Web needs.
type tableMetadata struct {
	URL     string
	Dialect struct{ Delimiter string }
	Schema  struct {
		Columns []struct {
			Titles, Name string
			Required     bool
			Datatype     any
		}
	} `json:"tableSchema"`
}

// Each CSV leads to its description, whose columns and separator are its own.
func TestCSVsAreDescribedForTheWeb(t *testing.T) {
	t.Parallel()
	r := newRig(t, 2)
	r.Work()
	r.publish(t, r.town, "plantes")
	for file, separator := range map[string]rune{
		"export.csv": ',', "export.excel.csv": ';', "versions/1/plantes.csv": ',', "versions/1/plantes.excel.csv": ';',
	} {
		t.Run(file, func(t *testing.T) {
			address := "/ales/donnees/plantes/" + file
			answer := r.resident.Get(address, "Accept", "*/*").Want(200)
			if link := answer.Header.Get("Link"); !strings.Contains(link, "-metadata.json>; rel=\"describedby\"") {
				t.Errorf("Link: %q", link)
			}
			reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(answer.Body, "\ufeff")))
			reader.Comma = separator
			lines, err := reader.ReadAll()
			must(t, err)
			var about tableMetadata
			described := r.resident.Get(address+"-metadata.json", "Accept", "*/*").Want(200).HasNot("⟦")
			described.Decode(&about)
			if described.Header.Get("Content-Type") != "application/csvm+json" || about.Dialect.Delimiter != string(separator) ||
				!strings.HasSuffix(file, about.URL) || len(about.Schema.Columns) != len(lines[0]) {
				t.Errorf("%+v", about)
			}
			for i, c := range about.Schema.Columns {
				if c.Titles != lines[0][i] || c.Datatype == nil || c.Required != (i == 0) {
					t.Errorf("column %d: %+v", i, c)
				}
			}
		})
	}
	for _, path := range []string{"plantes/export.geojson", "plantes-001/export.csv", "plantes/versions/1/plantes.zip", "plantes/versions/9/plantes.csv"} {
		r.resident.Get("/ales/donnees/" + path + "-metadata.json").Want(404)
	}
	r.resident.Get("/bayonne/donnees/plantes/export.csv-metadata.json").Want(404)
}

// A description that is too short for search engines says more; the catalogue
// names its datasets.
func TestSearchEnginesAreToldEnough(t *testing.T) {
	t.Parallel()
	r := newRig(t, 2)
	r.publishBulk(t, r.town, 0, 2)
	must(t, r.datasets.Describe(r.Context, r.town, "plantes", datasets.Metadata{Title: "Plantes", Summary: "Court.", Licence: datasets.OpenLicence}))
	type told struct {
		Description string
		Dataset     []struct{ Name, URL string }
	}
	block := func(path string) (about told) {
		page, err := goquery.NewDocumentFromReader(strings.NewReader(r.resident.Get(path).Want(200).Body))
		must(t, err)
		must(t, json.Unmarshal([]byte(page.Find(`script[type="application/ld+json"]`).Text()), &about))
		return about
	}
	if about := block("/ales/donnees/plantes"); len([]rune(about.Description)) < 50 || !strings.Contains(about.Description, "Licence Ouverte") {
		t.Errorf("%q", about.Description)
	}
	if about := block("/ales/donnees"); len(about.Dataset) != 2 || about.Dataset[0].URL != "http://acv.test/ales/donnees/plantes" {
		t.Errorf("%+v", about)
	}
	r.resident.Get("/ales/donnees/plantes/flux.atom").Want(200).Has("Plantes", "versions/1", "<feed").HasNot("⟦", "plantes-001")
	r.resident.Get("/ales/donnees/baleines/flux.atom").Want(404)
}
