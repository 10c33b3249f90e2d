package datagouv

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"acvdata/services/fault"
)

// Draft is a dataset as it should be over there. Texts are ready to show.
type Draft struct {
	Identifier  string // ours, that never changes: how it is known again
	Slug        string // names its files
	Title       string
	Description string   // Markdown
	Licences    []string // identifiers over there, the first that the portal knows is taken
	Frequencies []string // so too
	Start, End  time.Time
	Zone        string          // of the portal's list of places: "fr:commune:79191", "" for none
	Outline     json.RawMessage // GeoJSON, WGS 84, where the portal does not know the zone; may be empty
	Tags        []string
	Contact     Contact
	Version     int
	Parts       []Part // in the order people see them
}

// Contact is who answers questions about a dataset; one without an address is nobody.
type Contact struct{ Name, Email, Form string }

// Part is a file or an address of a dataset.
type Part struct {
	Key         string // tells it from the others, for ever: "csv", "api-rows"
	Title       string
	Description string
	Type        string // main, documentation, api, other
	Format      string // in lower case
	Mime        string
	URL         string // where it is here, without a version
	Extension   string // of a file that may be sent, "" for what is only declared
	Size        int64  // bytes
	Digest      string // SHA-256 in hexadecimal, "" for none
	Open        func(ctx context.Context) (io.ReadCloser, error)
}

// Limits of the portal (udata core/dataset/constants.py, core/tags), and of what
// is worth sending: a longer file stays here and is declared.
const (
	longestTitle       = 350
	longestDescription = 100_000
	shortestTag        = 3
	longestTag         = 96
	mostUpload         = 500_000_000
)

// Names of extras, on datasets and on resources.
const (
	extraIdentifier = "acvdata:identifier"
	extraVersion    = "acvdata:version"
	extraPart       = "acvdata:part"
	extraDigest     = "acvdata:sha256"
)

const day = "2006-01-02"

// payload says the draft in the portal's words; extras of others stay.
func (d *Draft) payload(v vocabulary, organization string, known extras) (payload, error) {
	p := payload{
		Title: clip(d.Title, longestTitle), Description: clip(d.Description, longestDescription), Organization: organization,
		License: first(d.Licences, v.licences), Frequency: first(d.Frequencies, v.frequencies), Extras: extras{},
	}
	if p.License == "" {
		return p, fault.New(fault.Invalid, "opendata.push.fault.licence")
	}
	if !d.Start.IsZero() {
		p.Temporal = &period{Start: d.Start.Format(day)}
		if !d.End.IsZero() {
			p.Temporal.End = d.End.Format(day)
		}
	}
	for _, t := range d.Tags {
		if n := utf8.RuneCountInString(t); n >= shortestTag && n <= longestTag {
			p.Tags = append(p.Tags, t)
		}
	}
	maps.Copy(p.Extras, known)
	p.Extras[extraIdentifier], p.Extras[extraVersion] = d.Identifier, d.Version
	return p, nil
}

// place is the zone, or the outline for a portal that does not know it.
func (d *Draft) place(outline bool) *spatial {
	switch {
	case !outline && d.Zone != "":
		return &spatial{Zones: []string{d.Zone}}
	case len(d.Outline) > 0:
		return &spatial{Geom: d.Outline}
	}
	return nil
}

// first is the first of the wanted that is known, "" when none is.
func first(wanted, known []string) string {
	i := slices.IndexFunc(wanted, func(w string) bool { return slices.Contains(known, w) })
	if i < 0 {
		return ""
	}
	return wanted[i]
}

// sendable reports whether a part goes there as a file.
func (p Part) sendable(v vocabulary) bool {
	last := p.Extension[strings.LastIndexByte(p.Extension, '.')+1:]
	return last != "" && p.Size > 0 && p.Size <= mostUpload && slices.Contains(v.extensions, last)
}

// fileName names a part's file: the title the portal gives a file it was sent, by
// which one is known that could not be labelled any more.
func fileName(slug, extension string) string {
	kind, last := "", extension
	if at := strings.LastIndexByte(extension, '.'); at >= 0 {
		kind, last = "-"+extension[:at], extension[at+1:]
	}
	return slug + kind + "." + last
}

// resource is the part as the portal describes it: an address of ours, or a file
// that it holds as held.
func (p Part) resource(held *resource, known extras) resource {
	r := resource{Title: clip(p.Title, longestTitle), Description: p.Description, Type: p.Type, Extras: extras{}}
	maps.Copy(r.Extras, known)
	r.Extras[extraPart] = p.Key
	delete(r.Extras, extraDigest)
	if p.Digest != "" {
		r.Extras[extraDigest] = p.Digest
	}
	if held != nil {
		r.FileType, r.URL, r.Format, r.Mime, r.Size, r.Checksum = "file", held.URL, held.Format, held.Mime, held.Size, held.Checksum
		return r
	}
	r.FileType, r.URL, r.Format, r.Mime, r.Size = "remote", p.URL, p.Format, p.Mime, p.Size
	if p.Digest != "" {
		r.Checksum = &checksum{Type: "sha256", Value: p.Digest}
	}
	return r
}

// says reports whether the portal already says of a resource what we would.
func (r resource) says(want resource) bool {
	same := r.Title == want.Title && r.Description == want.Description && r.Type == want.Type && r.FileType == want.FileType &&
		r.Extras.text(extraPart) == want.Extras.text(extraPart) && r.Extras.text(extraDigest) == want.Extras.text(extraDigest)
	if want.FileType == "file" {
		return same
	}
	return same && r.URL == want.URL && r.Format == want.Format && r.Mime == want.Mime && r.Size == want.Size
}
