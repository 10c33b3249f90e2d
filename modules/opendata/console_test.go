package opendata_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"acvdata/services/apptest"
)

// The console is a form: what is asked for and answered is in the page.
func TestConsole(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	r.Work()
	r.publish(t, r.town, "plantes")
	const page = "/ales/donnees/plantes/api"
	first := r.resident.Get(page).Want(200).Has("Essayer l’API", "20 premières lignes", "Tilleul à petites feuilles", "/api/v1/ales/donnees/plantes/lignes").HasNot("⟦")
	if n := first.Page().Find("#reponse tbody tr").Length(); n != 20 {
		t.Errorf("%d rows", n)
	}
	links := first.Page().Find(`a[href*="#console"]`).Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("href", "") })
	if len(links) != 4 {
		t.Errorf("%d questions to begin with", len(links))
	}
	for _, link := range links {
		answer := r.resident.Get(link).Want(200).HasNot("⟦", "n’est pas comprise")
		if answer.Page().Find("#reponse tbody tr").Length() == 0 {
			t.Errorf("%s: nothing", link)
		}
		r.testCodes(t, answer.Page())
	}
	for name, test := range map[string]struct {
		query  url.Values
		has    []string
		hasNot []string
	}{
		"a condition":         {url.Values{"where": {"numero > 28"}}, []string{"2 résultats", `value="numero &gt; 28"`, "where=numero+%3E+28"}, []string{"premiers sont montrés"}},
		"groups":              {url.Values{"select": {"nom, avg(hauteur) as moyenne"}, "group_by": {"nom"}}, []string{"3 résultats", "moyenne"}, []string{"numero</th>"}},
		"more than are shown": {url.Values{"order_by": {"numero desc"}, "limit": {"25"}}, []string{"30 résultats. Les 20 premiers"}, nil},
		"a file":              {url.Values{"where": {"numero = 1"}, "format": {"csv"}}, []string{"lignes.csv?where", "read_csv", "Télécharger"}, []string{"requests"}},
		"nothing":             {url.Values{"where": {"numero > 99"}}, []string{"Aucune ligne ne correspond", "0 résultat"}, nil},
		"not understood":      {url.Values{"where": {"numero >"}}, []string{"n’est pas comprise", `aria-invalid="true"`}, []string{"curl 'http://acv.test/api/v1/ales/donnees/plantes/lignes?"}},
		"an unknown field":    {url.Values{"order_by": {"couleur"}}, []string{"n’est pas comprise", "order_by"}, nil},
		"groups on a map":     {url.Values{"group_by": {"nom"}, "format": {"geojson"}}, []string{"format de tableau"}, nil},
		"a limit of letters":  {url.Values{"limit": {"dix"}}, []string{"n’est pas comprise", "limit"}, nil},
		"hostile":             {url.Values{"where": {`</code><script>alert(1)</script>`}, "select": {`"><img src=x>`}}, nil, []string{"<script>alert(1)", "<img src=x"}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := r.resident.Get(page + "?" + test.query.Encode()).Want(200).Has(test.has...).HasNot("⟦").HasNot(test.hasNot...)
			if !strings.Contains(answer.Body, "n’est pas comprise") {
				r.testCodes(t, answer.Page())
			}
		})
	}
	must(t, r.datasets.Withdraw(r.Context, r.town, "plantes", "erreur"))
	r.resident.Get(page + "?where=numero%3D1").Want(410).HasNot("Tilleul")
	r.resident.Get("/bayonne/donnees/plantes/api?where=numero%3D1").Want(404)
}

// Every address in an answer gives it.
func (r *rig) testCodes(t *testing.T, page *goquery.Document) {
	t.Helper()
	codes := page.Find("#reponse code").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	if len(codes) != 5 {
		t.Errorf("%d codes", len(codes))
	}
	for _, code := range codes {
		_, rest, found := strings.Cut(code, apptest.BaseURL)
		if !found {
			t.Errorf("no address in %q", code)
			continue
		}
		r.resident.Get(rest[:strings.IndexAny(rest+"\n", "'\"\n")], "Accept", "*/*").Want(200)
	}
}
