package quality_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"acvdata/modules/opendata"
	catalogue "acvdata/modules/opendata/dcat"
	"acvdata/modules/opendata/quality"
	"acvdata/services/datasets"
	"acvdata/services/i18n"
	"acvdata/tenants"
)

const base = "https://acv.example"

var noon = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

func french(t testing.TB) context.Context {
	t.Helper()
	bundle, err := i18n.NewBundle((&opendata.Module{}).Locales(), (&datasets.Service{}).Locales())
	if err != nil {
		t.Fatal(err)
	}
	return i18n.With(t.Context(), bundle.Localizer())
}

func town() *tenants.Tenant {
	return &tenants.Tenant{
		Slug: "montclair", Name: "Montclair", INSEE: "99123", Center: tenants.Point{Lon: 4.08, Lat: 44.125},
		Bounds: tenants.Bounds{West: 4, South: 44, East: 4.2, North: 44.2},
	}
}

// whole is a dataset that lacks nothing, published yesterday.
func whole() *datasets.Dataset {
	at := noon.AddDate(0, 0, -1)
	source := datasets.Description{ID: "trees/inventory", Slug: "arbres", Geometry: datasets.Point}
	version := &datasets.Version{Number: 1, Rows: 7409, Published: at}
	for i, f := range datasets.Formats(source) {
		version.Files = append(version.Files, datasets.File{Format: f, Size: int64(1000 * (i + 1))})
	}
	return &datasets.Dataset{
		Source: source, State: datasets.Published, Latest: 1, Issued: at.AddDate(-1, 0, 0), Modified: at, Version: version,
		Metadata: datasets.Metadata{
			Title: "Arbres d’alignement", Summary: strings.Repeat("Inventaire des arbres suivis par la commune. ", 3),
			Licence: datasets.OpenLicence, Producer: "Ville de Montclair", ContactName: "Espaces verts",
			ContactEmail: "espaces.verts@montclair.example", Frequency: datasets.Yearly, TemporalStart: at.AddDate(-2, 0, 0),
			Themes: []datasets.Theme{datasets.ThemeTrees}, Keywords: []string{"arbre", "patrimoine", "rue"}, Method: "Relevé à pied.",
		},
	}
}

func score(t *testing.T, d *datasets.Dataset) quality.Report {
	t.Helper()
	return quality.Of(french(t), base, town(), d, noon)
}

// The scales as their sources have them: reference points of each criterion.
func TestTheScalesAreTheirSources(t *testing.T) {
	t.Parallel()
	r := score(t, whole())
	if p := r.DataGouv.Total(); p.Most != 9 || len(r.DataGouv.Criteria) != 9 {
		t.Errorf("data.gouv.fr has nine criteria, not %+v", p)
	}
	want := map[quality.Group]int{
		quality.Findability: 100, quality.Accessibility: 100, quality.Interoperability: 110, quality.Reusability: 75, quality.Contextuality: 20,
	}
	for _, g := range quality.Groups() {
		if got := r.MQA.Of(g).Most; got != want[g] {
			t.Errorf("%s is worth %d points, want %d", g, got, want[g])
		}
	}
	if got := r.MQA.Total().Most; got != 405 {
		t.Errorf("the MQA sums to %d, want 405", got)
	}
	points := map[string]int{
		"keyword": 30, "theme": 30, "spatial": 20, "temporal": 20, "access_status": 50, "download": 20, "download_status": 30,
		"format": 20, "media_type": 10, "vocabulary": 10, "non_proprietary": 20, "machine_readable": 20, "conformity": 30,
		"licence": 20, "licence_vocabulary": 10, "access_rights": 10, "access_rights_vocabulary": 5, "contact": 20, "publisher": 10,
		"rights": 5, "byte_size": 5, "issued": 5, "modified": 5,
	}
	for _, c := range r.MQA.Criteria {
		if points[c.Code] != c.Most {
			t.Errorf("%s is worth %d, want %d", c.Code, c.Most, points[c.Code])
		}
		delete(points, c.Code)
	}
	if len(points) > 0 {
		t.Errorf("missing: %v", points)
	}
	for points, want := range map[int]quality.Rating{
		405: quality.Excellent, 351: quality.Excellent, 350: quality.Good, 221: quality.Good, 220: quality.Sufficient,
		121: quality.Sufficient, 120: quality.Bad, 0: quality.Bad,
	} {
		if got := quality.RatingOf(points); got != want {
			t.Errorf("%d points: %s, want %s", points, got, want)
		}
	}
}

// Every point can be had, under both licences the law allows.
func TestEveryPointIsReachable(t *testing.T) {
	t.Parallel()
	for _, l := range datasets.Licences() {
		d := whole()
		d.Licence = l
		r := score(t, d)
		for _, s := range []quality.Score{r.DataGouv, r.MQA} {
			if p := s.Total(); p.Met != p.Most {
				t.Errorf("%s, %s: %d of %d, missing %+v", l, s.Code, p.Met, p.Most, s.With(quality.Missing))
			}
		}
		if len(r.Advice) > 0 {
			t.Errorf("advice on a whole sheet: %v", r.Advice)
		}
	}
}

// What the form lacks costs what the scales say, and the button leads to it.
func TestWhatIsMissing(t *testing.T) {
	t.Parallel()
	day := func(n int) func(*datasets.Dataset) {
		return func(d *datasets.Dataset) { d.Modified = noon.AddDate(0, 0, -n) }
	}
	tests := map[string]struct {
		change    func(*datasets.Dataset)
		gouv, mqa int // met
		missing   string
		fix       quality.Fix
	}{
		"no keyword":           {func(d *datasets.Dataset) { d.Keywords = nil }, 9, 375, "keyword", "keywords"},
		"no theme":             {func(d *datasets.Dataset) { d.Themes = nil }, 9, 375, "theme", "themes"},
		"100 characters":       {func(d *datasets.Dataset) { d.Summary = strings.Repeat("é", 100) }, 8, 405, "description", "summary"},
		"101 characters":       {func(d *datasets.Dataset) { d.Summary = strings.Repeat("é", 101) }, 9, 405, "", ""},
		"no frequency":         {func(d *datasets.Dataset) { d.Frequency = "" }, 7, 405, "frequency", "frequency"},
		"no title":             {func(d *datasets.Dataset) { d.Title = "" }, 9, 375, "conformity", "title"},
		"yearly, 366 days old": {day(366), 9, 405, "", ""},
		"yearly, 367 days old": {day(367), 8, 405, "in_time", quality.Publish},
		"as needed, ten years old": {func(d *datasets.Dataset) {
			d.Frequency = datasets.AsNeeded
			day(3650)(d)
		}, 9, 405, "", ""},
		"continuous, three days old": {func(d *datasets.Dataset) {
			d.Frequency = datasets.Continuous
			day(3)(d)
		}, 8, 405, "in_time", quality.Publish},
		"a workbook alone": {func(d *datasets.Dataset) {
			d.Version.Files = slices.DeleteFunc(d.Version.Files, func(f datasets.File) bool { return f.Format.Name != "xlsx" })
		}, 9, 405 - 20, "non_proprietary", quality.Publish},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := whole()
			test.change(d)
			r := score(t, d)
			if g, m := r.DataGouv.Total().Met, r.MQA.Total().Met; g != test.gouv || m != test.mqa {
				t.Errorf("%d and %d, want %d and %d", g, m, test.gouv, test.mqa)
			}
			lacking := append(r.DataGouv.With(quality.Missing), r.MQA.With(quality.Missing)...)
			is := func(c quality.Criterion) bool { return c.Code == test.missing && c.Fix == test.fix }
			if test.missing == "" && len(lacking) > 0 || test.missing != "" && !slices.ContainsFunc(lacking, is) {
				t.Errorf("missing %+v, want %s by %s", lacking, test.missing, test.fix)
			}
		})
	}
}

// A draft is scored as its publication will describe it; files, their addresses
// and its dates are counted as coming, in both scales.
func TestADraftHasWhatIsWrittenOfIt(t *testing.T) {
	t.Parallel()
	for _, state := range []datasets.State{datasets.Draft, datasets.Withdrawn} {
		d := whole()
		d.State, d.Version = state, nil
		r := score(t, d)
		if p := r.MQA.Total(); p.Met != 210 || p.Met+p.Coming != p.Most {
			t.Errorf("%s: %+v", state, p)
		}
		if p := r.DataGouv.Total(); p.Met != 5 || p.Met+p.Coming != p.Most {
			t.Errorf("%s: %+v", state, p)
		}
		for _, c := range append(r.MQA.With(quality.Coming), r.DataGouv.With(quality.Coming)...) {
			if c.Fix != quality.Publish {
				t.Errorf("%s comes with %q", c.Code, c.Fix)
			}
		}
		d.Keywords = nil
		if p := score(t, d).MQA.Total(); p.Met != 180 {
			t.Errorf("%s without keywords: %+v", state, p)
		}
	}
}

// evidence is the property that gives each criterion: without its statements in
// what is sent, its points are lost.
var evidence = map[string]string{
	"mqa.keyword": "dcat#keyword", "mqa.theme": "dcat#theme", "mqa.spatial": "terms/spatial", "mqa.temporal": "terms/temporal",
	"mqa.access_status": "dcat#accessURL", "mqa.download": "dcat#downloadURL", "mqa.download_status": "dcat#downloadURL",
	"mqa.format": "terms/format", "mqa.media_type": "dcat#mediaType", "mqa.vocabulary": "dcat#mediaType",
	"mqa.non_proprietary": "terms/format", "mqa.machine_readable": "terms/format", "mqa.conformity": "terms/title",
	"mqa.licence": "terms/license", "mqa.licence_vocabulary": "terms/license", "mqa.access_rights": "terms/accessRights",
	"mqa.access_rights_vocabulary": "terms/accessRights", "mqa.contact": "dcat#contactPoint", "mqa.publisher": "terms/publisher",
	"mqa.rights": "terms/rights", "mqa.byte_size": "dcat#byteSize", "mqa.issued": "terms/issued", "mqa.modified": "terms/modified",
	"datagouv.description": "terms/description", "datagouv.licence": "rdf-schema#label", "datagouv.frequency": "terms/accrualPeriodicity",
	"datagouv.in_time": "terms/modified", "datagouv.temporal": "dcat#startDate", "datagouv.spatial": "dcat#bbox",
	"datagouv.open_format": "terms/format", "datagouv.available": "URL", "datagouv.documented": "terms/description",
}

// The score is read from what is sent: parsed back it is the same, and no point
// stays once its statement is gone.
func TestTheScoreIsThatOfWhatIsSent(t *testing.T) {
	t.Parallel()
	graph, node := catalogue.Describe(french(t), base, catalogue.Entry{Town: town(), Dataset: whole()})
	var sent bytes.Buffer
	if err := graph.WriteNTriples(&sent); err != nil {
		t.Fatal(err)
	}
	shown, back := score(t, whole()), read(t, sent.String(), nil)
	if got := quality.MQA(back, node, true); !slices.Equal(got.Criteria, shown.MQA.Criteria) {
		t.Errorf("sent %+v, shown %+v", got, shown.MQA)
	}
	if got := quality.DataGouv(back, node, true, noon); !slices.Equal(got.Criteria, shown.DataGouv.Criteria) {
		t.Errorf("sent %+v, shown %+v", got, shown.DataGouv)
	}
	for _, s := range []quality.Score{shown.MQA, shown.DataGouv} {
		for _, c := range s.Criteria {
			property, ok := evidence[s.Code+"."+c.Code]
			if !ok {
				t.Errorf("no evidence is known for %s.%s", s.Code, c.Code)
				continue
			}
			gone := read(t, sent.String(), func(_, predicate, _ string) bool { return strings.HasSuffix(predicate, property+">") })
			again := quality.MQA(gone, node, true)
			if s.Code == quality.DataGouvCode {
				again = quality.DataGouv(gone, node, true, noon)
			}
			if is := again.Criteria[slices.IndexFunc(again.Criteria, func(o quality.Criterion) bool { return o.Code == c.Code })]; is.State != quality.Missing {
				t.Errorf("%s.%s is %s without %s", s.Code, c.Code, is.State, property)
			}
		}
	}
}

// Nothing at all is known of a node no graph speaks of, and nothing panics.
func TestAnEmptyGraphHasNoPoint(t *testing.T) {
	t.Parallel()
	node := term("<https://acv.example/rien>")
	if p := quality.MQA(read(t, "", nil), node, true).Total(); p.Met != 0 {
		t.Errorf("%+v", p)
	}
	if p := quality.DataGouv(read(t, "", nil), node, true, noon).Total(); p.Met != 0 {
		t.Errorf("%+v", p)
	}
}

// One line of the list of datasets.
func BenchmarkReport(b *testing.B) {
	ctx, at, d := french(b), town(), whole()
	b.ReportAllocs()
	for b.Loop() {
		quality.Of(ctx, base, at, d, noon)
	}
}
