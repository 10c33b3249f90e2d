package quality

import (
	"context"
	"time"

	catalogue "acvdata/modules/opendata/dcat"
	"acvdata/services/datasets"
	"acvdata/tenants"
)

// Report is a dataset on both scales.
type Report struct {
	DataGouv, MQA Score
	Advice        []Advice
}

// Advice is what no scale asks for and every reader does.
type Advice struct {
	Code string
	Fix  Fix
}

// enoughKeywords is how many words make a dataset easy to find; the scales ask for
// one.
const enoughKeywords = 3

// Of scores a dataset of a town as its catalogue describes it, or would describe
// it if it were published now.
func Of(ctx context.Context, base string, town *tenants.Tenant, d *datasets.Dataset, now time.Time) Report {
	plain := *town
	plain.Illustrative = false // the sentence that marks demonstration data is not the town's
	g, node := catalogue.Describe(ctx, base, catalogue.Entry{Town: &plain, Dataset: asPublished(d, now)})
	return Report{DataGouv: DataGouv(g, node, d.Open(), now), MQA: MQA(g, node, d.Open()), Advice: advice(d)}
}

// asPublished is the dataset itself when everybody may have it, else the one that
// a publication now would make.
func asPublished(d *datasets.Dataset, now time.Time) *datasets.Dataset {
	if d.Open() {
		return d
	}
	next := *d
	next.Latest, next.Modified = d.Latest+1, now
	if next.Issued.IsZero() {
		next.Issued = now
	}
	next.Version = &datasets.Version{Number: next.Latest, Published: now}
	for _, f := range datasets.Formats(d.Source) {
		next.Version.Files = append(next.Version.Files, datasets.File{Format: f})
	}
	return &next
}

// advice lists what is better said than left to the platform's usual words.
func advice(d *datasets.Dataset) (list []Advice) {
	add := func(missing bool, code string, fix Fix) {
		if missing {
			list = append(list, Advice{code, fix})
		}
	}
	add(len(d.Keywords) > 0 && len(d.Keywords) < enoughKeywords, "keywords", "keywords")
	add(d.TemporalStart.IsZero(), "period", "temporal_start")
	add(d.ContactEmail == "" && d.ContactURL == "", "contact", "contact_email")
	add(d.Method == "", "method", "method")
	return list
}
