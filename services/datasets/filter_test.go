package datasets_test

import (
	"net/url"
	"testing"
	"time"

	"acvdata/services/datasets"
	"acvdata/services/fault"
)

func TestFilterParameters(t *testing.T) {
	t.Parallel()
	d := (&meadow{}).Describe()
	tests := map[string]struct {
		query string
		field string // at fault, "" for none
		check func(datasets.Filter) bool
	}{
		"nothing":                   {"", "", datasets.Filter.Whole},
		"empty ones filter nothing": {"q=&nom=&bbox=&datetime=", "", datasets.Filter.Whole},
		"the list's":                {"q=rose", "", func(f datasets.Filter) bool { return f.Query.Get("q") == "rose" }},
		"the list's, twice":         {"q=a&q=b", "", func(f datasets.Filter) bool { return len(f.Query["q"]) == 2 }},
		"a field":                   {"nom=coquelicot+1", "", func(f datasets.Filter) bool { return f.Equal["nom"] == "coquelicot 1" }},
		"a box":                     {"bbox=4,44,5,45", "", func(f datasets.Filter) bool { return f.BBox.North == 45 && f.BBox.West == 4 }},
		"a box with heights":        {"bbox=4,44,0,5,45,99", "", func(f datasets.Filter) bool { return f.BBox.North == 45 && f.BBox.East == 5 }},
		"a day":                     {"datetime=2024-05-31", "", func(f datasets.Filter) bool { return f.From.Day() == 31 && f.To.Hour() == 23 }},
		"a time":                    {"datetime=2024-05-31T10:00:00Z", "", func(f datasets.Filter) bool { return f.From.Equal(f.To) }},
		"since":                     {"datetime=2024-01-01/..", "", func(f datasets.Filter) bool { return f.From.Year() == 2024 && f.To.IsZero() }},
		"until":                     {"datetime=/2024-01-01", "", func(f datasets.Filter) bool { return f.From.IsZero() && f.To.Year() == 2024 }},
		"always":                    {"datetime=../..", "", datasets.Filter.Whole},
		"unknown":                   {"couleur=rouge", "couleur", nil},
		"a field that is not open":  {"hauteur=2", "hauteur", nil},
		"twice":                     {"nom=a&nom=b", "nom", nil},
		"three numbers":             {"bbox=1,2,3", "bbox", nil},
		"upside down":               {"bbox=4,45,5,44", "bbox", nil},
		"not numbers":               {"bbox=a,b,c,d", "bbox", nil},
		"infinite":                  {"bbox=NaN,44,Inf,45", "bbox", nil},
		"no time":                   {"datetime=hier", "datetime", nil},
		"open instant":              {"datetime=..", "datetime", nil},
		"end before start":          {"datetime=2024-02-01/2024-01-01", "datetime", nil},
		"two slashes":               {"datetime=2024-01-01/2024-02-01/2024-03-01", "datetime", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			values, err := url.ParseQuery(test.query)
			must(t, err)
			f, err := datasets.ParseFilter(d, values)
			if test.field == "" {
				if err != nil || !test.check(f) {
					t.Fatalf("%+v %v", f, err)
				}
				return
			}
			if !fault.Is(err, fault.Invalid) || fault.From(err).Fields[0].Name != test.field {
				t.Fatalf("want a fault on %s: %+v %v", test.field, f, err)
			}
		})
	}
}

func TestMetadataIsCheckedAndFollowsTheModule(t *testing.T) {
	t.Parallel()
	f := newField(t, 1)
	said := f.get(t).Metadata
	if said.Title != "Biodiversité" || said.Producer != "Ville d’Alès" || said.Licence != datasets.OpenLicence {
		t.Fatalf("defaults: %+v", said)
	}
	tests := map[string]struct {
		change func(*datasets.Metadata)
		field  string
	}{
		"as the module says": {func(*datasets.Metadata) {}, ""},
		"licence":            {func(m *datasets.Metadata) { m.Licence = "CC-BY-NC" }, "licence"},
		"no licence":         {func(m *datasets.Metadata) { m.Licence = "" }, "licence"},
		"frequency":          {func(m *datasets.Metadata) { m.Frequency = "SOMETIMES" }, "frequency"},
		"theme":              {func(m *datasets.Metadata) { m.Themes = []datasets.Theme{"sport"} }, "themes"},
		"e-mail":             {func(m *datasets.Metadata) { m.ContactEmail = "espaces verts" }, "contact_email"},
		"e-mail with a name": {func(m *datasets.Metadata) { m.ContactEmail = "Nom <a@ville.fr>" }, "contact_email"},
		"script address":     {func(m *datasets.Metadata) { m.ContactURL = "javascript:alert(1)" }, "contact_url"},
		"period":             {func(m *datasets.Metadata) { m.TemporalStart, m.TemporalEnd = day(2024), day(2023) }, "temporal_end"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := said
			test.change(&m)
			err := f.service.Describe(f.Context, f.town, "fleurs", m)
			if test.field == "" {
				must(t, err)
				return
			}
			if !fault.Is(err, fault.Invalid) || fault.From(err).Fields[0].Name != test.field {
				t.Fatalf("want a fault on %s: %v", test.field, err)
			}
		})
	}
	own := f.get(t).Own
	if own.Title != "" || own.Summary != "" || own.Producer != "" || len(own.Keywords) != 0 {
		t.Errorf("texts of the module were kept as the town's: %+v", own)
	}
	mine := said
	mine.Title, mine.Keywords, mine.TemporalStart = "Fleurs des prés", []string{" prairie ", "Prairie", "flore"}, day(2020)
	must(t, f.service.Describe(f.Context, f.town, "fleurs", mine))
	now := f.get(t)
	if now.Title != "Fleurs des prés" || len(now.Keywords) != 2 || !now.TemporalStart.Equal(day(2020)) {
		t.Errorf("%+v", now.Metadata)
	}
}

func day(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
