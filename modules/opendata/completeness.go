package opendata

import (
	"unicode/utf8"

	"acvdata/services/datasets"
)

// point is one thing that makes a dataset easier to find and to use, with the
// field of the form that settles it.
type point struct {
	Key   string // message key
	Field string
	Met   bool
}

// enough to describe a dataset: data.gouv.fr's own measure is 100 characters.
const (
	enoughSummary  = 100
	enoughKeywords = 3
)

// completeness lists what is said of a dataset and what is missing. It holds the
// criteria that the town itself can settle of data.gouv.fr's quality score and of
// the European portal's.
func completeness(d *datasets.Dataset) []point {
	return []point{
		{"opendata.point.summary", "summary", utf8.RuneCountInString(d.Summary) > enoughSummary},
		{"opendata.point.keywords", "keywords", len(d.Keywords) >= enoughKeywords},
		{"opendata.point.theme", "themes", len(d.Themes) > 0},
		{"opendata.point.licence", "licence", d.Licence.Known()},
		{"opendata.point.frequency", "frequency", d.Frequency.Known()},
		{"opendata.point.period", "temporal_start", !d.TemporalStart.IsZero()},
		{"opendata.point.contact", "contact_email", d.ContactEmail != "" || d.ContactURL != ""},
		{"opendata.point.producer", "producer", d.Producer != ""},
	}
}

func met(points []point) (n int) {
	for _, p := range points {
		if p.Met {
			n++
		}
	}
	return n
}
