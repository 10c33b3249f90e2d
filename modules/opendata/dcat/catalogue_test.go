package dcat_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"acvdata/modules/opendata"
	"acvdata/modules/opendata/dcat"
	"acvdata/modules/opendata/rdf"
	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

var update = flag.Bool("update", false, "write the golden files anew")

func french(t testing.TB) context.Context {
	t.Helper()
	bundle, err := i18n.NewBundle((&opendata.Module{}).Locales(), (&datasets.Service{}).Locales())
	if err != nil {
		t.Fatal(err)
	}
	return i18n.With(t.Context(), bundle.Localizer())
}

// page is a page of the catalogue of an invented town, with one dataset.
func page() dcat.Catalogue {
	at := time.Date(2026, 3, 9, 10, 30, 0, 0, time.UTC)
	town := &tenants.Tenant{
		Slug: "montclair", Name: "Montclair", INSEE: "99123", Center: tenants.Point{Lon: 4.08, Lat: 44.125},
		Bounds: tenants.Bounds{West: 4, South: 44, East: 4.2, North: 44.2},
	}
	source := datasets.Description{
		ID: "trees/inventory", Slug: "arbres", Geometry: datasets.Point,
		Schema: datasets.Schema{Name: "Arbres urbains", URL: "https://schema.data.gouv.fr/schemas/essai/arbres/0.3.1/schema.json", Version: "0.3.1"},
	}
	version := &datasets.Version{Number: 3, Rows: 7409, Published: at}
	for i, f := range datasets.Formats(source) {
		version.Files = append(version.Files, datasets.File{Format: f, Size: int64(1000 * (i + 1))})
	}
	dataset := &datasets.Dataset{
		Source: source, State: datasets.Published, Latest: 3, Issued: at.AddDate(-1, 0, 0), Modified: at, Version: version,
		Metadata: datasets.Metadata{
			Title: "Arbres d’alignement", Summary: "Inventaire des arbres suivis par la commune.\nMis à jour \"au fil de l’eau\".",
			Licence: datasets.OpenLicence, Producer: "Ville de Montclair", ContactName: "Espaces verts",
			ContactEmail: "espaces.verts@montclair.example", Frequency: datasets.Yearly,
			Themes: []datasets.Theme{datasets.ThemeTrees}, Keywords: []string{"arbre", "patrimoine"},
		},
	}
	const base = "https://acv.example"
	return dcat.Catalogue{
		Base: base, Town: town, Entries: []dcat.Entry{{Town: town, Dataset: dataset}}, Issued: at.AddDate(-1, 0, 0), Modified: at,
		Self: base + "/montclair/catalog.ttl", First: base + "/montclair/catalog.ttl",
		Next: base + "/montclair/catalog.ttl?after=montclair%2Farbres", Paged: true,
	}
}

func TestCatalogueGolden(t *testing.T) {
	t.Parallel()
	for file, write := range map[string]func(*rdf.Graph, io.Writer) error{
		"testdata/catalog.ttl": (*rdf.Graph).WriteTurtle, "testdata/catalog.jsonld": (*rdf.Graph).WriteJSONLD,
	} {
		t.Run(file, func(t *testing.T) {
			var got bytes.Buffer
			if err := write(dcat.Build(french(t), page()), &got); err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("the catalogue changed; look at the difference, then run go test ./modules/opendata/dcat -update\n%s", got.String())
			}
		})
	}
}

func TestDemonstrationDataSaysSo(t *testing.T) {
	t.Parallel()
	p := page()
	p.Entries[0].Town.Illustrative = true
	var got bytes.Buffer
	if err := dcat.Build(french(t), p).WriteTurtle(&got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(got.Bytes(), []byte("Données d’illustration")) {
		t.Error("a catalogue of invented data may be taken for real")
	}
}

// A full page, written in the heaviest syntax.
func BenchmarkFullPage(b *testing.B) {
	p := page()
	one := p.Entries[0]
	p.Entries = nil
	for i := range dcat.PageSize {
		d := *one.Dataset
		d.Source.Slug = fmt.Sprintf("arbres-%03d", i)
		p.Entries = append(p.Entries, dcat.Entry{Town: one.Town, Dataset: &d})
	}
	ctx := french(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := dcat.Build(ctx, p).WriteJSONLD(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
