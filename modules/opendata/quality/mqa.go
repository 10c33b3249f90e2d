package quality

import (
	"slices"

	"acvdata/modules/opendata/rdf"
)

// rule is a criterion of the MQA. One about a file looks at the best one.
type rule struct {
	code  string
	group Group
	most  int
	fix   Fix
	proof bool // only a publication proves it: files, their addresses, its dates
	met   func(s subject, file rdf.Term) bool
}

// Rules about the dataset, and about a file of it.
func onDataset(property string) func(subject, rdf.Term) bool {
	return func(s subject, _ rdf.Term) bool { return s.says(s.dataset, property) }
}

func onFile(property string) func(subject, rdf.Term) bool {
	return func(s subject, file rdf.Term) bool { return s.says(file, property) }
}

// mqa is the method's table: 405 points.
var mqa = []rule{
	{"keyword", Findability, 30, "keywords", false, onDataset(dcat + "keyword")},
	{"theme", Findability, 30, "themes", false, onDataset(dcat + "theme")},
	{"spatial", Findability, 20, Nothing, false, onDataset(dct + "spatial")},
	{"temporal", Findability, 20, "temporal_start", false, onDataset(dct + "temporal")},

	// Addresses are the platform's own: those of a published dataset answer, to
	// HEAD as to GET.
	{"access_status", Accessibility, 50, Publish, true, onFile(dcat + "accessURL")},
	{"download", Accessibility, 20, Publish, true, onFile(dcat + "downloadURL")},
	{"download_status", Accessibility, 30, Publish, true, onFile(dcat + "downloadURL")},

	{"format", Interoperability, 20, Publish, true, onFile(dct + "format")},
	{"media_type", Interoperability, 10, Publish, true, onFile(dcat + "mediaType")},
	{"vocabulary", Interoperability, 10, Publish, true, knownFormat},
	{"non_proprietary", Interoperability, 20, Publish, true, oneOf(nonProprietary)},
	{"machine_readable", Interoperability, 20, Publish, true, oneOf(machineReadable)},
	{"conformity", Interoperability, 30, "title", false, conforms},

	{"licence", Reusability, 20, "licence", false, onFile(dct + "license")},
	{"licence_vocabulary", Reusability, 10, "licence", false, knownLicence},
	{"access_rights", Reusability, 10, Nothing, false, onDataset(dct + "accessRights")},
	{"access_rights_vocabulary", Reusability, 5, Nothing, false, knownAccess},
	{"contact", Reusability, 20, "contact_email", false, onDataset(dcat + "contactPoint")},
	{"publisher", Reusability, 10, Nothing, false, onDataset(dct + "publisher")},

	{"rights", Contextuality, 5, "licence", false, onFile(dct + "rights")},
	{"byte_size", Contextuality, 5, Publish, true, onFile(dcat + "byteSize")},
	{"issued", Contextuality, 5, Publish, true, onDataset(dct + "issued")},
	{"modified", Contextuality, 5, Publish, true, onDataset(dct + "modified")},
}

// MQA scores a dataset of a graph. open tells whether everybody may have it now.
func MQA(g *rdf.Graph, dataset rdf.Term, open bool) Score {
	s := subject{graph: g, dataset: dataset}
	file := s.bestFile()
	score := Score{Code: MQACode}
	for _, r := range mqa {
		c := Criterion{Code: r.code, Group: r.group, Most: r.most, Fix: r.fix, State: Missing}
		if r.met(s, file) {
			c.State = proven(open || !r.proof)
		}
		score.Criteria = append(score.Criteria, c)
	}
	return score
}

func proven(yes bool) State {
	if yes {
		return Met
	}
	return Coming
}

// bestFile is the distribution with the most points: files of one content count
// once, for the best of them.
func (s subject) bestFile() (best rdf.Term) {
	most := -1
	for _, f := range s.files() {
		points := 0
		for _, r := range mqa {
			if r.met(s, f) {
				points += r.most
			}
		}
		if points > most {
			best, most = f, points
		}
	}
	return best
}

// File types of the EU authority table that the European portal counts as open
// (edp-non-proprietary-format) and as readable by programs
// (edp-machine-readable-format), of those a town may come to publish.
var (
	nonProprietary  = []string{"CSV", "GEOJSON", "GPKG", "JSON", "JSON_LD", "KML", "ODS", "TSV", "XML", "ZIP"}
	machineReadable = []string{"CSV", "GEOJSON", "GPKG", "JSON", "JSON_LD", "KML", "ODS", "SHP", "TSV", "XLS", "XLSX", "XML", "ZIP"}
)

func oneOf(codes []string) func(subject, rdf.Term) bool {
	return func(s subject, file rdf.Term) bool { return slices.Contains(codes, s.fileType(file)) }
}

func knownFormat(s subject, file rdf.Term) bool {
	return s.fileType(file) != "" && s.from(file, dcat+"mediaType", iana)
}

func knownLicence(s subject, file rdf.Term) bool {
	return s.from(file, dct+"license", authority+"licence/")
}

func knownAccess(s subject, _ rdf.Term) bool {
	return s.from(s.dataset, dct+"accessRights", authority+"access-right/")
}

// conforms checks what DCAT-AP 3.0.1 makes mandatory around a dataset. Tests
// validate whole catalogues under the official shapes; here it is enough to see
// that nothing they ask for went missing.
func conforms(s subject, _ rdf.Term) bool {
	named := s.says(s.dataset, dct+"title") && s.says(s.dataset, dct+"description")
	for _, agent := range s.all(s.dataset, dct+"publisher") {
		named = named && s.says(agent, foaf+"name")
	}
	for _, f := range s.files() {
		named = named && s.first(f, dcat+"accessURL").Value() != "" && !s.first(f, dcat+"accessURL").IsLiteral()
	}
	return named && len(s.all(s.dataset, dct+"publisher")) <= 1
}
