package quality

import (
	"strings"
	"time"

	"acvdata/modules/opendata/rdf"
)

// Namespaces of the properties the scales look at.
const (
	dct       = "http://purl.org/dc/terms/"
	dcat      = "http://www.w3.org/ns/dcat#"
	foaf      = "http://xmlns.com/foaf/0.1/"
	rdfs      = "http://www.w3.org/2000/01/rdf-schema#"
	geosparql = "http://www.opengis.net/ont/geosparql#"
	authority = "http://publications.europa.eu/resource/authority/"
	iana      = "https://www.iana.org/assignments/media-types/"
)

// subject is a dataset as a graph describes it, and the moment it is looked at.
type subject struct {
	graph   *rdf.Graph
	dataset rdf.Term
	now     time.Time
}

func (s subject) all(of rdf.Term, property string) []rdf.Term {
	return s.graph.Objects(of, rdf.IRI(property))
}

func (s subject) says(of rdf.Term, property string) bool { return len(s.all(of, property)) > 0 }

// first gives the first object; the zero term, an IRI without a name, when there
// is none.
func (s subject) first(of rdf.Term, property string) rdf.Term {
	if found := s.all(of, property); len(found) > 0 {
		return found[0]
	}
	return rdf.Term{}
}

// files lists the dataset's distributions.
func (s subject) files() []rdf.Term { return s.all(s.dataset, dcat+"distribution") }

// from reports whether a property's resource is of a vocabulary, by the beginning
// of its address.
func (s subject) from(of rdf.Term, property, vocabulary string) bool {
	t := s.first(of, property)
	return t.IsIRI() && strings.HasPrefix(t.Value(), vocabulary) && len(t.Value()) > len(vocabulary)
}

// fileType is a distribution's code in the EU authority table "file-type", "" for
// none.
func (s subject) fileType(file rdf.Term) string {
	code, ok := strings.CutPrefix(s.first(file, dct+"format").Value(), authority+"file-type/")
	if !ok {
		return ""
	}
	return code
}

// moment reads a date or a moment; the zero time when there is none.
func (s subject) moment(of rdf.Term, property string) time.Time {
	text := s.first(of, property).Value()
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(form, text); err == nil {
			return t
		}
	}
	return time.Time{}
}
