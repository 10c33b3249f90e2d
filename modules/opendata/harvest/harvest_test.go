package harvest_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"acvdata/modules/opendata/harvest"
	"acvdata/services/datasets"
	"acvdata/services/fault"
)

// Rennes Métropole's catalogue, twice: everything comes in, nothing doubles.
func TestRennesComesInWholeAndOnce(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../../../../shared/data/opendata/rennes-metropole-ods-dcat-export.rdf")
	if err != nil {
		t.Skip("the shared data is not here")
	}
	r, p := newRig(t), newPortal(t)
	r.Work()
	p.set("/catalog.rdf", "application/rdf+xml", string(document))

	preview, err := r.harvest.Try(r.in(r.town), r.town, usual(p.URL+"/catalog.rdf"))
	require.NoError(t, err)
	require.Equal(t, harvest.Tally{Read: 27, Added: 27}, preview.Tally)
	require.Equal(t, 272, preview.Files)
	require.Empty(t, r.open(t, r.town), "a preview keeps nothing")

	s, run := r.add(t, usual(p.URL+"/catalog.rdf"))
	require.Equal(t, harvest.Done, run.State, "%v", run.Fault)
	require.Equal(t, harvest.Tally{Read: 27, Added: 27}, run.Tally)
	run = r.again(t, s)
	require.Equal(t, harvest.Tally{Read: 27, Unchanged: 27}, run.Tally)

	list, _, err := r.harvest.Datasets(r.in(r.town), r.town, s.ID, harvest.Search{Size: 100})
	require.NoError(t, err)
	require.Equal(t, 27, len(list)) //nolint:testifylint // it would print them all
	files, licences := 0, 0
	for _, d := range list {
		files += len(d.Files)
		if d.Licence == datasets.ODbL {
			licences++
		}
		require.NotContains(t, d.Summary, "<", d.Title)
		require.NotContains(t, d.Title, "<")
		for _, f := range d.Files {
			require.NotEmpty(t, f.Format, f.URL)
		}
	}
	require.Equal(t, 272, files)
	require.Equal(t, 25, licences, "the two others say none of the two licences")
	require.Equal(t, harvest.Count{Published: 25, Kept: 2}, s.Count)
	require.Equal(t, 25, len(r.open(t, r.town))) //nolint:testifylint // it would print them all
	require.Empty(t, r.open(t, r.other), "another town has none of it")
	_, err = r.harvest.Source(r.in(r.other), r.other, s.ID.String())
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestEveryKindIsRecognisedAndReadWhole(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	paths := map[harvest.Kind]string{
		harvest.CKAN: "/api/3/action/package_search", harvest.ODS: "/api/explore/v2.1/catalog/datasets", harvest.UData: "/api/1/datasets/",
	}
	themes := map[harvest.Kind]datasets.Theme{harvest.CKAN: datasets.ThemeWater, harvest.ODS: datasets.ThemeTrees, harvest.UData: datasets.ThemeHeat}
	for kind, page := range map[harvest.Kind]func(*http.Request) (string, string){harvest.CKAN: ckan(230), harvest.ODS: ods(230), harvest.UData: udata(230)} {
		p := newPortal(t)
		p.set("/", "text/html", "<!doctype html><title>Portail</title>")
		p.answer(paths[kind], page)
		s, run := r.add(t, usual(p.URL+"/"))
		require.Equal(t, kind, s.Kind)
		require.Equal(t, harvest.Tally{Read: 230, Added: 230}, run.Tally, "%s: %+v", kind, run.Fault)
		require.Equal(t, harvest.Tally{Read: 230, Unchanged: 230}, r.again(t, s).Tally, kind)
		list, total, err := r.harvest.Datasets(r.in(r.town), r.town, s.ID, harvest.Search{Text: "JEU 100", Size: 10})
		require.NoError(t, err)
		require.Equal(t, 1, total)
		d := list[0]
		require.Contains(t, d.Themes, themes[kind], kind)
		require.True(t, d.Open(), kind)
		require.Equal(t, "Ville d’essai", d.Publisher)
		require.NotEmpty(t, d.Files)
		require.NotEmpty(t, d.Frequency, kind)
		require.NotContains(t, d.Summary, "<", kind)
		require.NotContains(t, d.Summary, "alert", kind)
		require.NoError(t, r.harvest.Drop(r.in(r.town), r.town, s.ID.String()))
	}
	require.Empty(t, r.open(t, r.town), "what a source brought goes with it")
}

func TestPagesOfDCATAreFollowedAndCirclesEnd(t *testing.T) {
	t.Parallel()
	r, p := newRig(t), newPortal(t)
	r.Work()
	p.set("/c.ttl", turtleType, turtle("/c2.ttl", "a|Un", "b|Deux"))
	old := strings.ReplaceAll(strings.ReplaceAll(turtle("/c3.ttl", "c|Trois"), "PartialCollectionView", "PagedCollection"), "hydra:next <", "hydra:nextPage <")
	p.set("/c2.ttl", turtleType, old)
	p.set("/c3.ttl", turtleType, turtle("", "d|Quatre"))
	s, run := r.add(t, usual(p.URL+"/c.ttl"))
	require.Equal(t, harvest.Tally{Read: 4, Added: 4}, run.Tally)

	p.set("/c2.ttl", turtleType, turtle("/c.ttl", "c|Trois"))
	run = r.again(t, s)
	require.Equal(t, harvest.Done, run.State)
	require.Equal(t, "opendata.harvest.note.round", run.Note)
	require.Equal(t, harvest.Tally{Read: 3, Unchanged: 3}, run.Tally, "nothing is missing after a circle: the rest was not seen")

	p.set("/c2.ttl", turtleType, turtle("/c3.ttl", "c|Trois"))
	p.set("/c3.ttl", turtleType, turtle("/c4.ttl", "c|Trois"))
	p.set("/c4.ttl", turtleType, turtle("/c5.ttl", "c|Trois"))
	p.set("/c5.ttl", turtleType, turtle("/c6.ttl", "c|Trois"))
	run = r.again(t, s)
	require.Equal(t, "opendata.harvest.note.round", run.Note, "two identical pages end it")
}

func TestChangedIdentifiersDoNotDouble(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.Work()
	for name, c := range map[string][2]string{
		"http to https":                {`http://data.fr/jeux/1|Un`, `https://data.fr/jeux/1|Un, renommé`},
		"slash at the end, www":        {`https://data.fr/jeux/1|Un`, `https://www.data.fr/jeux/1/|Un, renommé`},
		"capitals of a UUID":           {`0B5E1A60-1111-4000-8000-00000000000A|Un`, `urn:uuid:0b5e1a60-1111-4000-8000-00000000000a|Un, renommé`},
		"the portal's host":            {`https://ancien.fr/jeux/un|Un`, `https://nouveau.fr/jeux/un|Un`},
		"Opendatasoft, landing and id": {`https://ods.fr/explore/dataset/arbres/|Un`, `arbres|Un, renommé`},
		"Opendatasoft, host and API":   {`https://ods.fr/explore/dataset/arbres/|Un`, `https://data.ville.fr/api/explore/v2.1/catalog/datasets/arbres|Un, renommé`},
		"data.gouv.fr, name and number": {
			`https://www.data.gouv.fr/fr/datasets/5f00/|Un|; <http://www.w3.org/ns/dcat#landingPage> <https://www.data.gouv.fr/fr/datasets/les-arbres/>`,
			`https://www.data.gouv.fr/datasets/les-arbres|Un, renommé`,
		},
		"a new identifier on the same page": {
			`x1|Un|; <http://www.w3.org/ns/dcat#landingPage> <https://data.fr/page/un>`,
			`x2|un|; <http://www.w3.org/ns/dcat#landingPage> <https://data.fr/page/un/>`,
		},
	} {
		p := newPortal(t)
		p.set("/c.ttl", turtleType, turtle("", c[0], "autre|Autre"))
		s, run := r.add(t, usual(p.URL+"/c.ttl"))
		require.Equal(t, 2, run.Added, "%s: %+v", name, run.Fault)
		p.set("/c.ttl", turtleType, turtle("", "autre|Autre", c[1]))
		run = r.again(t, s)
		require.Equal(t, harvest.Tally{Read: 2, Updated: 1, Unchanged: 1}, run.Tally, name)
		require.NoError(t, r.harvest.Drop(r.in(r.town), r.town, s.ID.String()))
	}
}

func TestDifferentDatasetsStayApart(t *testing.T) {
	t.Parallel()
	r, p := newRig(t), newPortal(t)
	r.Work()
	const home = `; <http://www.w3.org/ns/dcat#landingPage> <https://data.fr/>`
	p.set("/c.ttl", turtleType, turtle("", "1|Arbres"+"|"+home, "2|Arbres|"+home, "https://a.fr/d/1|Budget", "https://b.fr/d/1|Budget", "1|Arbres encore", "|Sans", "3|"))
	s, run := r.add(t, usual(p.URL+"/c.ttl"))
	require.Equal(t, harvest.Tally{Read: 7, Added: 4, Refused: 3}, run.Tally)
	var reasons []string
	for _, l := range r.lines(t, s, run, harvest.Refused) {
		reasons = append(reasons, l.Reason)
	}
	slices.Sort(reasons)
	require.Equal(t, []string{"opendata.harvest.reason.no_identifier", "opendata.harvest.reason.no_title", "opendata.harvest.reason.twice"}, reasons)
	require.Equal(t, harvest.Tally{Read: 7, Unchanged: 4, Refused: 3}, r.again(t, s).Tally)
}

func TestRemovedOnesAreArchivedLaterAndComeBack(t *testing.T) {
	t.Parallel()
	r, p := newRig(t), newPortal(t)
	r.Work()
	p.set("/c.ttl", turtleType, turtle("", "a|Un", "b|Deux"))
	s, _ := r.add(t, usual(p.URL+"/c.ttl"))
	before := r.open(t, r.town)
	p.set("/c.ttl", turtleType, turtle("", "a|Un"))
	require.Equal(t, harvest.Tally{Read: 1, Unchanged: 1, Missing: 1}, r.again(t, s).Tally)
	require.Len(t, r.open(t, r.town), 2, "not at once")
	r.later(3)
	require.Equal(t, 1, r.again(t, s).Missing)
	r.later(4)
	require.Equal(t, 1, r.again(t, s).Archived)
	require.Len(t, r.open(t, r.town), 1)
	require.Zero(t, r.again(t, s).Archived, "said once")
	p.set("/c.ttl", turtleType, turtle("", "a|Un", "b|Deux"))
	run := r.again(t, s)
	require.Equal(t, harvest.Tally{Read: 2, Updated: 1, Unchanged: 1}, run.Tally)
	require.Equal(t, "opendata.harvest.reason.back", r.lines(t, s, run, harvest.Updated)[0].Reason)
	after := r.open(t, r.town)
	require.Len(t, after, 2)
	require.Equal(t, before[0].Slug, after[0].Slug, "under the address it had")

	p.set("/c.ttl", turtleType, turtle(""))
	run = r.again(t, s)
	require.Equal(t, harvest.Failed, run.State)
	require.Equal(t, "opendata.harvest.fault.empty", run.Fault.Key)
	require.Len(t, r.open(t, r.town), 2, "a portal in trouble takes nothing away")
}

func TestCataloguesThatHarvestEachOtherDoNotGrow(t *testing.T) {
	t.Parallel()
	r, p := newRig(t), newPortal(t)
	r.Work()
	const source = `; <http://purl.org/dc/terms/source> `
	p.set("/c.ttl", turtleType, turtle("",
		"ailleurs|D’ailleurs",
		"http://acv.test/ales/donnees/arbres|Identifiant chez nous",
		"x1|Page chez nous|; <http://www.w3.org/ns/dcat#landingPage> <http://acv.test/ales/donnees/arbres>",
		"x2|Dit qu’il vient de nous|"+source+"<http://acv.test/ales/donnees/sols>",
		"x3|Fichiers chez nous|; <http://www.w3.org/ns/dcat#distribution> [ <http://www.w3.org/ns/dcat#accessURL> <http://acv.test/ales/donnees/eau/export.csv> ]",
		"x4|D’une autre ville d’ici|"+source+"<http://acv.test/bayonne/donnees/arbres>",
	))
	s, run := r.add(t, usual(p.URL+"/c.ttl"))
	require.Equal(t, harvest.Tally{Read: 6, Added: 2, Refused: 4}, run.Tally)
	for _, l := range r.lines(t, s, run, harvest.Refused) {
		require.Equal(t, "opendata.harvest.reason.ours", l.Reason, l.Title)
	}
	_, err := r.harvest.Add(r.in(r.town), r.town, usual("http://acv.test/ales/catalog.ttl"))
	require.Equal(t, "opendata.harvest.fault.own", fault.From(err).Key)

	other := newPortal(t)
	other.set("/c.ttl", turtleType, turtle("", "https://data.fr/jeux/9|Neuf"))
	r.add(t, usual(other.URL+"/c.ttl"))
	third := newPortal(t)
	third.set("/c.ttl", turtleType, turtle("", "http://www.data.fr/jeux/9/|Neuf, par un autre", "https://data.fr/jeux/10|Dix"))
	s, run = r.add(t, usual(third.URL+"/c.ttl"))
	require.Equal(t, harvest.Tally{Read: 2, Added: 1, Refused: 1}, run.Tally)
	require.Equal(t, "opendata.harvest.reason.elsewhere", r.lines(t, s, run, harvest.Refused)[0].Reason)
	_, err = r.harvest.Add(r.in(r.town), r.town, usual(third.URL+"/c.ttl"))
	require.Equal(t, "opendata.harvest.fault.known_source", fault.From(err).Key)
}

func TestStaffDecideWhatIsPublished(t *testing.T) {
	t.Parallel()
	r, p := newRig(t), newPortal(t)
	r.Work()
	closed := strings.ReplaceAll(turtle("", "b|Autre licence"), "https://www.etalab.gouv.fr/licence-ouverte-open-licence", "https://creativecommons.org/licenses/by-nc/4.0/")
	p.set("/c.ttl", turtleType, turtle("", "a|Ouvert")+closed)
	s, run := r.add(t, usual(p.URL+"/c.ttl"))
	require.Equal(t, 2, run.Added)
	list := r.open(t, r.town)
	require.Len(t, list, 1, "what is under another licence waits for somebody's word")
	require.Equal(t, harvest.Count{Published: 1, Kept: 1}, s.Count)
	found, err := r.harvest.Find(r.in(r.town), r.town, "autre-licence")
	require.NoError(t, err)
	require.Equal(t, "https://creativecommons.org/licenses/by-nc/4.0/", found.Licensed())
	count, err := r.harvest.Decide(r.in(r.town), r.town, s.ID.String(), []string{"autre-licence", "ouvert", "inconnu"}, harvest.Published)
	require.NoError(t, err)
	require.Equal(t, 2, count)
	require.Len(t, r.open(t, r.town), 2)
	_, err = r.harvest.Decide(r.in(r.town), r.town, s.ID.String(), []string{"ouvert"}, harvest.Left)
	require.NoError(t, err)
	require.Equal(t, 2, r.again(t, s).Unchanged, "a reading does not undo it")
	require.Len(t, r.open(t, r.town), 1)
	s.Adopt, s.Name = harvest.Left, "Autre nom"
	require.NoError(t, r.harvest.Change(r.in(r.town), r.town, s.ID.String(), *s))
	require.Equal(t, "opendata.fault.changed_since", fault.From(r.harvest.Change(r.in(r.town), r.town, s.ID.String(), *s)).Key)
	_, err = r.harvest.Decide(r.in(r.other), r.other, s.ID.String(), []string{"ouvert"}, harvest.Published)
	require.True(t, fault.Is(err, fault.NotFound), "another town decides nothing here")
}
