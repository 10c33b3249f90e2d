package opendata_test

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"acvdata/modules/opendata"
	"acvdata/services/apptest"
	"acvdata/services/authz"
	"acvdata/services/datasets"
	"acvdata/services/markdown"
)

// scoresOf reads the two figures a page shows: data.gouv.fr's, then Europe's.
func scoresOf(t *testing.T, page *apptest.Response) (scores [2]int) {
	t.Helper()
	shown := page.Page().Find("#qualite .gauge-value")
	if shown.Length() != len(scores) {
		t.Fatalf("%d scores on the page", shown.Length())
	}
	shown.Each(func(i int, s *goquery.Selection) {
		var err error
		scores[i], err = strconv.Atoi(strings.TrimSpace(s.Text()))
		must(t, err)
	})
	return scores
}

// answers are those of a form that lacks nothing.
func answers() url.Values {
	return url.Values{
		"title": {"Plantes des prés"}, "summary": {strings.Repeat("Relevé des plantes. ", 6)}, "licence": {"LO-2.0"},
		"themes": {"biodiversity"}, "keywords": {"flore, prairie, été"}, "frequency": {"ANNUAL"}, "contact_email": {"ev@ales.example"},
		"temporal_start": {"2020-01-01"}, "method": {"Relevé à pied,\nquartier par quartier."},
		"documentation": {"https://www.ales.example/plantes"}, "high_value": {"environment"},
	}
}

// The score follows the form, and nothing is kept before it is saved.
func TestTheScoreFollowsTheForm(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	const page = "/ales/espace/donnees/plantes"
	tests := map[string]struct {
		field, value string
		want         [2]int
		says         string
	}{
		"whole":               {"title", "Plantes", [2]int{5, 210}, "Une publication"},
		"a short description": {"summary", "Les plantes.", [2]int{4, 210}, "la description en compte 12"},
		"a day half typed":    {"temporal_start", "2020-", [2]int{5, 210}, "jour de leur publication"},
		"a refused address":   {"contact_url", "javascript:alert(1)", [2]int{5, 210}, "Une publication"},
		"no own keyword":      {"keywords", "", [2]int{5, 210}, "Une publication"}, // the module's come back
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			form := answers()
			form.Set(test.field, test.value)
			got := r.agent.Post(page+"/qualite", form, "HX-Request", "true").Want(200).HasNot("⟦").Has(test.says, "pas encore enregistrées")
			if scores := scoresOf(t, got); scores != test.want {
				t.Errorf("%v, want %v", scores, test.want)
			}
			if brief := got.Page().Find("#qualite-bref").Text(); !strings.Contains(brief, strconv.Itoa(test.want[1])+"/405") {
				t.Errorf("the line at the foot says %q", brief)
			}
		})
	}
	if d, err := r.datasets.Get(r.Context, r.town, "plantes"); err != nil || d.Own.Method != "" || d.State != datasets.Draft {
		t.Errorf("a form that was only scored was kept: %+v %v", d, err)
	}
	r.agent.Post(page+"/qualite", nil, "Content-Type", "text/plain").Want(200)
	reader, stranger := r.As(apptest.Member(r.town, authz.Reader)), r.As(apptest.Member(r.other, authz.Admin))
	reader.Post(page+"/qualite", answers()).Want(403)
	stranger.Post(page+"/qualite", answers()).Want(403)
	r.agent.Post("/ales/espace/donnees/baleines/qualite", answers()).Want(404)
	shown := reader.Get(page).Want(200)
	if scoresOf(t, shown) != [2]int{5, 210} || shown.Page().Find("#qualite .quality-steps a").Length() != 0 {
		t.Error("a reader is offered what only others may do")
	}
}

// Each button leads to a control of the page that takes the focus.
func TestEachMissingPointHasItsButton(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	const page = "/ales/espace/donnees/plantes"
	form := answers()
	for _, field := range []string{"summary", "temporal_start", "contact_email", "method"} {
		form.Set(field, "")
	}
	form.Set("summary", "Court.")
	got := r.agent.Post(page+"/qualite", form).Want(200).Page()
	links := got.Find("#qualite .quality-steps a")
	if links.Length() != 5 { // description, publication; period, contact, method
		t.Errorf("%d buttons", links.Length())
	}
	links.Each(func(_ int, a *goquery.Selection) {
		href, _ := a.Attr("href")
		if id, here := strings.CutPrefix(href, "#"); here && got.Find("input#"+id+", textarea#"+id+", select#"+id).Length() != 1 {
			t.Errorf("%s leads to no control", href)
		} else if !here && href != page+"/publier" {
			t.Errorf("%s", href)
		}
	})
	if last, _ := links.Eq(1).Attr("href"); last != page+"/publier" {
		t.Errorf("publishing comes before what is to be written: %s", last)
	}
}

// The page that publishes says what the sheet lacks, and the explanation of the
// scales is where the pages say.
func TestPublishingSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	const page = "/ales/espace/donnees/plantes"
	r.agent.Get(page + "/publier").Want(200).HasNot("peut encore gagner")
	must(t, r.datasets.Describe(r.Context, r.town, "plantes", datasets.Metadata{Licence: datasets.OpenLicence, Summary: "Court."}))
	r.agent.Get(page+"/publier").Want(200).Has("peut encore gagner des points", "Description.", page+"#qualite").HasNot("⟦")
	method, _ := r.agent.Get(page).Want(200).Page().Find("#qualite a:contains('calculés')").Attr("href")
	path, anchor, _ := strings.Cut(method, "#")
	help, err := markdown.Article((&opendata.Module{}).Help())
	must(t, err)
	if path != "/ales/aide/opendata" || !strings.Contains(help.HTML, `id="`+anchor+`"`) {
		t.Errorf("%s leads nowhere", method)
	}
}

// What is shown is what the published catalogue is worth to a program that reads
// it with its own parser and its own table.
func TestTheScoreShownIsThatOfThePublishedCatalogue(t *testing.T) {
	t.Parallel()
	r := newRig(t, 3)
	r.Work()
	r.publish(t, r.town, "plantes", "plantes-001", "plantes-002")
	must(t, r.datasets.Describe(r.Context, r.town, "plantes-001", datasets.Metadata{Licence: datasets.ODbL, Summary: "Court."}))
	shown := map[string]int{}
	for _, slug := range []string{"plantes", "plantes-001", "plantes-002"} {
		public := r.resident.Get("/ales/donnees/"+slug).Want(200).Has("Qualité de la fiche").HasNot("⟦", "Ce qui manque")
		scores := scoresOf(t, public)
		if staff := scoresOf(t, r.agent.Get("/ales/espace/donnees/"+slug).Want(200)); staff != scores {
			t.Errorf("%s: staff see %v, the public %v", slug, staff, scores)
		}
		shown["ales/"+slug] = scores[1]
	}
	if scores := scoresOf(t, r.resident.Get("/ales/donnees/plantes-001")); scores != [2]int{8, 405} {
		t.Errorf("%v", scores)
	}
	list := r.agent.Get("/ales/espace/donnees").Want(200).Page().Find("td .quality-brief")
	if text := list.Text(); list.Length() != 3 || strings.Count(text, "405/405") != 3 || strings.Count(text, "9/9") != 2 {
		t.Errorf("the list says %q", text)
	}
	r.resident.Get("/api/v1/ales/donnees/plantes").Want(200).Has(`"quality":{"datagouv":{"points":9,"of":9},"mqa":{"points":405,"of":405}}`)

	if _, err := os.Stat("testdata/shacl/node_modules"); err != nil {
		t.Skip("the independent reader is not installed: npm ci --prefix modules/opendata/testdata/shacl")
	}
	for _, file := range fetch(t, r.resident, "/ales/catalog", "") {
		if strings.HasSuffix(file, ".nt") {
			continue
		}
		out, err := exec.CommandContext(t.Context(), "node", "testdata/shacl/mqa.mjs", file).Output()
		must(t, err)
		var read map[string]int
		must(t, json.Unmarshal(out, &read))
		if len(read) != len(shown) {
			t.Errorf("%d datasets read, %d shown", len(read), len(shown))
		}
		for key, points := range shown {
			if read[key] != points {
				t.Errorf("%s in %s: %d read, %d shown", key, file, read[key], points)
			}
		}
	}
}

// What the form asks beyond the scales is kept, shown and sent.
func TestContextOfADataset(t *testing.T) {
	t.Parallel()
	r := newRig(t, 1)
	const page = "/ales/espace/donnees/plantes"
	for field, wrong := range map[string][2]string{
		"documentation": {"plantes.html", "https://"}, "high_value": {"sport", "valeur de la liste"}, "method": {strings.Repeat("a", 2001), "Texte trop long"},
	} {
		form := answers()
		form.Set(field, wrong[0])
		r.agent.Post(page, form).Want(422).Has(wrong[1])
	}
	r.agent.Post(page, answers()).Want(303)
	r.agent.Get(page).Want(200).Has("Relevé à pied", `value="https://www.ales.example/plantes"`).HasNot("⟦")
	r.Work()
	r.publish(t, r.town, "plantes")
	r.resident.Get("/ales/donnees/plantes").Want(200).HasNot("⟦").
		Has("Comment ces données sont produites", "quartier par quartier", `href="https://www.ales.example/plantes"`, "Observation de la Terre et environnement")
	r.resident.Get("/ales/catalog.ttl").Want(200).Has(
		"dct:provenance [", "quartier par quartier", "foaf:page <https://www.ales.example/plantes>",
		"dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj>", "dcatap:hvdCategory <http://data.europa.eu/bna/c_dd313021>",
	)
	r.resident.Get("/api/v1/ales/donnees/plantes").Want(200).Has(`"high_value":"environment"`, `"documentation":"https://www.ales.example/plantes"`)
	r.agent.JSON("PUT", "/api/v1/ales/donnees/plantes", map[string]any{"licence": "LO-2.0", "high_value": "sport"}).Want(422).Has(`"name":"high_value"`)
}
