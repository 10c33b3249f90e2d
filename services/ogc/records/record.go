package records

import (
	"time"

	"github.com/peterstace/simplefeatures/geom"

	"acvdata/tenants"
)

// Dataset is the type of records of datasets, the only one there is.
const Dataset = "dataset"

// Record is what a catalogue says of a dataset (fiche de métadonnées).
type Record struct {
	ID          string // the same in every catalogue of the installation, safe in an address
	Type        string // Dataset
	Title       string
	Description string
	Keywords    []string
	Themes      []Theme
	Created     time.Time // of the record; zero when unknown
	Updated     time.Time // of the record; zero when unknown
	Own         bool      // the data are in French, the town's own
	External    []External
	Formats     []Format
	Contacts    []Contact
	Licence     string          // SPDX identifier, "other" for one that has none, "" when unknown
	Bounds      *tenants.Bounds // of the data, nil when unknown
	From, To    time.Time       // days covered, both included; zero for open ends
	Links       []Link          // to the data and to what explains them
}

// Theme is concepts of one vocabulary.
type Theme struct {
	Concepts []Concept `json:"concepts"`
	Scheme   string    `json:"scheme"` // address of the vocabulary
}

// Concept is an entry of a vocabulary.
type Concept struct {
	ID    string `json:"id"`
	Title string `json:"title,omitempty"`
	URL   string `json:"url,omitempty"`
}

// External is an identifier that others give the dataset.
type External struct {
	Scheme string `json:"scheme,omitempty"`
	Value  string `json:"value"`
}

// Format is a format the data can be had in.
type Format struct {
	Name      string `json:"name,omitempty"`
	MediaType string `json:"mediaType,omitempty"`
}

// Contact is an organization with what it is to the dataset.
type Contact struct {
	Organization string   `json:"organization"`
	Emails       []Email  `json:"emails,omitempty"`
	Links        []Link   `json:"links,omitempty"` // each with a Type
	Roles        []string `json:"roles"`           // of ISO 19115: publisher, pointOfContact
}

// Email is an e-mail address.
type Email struct {
	Value string `json:"value"`
}

// Link leads from a record to another resource.
type Link struct {
	Href     string `json:"href"`
	Rel      string `json:"rel"`
	Type     string `json:"type,omitempty"`
	Title    string `json:"title,omitempty"`
	Hreflang string `json:"hreflang,omitempty"`
	Length   int64  `json:"length,omitempty"`  // bytes
	Updated  string `json:"updated,omitempty"` // RFC 3339
}

// Extent is the outline of the data in degrees (WGS 84): a polygon, or what is
// left of it when the box is flat. nil when it is not known.
func (r *Record) Extent() *geom.Geometry {
	if r.Bounds == nil {
		return nil
	}
	b := r.Bounds
	g := geom.NewEnvelope(geom.XY{X: b.West, Y: b.South}, geom.XY{X: b.East, Y: b.North}).AsGeometry().ForceCCW()
	return &g
}

// Publisher is the organization that publishes the dataset, "" when unknown.
func (r *Record) Publisher() string {
	for _, c := range r.Contacts {
		for _, role := range c.Roles {
			if role == "publisher" {
				return c.Organization
			}
		}
	}
	return ""
}

// timed reports whether the record says which days its data cover.
func (r *Record) timed() bool { return !r.From.IsZero() || !r.To.IsZero() }

// last is the end of the last day covered.
func (r *Record) last() time.Time {
	if r.To.IsZero() {
		return r.To
	}
	return r.To.AddDate(0, 0, 1).Add(-time.Nanosecond)
}
