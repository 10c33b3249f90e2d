package quality

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"acvdata/modules/opendata/rdf"
	"acvdata/services/datasets"
)

const longEnough = 100 // characters a description must exceed

// closedFormats are the ones data.gouv.fr does not count as open.
var closedFormats = []string{"pdf", "doc", "docx", "word", "xls", "excel", "xlsx"}

// ninth is a criterion of data.gouv.fr: one point of nine. It may count what its
// rule measures.
type ninth struct {
	code  string
	fix   Fix
	proof bool
	met   func(subject) (bool, int)
}

// dataGouv is udata's table.
var dataGouv = []ninth{
	{"description", "summary", false, described},
	{"licence", "licence", false, licensed},
	{"frequency", "frequency", false, promised},
	{"in_time", Publish, true, inTime},
	{"temporal", "temporal_start", false, dated},
	{"spatial", Nothing, false, located},
	{"open_format", Publish, true, openFormat},
	{"available", Publish, true, available},
	{"documented", Publish, true, documented},
}

// DataGouv scores a dataset of a graph as data.gouv.fr would once it harvested it.
// open tells whether everybody may have it now.
func DataGouv(g *rdf.Graph, dataset rdf.Term, open bool, now time.Time) Score {
	s := subject{graph: g, dataset: dataset, now: now}
	score := Score{Code: DataGouvCode}
	for _, n := range dataGouv {
		met, count := n.met(s)
		c := Criterion{Code: n.code, Most: 1, Fix: n.fix, State: Missing, Count: count}
		if met {
			c.State = proven(open || !n.proof)
		}
		score.Criteria = append(score.Criteria, c)
	}
	return score
}

func described(s subject) (bool, int) {
	n := utf8.RuneCountInString(s.first(s.dataset, dct+"description").Value())
	return n > longEnough, n
}

// licensed: the label of the licence is matched, not its address.
func licensed(s subject) (bool, int) {
	label := s.first(s.first(s.dataset, dct+"license"), rdfs+"label").Value()
	return slices.ContainsFunc(datasets.Licences(), func(l datasets.Licence) bool { return l.Name() == label }), 0
}

func promised(s subject) (bool, int) { return s.frequency().Known(), 0 }

func (s subject) frequency() datasets.Frequency {
	code, _ := strings.CutPrefix(s.first(s.dataset, dct+"accrualPeriodicity").Value(), authority+"frequency/")
	return datasets.Frequency(code)
}

// inTime counts the days an update is late. As needed is never late; without a
// promised frequency nothing is in time.
func inTime(s subject) (bool, int) {
	modified := s.moment(s.dataset, dct+"modified")
	if !s.frequency().Known() || modified.IsZero() {
		return false, 0
	}
	late := s.frequency().Late(modified, s.now)
	return late == 0, late
}

// dated: a period without a name, or harvesters go and fetch it.
func dated(s subject) (bool, int) {
	period := s.first(s.dataset, dct+"temporal")
	return !period.IsIRI() && !period.IsLiteral() && s.says(period, dcat+"startDate"), 0
}

// located: a polygon in plain WKT; codes and points are not read.
func located(s subject) (bool, int) {
	for _, place := range s.all(s.dataset, dct+"spatial") {
		for _, property := range []string{dcat + "bbox", "http://www.w3.org/ns/locn#geometry"} {
			shape := s.first(place, property)
			if shape.Datatype() == geosparql+"wktLiteral" && isPolygon(shape.Value()) {
				return true, 0
			}
		}
	}
	return false, 0
}

func isPolygon(wkt string) bool {
	return strings.HasPrefix(wkt, "POLYGON") || strings.HasPrefix(wkt, "MULTIPOLYGON")
}

func openFormat(s subject) (bool, int) {
	open := func(f rdf.Term) bool {
		format := strings.ToLower(s.fileType(f))
		return format != "" && !slices.Contains(closedFormats, format)
	}
	return slices.ContainsFunc(s.files(), open), 0
}

// available: a distribution without an address is dropped, one with an address
// of ours answers.
func available(s subject) (bool, int) {
	missing := func(f rdf.Term) bool { return !s.says(f, dcat+"accessURL") && !s.says(f, dcat+"downloadURL") }
	return len(s.files()) > 0 && !slices.ContainsFunc(s.files(), missing), 0
}

func documented(s subject) (bool, int) {
	return slices.ContainsFunc(s.files(), func(f rdf.Term) bool { return s.says(f, dct+"description") }), 0
}
