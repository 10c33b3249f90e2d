package opendata_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"acvdata/services/datasets"
	"acvdata/services/imports"
	"acvdata/services/indicators"
	"acvdata/tenants"
)

// garden is a grove that also declares a figure.
type garden struct{ *grove }

func (garden) Indicators(context.Context, *tenants.Tenant) ([]indicators.Indicator, error) {
	return []indicators.Indicator{{
		Key: "grove.plants", Title: "Plantes recensées", Unit: "plantes", Source: "Relevé du bosquet", Theme: string(datasets.Themes()[0]),
		Read: func(context.Context) (indicators.Value, error) {
			return indicators.Value{Number: 1234, Known: true}, nil
		},
	}}, nil
}

func TestAThemeMixesWhatSeveralModulesHold(t *testing.T) {
	t.Parallel()
	r := newShelf(t, garden{newGrove(2)}) // the second dataset is of another theme
	theme := string(datasets.Themes()[0])
	r.load(r.town, "Qualité de l’eau", water, func(s *imports.Submission) { s.Overrides.Options["theme"] = theme })
	r.form("/niort/espace/donnees/qualite-de-l-eau/graphiques", "title", "Nitrates par station", "by", "station", "measure", "mean", "value", "nitrates_mg_l")
	r.form("/niort/espace/donnees/indicateurs/nouveau", "title", "Nitrates suivis", "unit", "mg/l", "theme", theme, "kind", "column",
		"table", "qualite-de-l-eau", "aggregate", "mean", "value_column", "qualite-de-l-eau:nitrates_mg_l", "published", "1")
	for _, slug := range []string{"qualite-de-l-eau", "plantes", "plantes-001"} {
		r.publish(r.town, slug)
	}
	address := "/niort/donnees/themes/" + theme
	r.sees(address, "Nitrates suivis", "Plantes recensées", "1 234", "Nitrates par station", "Qualité de l’eau")
	page := r.resident.Get(address).Want(200).Has("/niort/donnees/plantes\"", "/niort/donnees/qualite-de-l-eau\"").HasNot("/niort/donnees/plantes-001")
	for _, layer := range []string{"collections/plantes/", "collections/qualite-de-l-eau/"} {
		if !strings.Contains(page.Body, layer) {
			t.Errorf("the map of the theme lacks %s", layer)
		}
	}
	r.resident.Get("/bayonne/donnees/themes/"+theme).Want(200).HasNot("Nitrates", "qualite-de-l-eau")
	r.resident.Get("/niort/donnees/themes/sport").Want(404)
}

func TestFacetsNarrowTheRowsAndFollowThem(t *testing.T) {
	t.Parallel()
	r := newShelf(t)
	var rows strings.Builder
	rows.WriteString("Quartier;Espèce;Référence;Hauteur\n")
	for n := range 120 {
		fmt.Fprintf(&rows, "%s;%s;réf %03d;%d,5\n", []string{"Goise", "Souché", "Le Clou & Bouchet"}[n%3], []string{"Tilleul", "Érable"}[n%2], n, n)
	}
	r.load(r.town, "Arbres suivis", rows.String())
	r.publish(r.town, "arbres-suivis")
	const address = "/niort/donnees/arbres-suivis/lignes"
	page := r.resident.Get(address).Want(200).Page()
	for name, want := range map[string]int{"quartier": 4, "espece": 3, "reference": 0, "hauteur": 0} {
		if got := page.Find(`select[name="` + name + `"] option`).Length(); got != want {
			t.Errorf("%s offers %d choices, want %d", name, got, want)
		}
	}
	r.sees(address, "120 lignes correspondent", "Goise (40)", "Tilleul (60)")
	r.sees(address+"?quartier=Goise", "40 lignes correspondent")
	r.sees(address+"?quartier=Goise&espece=Tilleul&q=", "20 lignes correspondent")
	r.sees(address+"?quartier=Goise&q=erable", "20 lignes correspondent")
	r.sees(address+"?quartier="+url.QueryEscape("Le Clou & Bouchet")+"&tri=hauteur&sens=desc", "40 lignes correspondent", "119,5")
	r.sees(address+"?quartier=Nulle+part", "0 ligne")
	kept := r.resident.Get(address + "?quartier=Goise&tri=hauteur").Want(200).Has("export.csv?quartier=Goise").Page()
	if v, _ := kept.Find(`select[name="quartier"] option[selected]`).Attr("value"); v != "Goise" {
		t.Errorf("the choice made is shown as %q", v)
	}
	if v, _ := kept.Find(`form input[name="tri"]`).Attr("value"); v != "hauteur" {
		t.Errorf("filtering would forget the order: %q", v)
	}
	csv := r.resident.Get("/niort/donnees/arbres-suivis/export.csv?quartier=Goise").Want(200).Body
	if n := strings.Count(csv, "\r\n"); n != 41 {
		t.Errorf("%d lines exported, want 41", n)
	}
	for _, bad := range []string{"?inconnue=1", "?tri=inconnue", "?apres=%00", "?tri=hauteur&apres=zzz"} {
		if got := r.resident.Get(address + bad); got.Status != 400 && got.Status != 422 {
			t.Errorf("%s: status %d", bad, got.Status)
		}
	}
}
