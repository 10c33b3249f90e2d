package records

import (
	"encoding/json"
	"time"
)

// Class is the conformance class that every record follows.
const Class = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"

// Feature is a record as GeoJSON, with the members that OGC 20-004r1 demands:
// geometry and time are there even when they are null.
type Feature struct {
	Type       string          `json:"type"`
	ID         string          `json:"id"`
	ConformsTo []string        `json:"conformsTo"`
	Time       *Time           `json:"time"`
	Geometry   json.RawMessage `json:"geometry"`
	Properties properties      `json:"properties"`
	Links      []Link          `json:"links"`
}

// Time is the period a record covers, days or ".." at open ends.
type Time struct {
	Interval [2]string `json:"interval"`
}

// Language is a language of texts.
type Language struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// French is the language of every record.
var French = Language{Code: "fr", Name: "Français"}

type properties struct {
	Type              string     `json:"type"`
	Title             string     `json:"title"`
	Description       string     `json:"description,omitempty"`
	Created           string     `json:"created,omitempty"`
	Updated           string     `json:"updated,omitempty"`
	Keywords          []string   `json:"keywords,omitempty"`
	Themes            []Theme    `json:"themes,omitempty"`
	Language          Language   `json:"language"`
	Languages         []Language `json:"languages"`
	ResourceLanguages []Language `json:"resourceLanguages,omitempty"`
	ExternalIDs       []External `json:"externalIds,omitempty"`
	Formats           []Format   `json:"formats,omitempty"`
	Contacts          []Contact  `json:"contacts,omitempty"`
	License           string     `json:"license,omitempty"`
}

// Feature writes the record; links that depend on the catalogue come first.
func (r *Record) Feature(links ...Link) (Feature, error) {
	f := Feature{
		Type: "Feature", ID: r.ID, ConformsTo: []string{Class}, Time: r.time(), Geometry: json.RawMessage("null"),
		Properties: properties{
			Type: r.Type, Title: r.Title, Description: r.Description, Created: stamp(r.Created), Updated: stamp(r.Updated),
			Keywords: r.Keywords, Themes: r.Themes, Language: French, Languages: []Language{French}, ExternalIDs: r.External,
			Formats: r.Formats, Contacts: r.Contacts, License: r.Licence,
		},
		Links: append(links, r.Links...),
	}
	if r.Own {
		f.Properties.ResourceLanguages = []Language{French}
	}
	if g := r.Extent(); g != nil {
		shape, err := g.MarshalJSON()
		if err != nil {
			return f, err
		}
		f.Geometry = shape
	}
	return f, nil
}

func (r *Record) time() *Time {
	if !r.timed() {
		return nil
	}
	return &Time{[2]string{day(r.From), day(r.To)}}
}

func day(t time.Time) string {
	if t.IsZero() {
		return ".."
	}
	return t.Format(time.DateOnly)
}

func stamp(t time.Time) string {
	if t.Year() < 2 {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
